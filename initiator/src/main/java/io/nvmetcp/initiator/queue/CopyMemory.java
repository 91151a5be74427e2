package io.nvmetcp.initiator.queue;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.LeasePool;
import io.nvmetcp.ddp.memory.RegionRegistry;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Registered memory that data of unregistered buffers is copied through, in equal slots. Registered
 * at the first use; whoever finds no slot free waits in line, and gets the next one that comes
 * back.
 *
 * <p>A slot belongs to one command from before it is submitted until it has ended, which is when it
 * owes nothing any more: at its response a device may still have the slot mapped, and a socket may
 * still read it.
 *
 * <p>A machine without thread or lock: calls come one at a time, and whoever waited is told by the
 * caller.
 *
 * @param <W> those that wait
 */
public final class CopyMemory<W> {
  // Lists of ranges fit, and a block of any size does.
  private static final long LEAST_SLOT_BYTES = 64 << 10;
  private static final long MOST_SLOT_BYTES = 128 << 10;

  /** What there is to have. */
  public enum State {
    /** Nothing was asked for yet, and nothing is registered. */
    UNUSED,
    /** Some slots are free. */
    FREE,
    /** Every slot is out, and nobody waits. */
    ALL_LENT,
    /** Every slot is out, and somebody waits. */
    IN_LINE,
    /** Closed, and not every slot is back. */
    CLOSING,
    /** Closed, and nothing is registered. */
    CLOSED
  }

  /** What whoever asks for a slot gets. */
  public sealed interface Answer {}

  /** No slot. */
  public enum None implements Answer {
    /** Not now: a later {@link #giveBack} has it. */
    WAITS,
    /** As many wait as may. */
    TOO_MANY_WAIT,
    /** Nothing is lent any more. */
    CLOSED
  }

  /** A slot that was lent; to be given back exactly once. */
  public static final class Slot implements Answer {
    private final LeasePool from;
    private final int number;
    private boolean back;

    private Slot(LeasePool from, int number) {
      this.from = from;
      this.number = number;
    }

    /** Its first bytes; valid until it is given back. */
    public BufferSlice slice(int lengthBytes) {
      return from.region().slice(from.offset(number), lengthBytes);
    }
  }

  /** A slot for one that waited. */
  public record Grant<W>(W to, Slot slot) {}

  private final RegionRegistry registry;
  private final int slotBytes;
  private final int slots;
  private final int waitingLimit;
  private final ArrayDeque<W> line = new ArrayDeque<>();
  private @Nullable LeasePool pool;
  private int lent;
  private boolean closed;

  /**
   * Nothing is registered yet.
   *
   * @param registry gives the memory
   * @param slotBytes size of a slot
   * @param totalBytes size of the whole; one slot there is in any case
   * @param waitingLimit how many may wait for a slot
   */
  public CopyMemory(RegionRegistry registry, int slotBytes, long totalBytes, int waitingLimit) {
    this.registry = registry;
    this.slotBytes = slotBytes;
    slots = slots(slotBytes, totalBytes);
    this.waitingLimit = waitingLimit;
  }

  private static int slots(int slotBytes, long totalBytes) {
    return (int) Math.max(1, totalBytes / slotBytes);
  }

  /**
   * The size of slots for a controller: what one command carries there, from 64 KiB to 128 KiB.
   *
   * @param maxTransferBytes most data of a command there
   */
  public static int slotBytes(long maxTransferBytes) {
    return (int) Math.clamp(maxTransferBytes, LEAST_SLOT_BYTES, MOST_SLOT_BYTES);
  }

  /** Size of a slot. */
  public int slotBytes() {
    return slotBytes;
  }

  /** How many may wait. */
  public int waitingLimit() {
    return waitingLimit;
  }

  /** What there is to have. */
  public State state() {
    if (closed) {
      return lent > 0 ? State.CLOSING : State.CLOSED;
    }
    if (pool == null) {
      return State.UNUSED;
    }
    return lent < slots ? State.FREE : line.isEmpty() ? State.ALL_LENT : State.IN_LINE;
  }

  /** Slots that are out. */
  public int lent() {
    return lent;
  }

  /** Those that wait. */
  public int waiting() {
    return line.size();
  }

  /**
   * A slot, or a place in the line.
   *
   * @throws OutOfMemoryError if there is no memory to register; nothing has changed then
   */
  public Answer take(W who) {
    if (closed) {
      return None.CLOSED;
    }
    Slot slot = line.isEmpty() ? lend() : null;
    if (slot != null) {
      return slot;
    }
    if (line.size() >= waitingLimit) {
      return None.TOO_MANY_WAIT;
    }
    line.add(who);
    return None.WAITS;
  }

  // Null if every slot is out.
  private @Nullable Slot lend() {
    LeasePool from = pool;
    if (from == null) {
      from = new LeasePool(registry, slots, slotBytes);
      pool = from;
    }
    int number = from.take();
    if (number == LeasePool.EMPTY) {
      return null;
    }
    // Whatever becomes of the pool: the memory stays as long as the slot is out.
    if (!from.region().hold()) {
      throw new IllegalStateException("the pool's region closes without the pool");
    }
    lent++;
    return new Slot(from, number);
  }

  /**
   * Takes a slot back, once its command has ended.
   *
   * @return who gets it now, if anybody waits: the caller tells
   * @throws IllegalStateException if it is back already; nothing has changed then
   */
  public @Nullable Grant<W> giveBack(Slot slot) {
    if (slot.back) {
      throw new IllegalStateException("a slot is given back twice");
    }
    slot.back = true;
    lent--;
    slot.from.giveBack(slot.number);
    W next = line.poll();
    Slot again = next == null ? null : lend();
    slot.from.region().release();
    return next == null || again == null ? null : new Grant<>(next, again);
  }

  /**
   * Lends nothing any more; the memory goes when the last slot is back. A second call does nothing.
   *
   * @return those that waited, in their order, who get nothing: the caller tells
   */
  public List<W> close() {
    if (closed) {
      return List.of();
    }
    closed = true;
    if (pool != null) {
      pool.close();
    }
    List<W> refused = List.copyOf(line);
    line.clear();
    return refused;
  }
}
