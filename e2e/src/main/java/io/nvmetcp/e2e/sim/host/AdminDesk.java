package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.LeasePool;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.Cns;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commands with data of their own, on an admin queue or on an I/O queue that is not connected yet.
 */
final class AdminDesk {
  /** Entries that only urgent commands take. */
  static final int RESERVED = 6;

  /** Most data of a command. */
  static final int SLOT_BYTES = Cns.DATA_BYTES;

  /** How a command was answered. */
  record Answer(int status, long result, int sqhd, byte[] data) {}

  private record Waiting(
      byte[] sqe, Direction direction, byte[] data, Consumer<@Nullable Answer> then) {}

  private final HostQueue queue;
  private final LeasePool pool;
  private final int reserved;
  private final ArrayDeque<Waiting> line = new ArrayDeque<>();
  private int urgent;

  AdminDesk(HostQueue queue, RegionRegistry registry, int slots, int reserved) {
    this.queue = queue;
    this.reserved = reserved;
    pool = new LeasePool(registry, slots, SLOT_BYTES);
    queue.onRoom(this::pump);
    queue.whenEnded(ended -> close());
  }

  HostQueue queue() {
    return queue;
  }

  /**
   * Submits, or waits in line.
   *
   * @param then gets the answer, or null if there is none
   */
  void submit(Action.Command command, Consumer<@Nullable Answer> then) {
    submit(command.sqe(), command.direction(), command.data(), then);
  }

  void submit(byte[] sqe, Direction direction, byte[] data, Consumer<@Nullable Answer> then) {
    Waiting command = new Waiting(sqe, direction, data, then);
    if (!line.isEmpty() || !start(command)) {
      line.add(command);
    }
  }

  /** Submits a command without data that must not wait for others. */
  void submitUrgent(byte[] sqe, Consumer<@Nullable Answer> then) {
    urgent++;
    int cid =
        send(
            sqe,
            Direction.NONE,
            null,
            new byte[0],
            answer -> {
              urgent--;
              then.accept(answer);
            });
    if (cid >= 0) {
      // Whoever sends one has a time limit for it.
      queue.pair().withoutDeadline(cid);
    }
  }

  private void pump() {
    Waiting next;
    while ((next = line.poll()) != null) {
      if (!start(next)) {
        line.addFirst(next);
        return;
      }
    }
  }

  // False if it has to wait.
  private boolean start(Waiting command) {
    if (queue.open() && queue.pair().room() <= reserved - urgent) {
      return false;
    }
    if (command.direction == Direction.NONE) {
      int unused = send(command.sqe, command.direction, null, command.data, command.then);
      return true;
    }
    int slot = queue.open() ? pool.take() : LeasePool.EMPTY;
    if (slot == LeasePool.EMPTY && queue.open()) {
      return false;
    }
    if (slot == LeasePool.EMPTY) {
      command.then.accept(null);
      return true;
    }
    int unused =
        send(
            command.sqe,
            command.direction,
            pool.region().slice(pool.offset(slot), command.data.length),
            command.data,
            answer -> {
              pool.giveBack(slot);
              command.then.accept(answer);
            });
    return true;
  }

  private int send(
      byte[] sqe,
      Direction direction,
      @Nullable BufferSlice room,
      byte[] data,
      Consumer<@Nullable Answer> then) {
    if (room != null && direction == Direction.WRITE) {
      room.segment().copyFrom(MemorySegment.ofArray(data));
    }
    QueuePair pair = queue.pair();
    queue.slots().settle();
    int answer =
        !queue.open()
            ? QueuePair.CLOSED
            : pair.submit(
                sqe,
                direction,
                room == null ? null : room.region(),
                room == null ? 0 : room.offset(),
                room == null ? 0 : room.lengthBytes(),
                new Completion() {
                  @Override
                  public void completed(int status, long result) {
                    if (room != null && direction == Direction.READ && !room.region().closing()) {
                      MemorySegment.ofArray(data).copyFrom(room.segment());
                    }
                    then.accept(new Answer(status, result, pair.sqhd(), data));
                  }

                  @Override
                  public void lost(String reason) {
                    then.accept(null);
                  }
                });
    queue.slots().submitted();
    if (answer < 0) {
      then.accept(null);
    } else {
      queue.scheduleFlush();
    }
    return answer;
  }

  /** Frees the pool once no command uses it. */
  void close() {
    pool.close();
  }
}
