package io.nvmetcp.e2e.sim.check;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Judges what reads of a namespace return. Each block is a register of its own, each write gives it
 * a value that no other write gives (but for zeros), and each operation happens at one moment
 * between its call and its end. Then a history is possible exactly if no two values must each come
 * before the other: a value must come before another if the first was certainly there, or can only
 * have been there, before a tick at which the other still was (after Gibbons and Korach, 1997).
 *
 * <p>So of each value two ticks are kept, that grow towards each other: the last call of an
 * operation that had to do with it, and the first end of one. A write whose end nobody knows may
 * happen at any tick until its association is known dead, or never.
 *
 * <p>Ticks count calls and ends of operations, world-wide.
 */
public final class NamespaceHistory {
  /** The version of a block of zeros. */
  public static final long ZERO = 0;

  private final String name;
  private final Ticks ticks;
  private final boolean cached;
  private final boolean judged;
  private final Spares spares = new Spares();
  private Register[] registers;
  // Younger versions were not written yet.
  private long lastVersion = ZERO;
  // What was flushed before this tick is on the medium.
  private long durableFloor;
  // The power was cut at this tick.
  private long cutTick = -1;
  // Blocks from here on were cut off or added at this tick.
  private int resizedFrom = Integer.MAX_VALUE;
  private long resizedTick = -1;

  /**
   * A namespace of zeros.
   *
   * @param name for messages
   * @param cached its storage may lose what was not flushed
   * @param judged false if those who use it lie: then any value will do
   */
  public NamespaceHistory(String name, int blocks, boolean cached, boolean judged, Ticks ticks) {
    this.name = name;
    this.ticks = ticks;
    this.cached = cached;
    this.judged = judged;
    registers = new Register[blocks];
    for (int block = 0; block < blocks; block++) {
      registers[block] = zeros();
    }
  }

  private Register zeros() {
    Register register = new Register(spares);
    Value zero = spares.take(ZERO, -1);
    zero.rebase(ticks.now(), true);
    register.add(zero);
    return register;
  }

  /** False if any value will do. */
  public boolean judged() {
    return judged;
  }

  /** Blocks that it has now. */
  public int blocks() {
    return registers.length;
  }

  // ---- what hosts did, and were told

  /** A write of a block is called. */
  void writing(int block, long version, long call) {
    if (!judged || block >= registers.length) {
      return;
    }
    Value value = spares.take(version, call);
    registers[block].add(value);
    if (version > lastVersion) {
      lastVersion = version;
    } else {
      registers[block].markTwins(value);
    }
  }

  /**
   * A write ended with success.
   *
   * @param forced it is on the medium
   */
  void written(int block, long call, long end, boolean forced) {
    Value value = find(block, call);
    if (value == null) {
      return;
    }
    boolean doubtful =
        cached && call < cutTick && !forced || call < resizedTick && block >= resizedFrom;
    value.open = false;
    value.finish = Math.min(value.finish, end);
    if (!doubtful) {
      value.certain = true;
      value.durable |= forced || !cached;
      settle(block, value);
    }
  }

  /** A write ended without having changed anything. */
  void notWritten(int block, long call) {
    Value value = find(block, call);
    if (value == null) {
      return;
    }
    if (value.certain && value.version != ZERO) {
      throw new Violation(
          Rule.FAILED_WRITE,
          "block %d of %s was read with version %d, whose write changed nothing"
              .formatted(block, name, value.version));
    }
    registers[block].remove(value);
  }

  /** A write may have happened, but does so no more from {@code end} on. */
  void perhapsWritten(int block, long call, long end) {
    Value value = find(block, call);
    if (value != null) {
      value.open = false;
      value.finish = Math.min(value.finish, end);
    }
  }

  /** A read returned a value. */
  void read(int block, long version, long call, long end) {
    if (!judged
        || block >= registers.length
        || call < cutTick
        || call < resizedTick && block >= resizedFrom) {
      // It may be of before.
      return;
    }
    Register register = registers[block];
    Value found = register.findVersion(version);
    if (found != null && found.twin) {
      if (severalRead(block, version, call, end)) {
        return;
      }
      found = register.findVersion(version);
    }
    if (found == null) {
      throw new Violation(
          Rule.VALUE,
          "block %d of %s was read with version %d, which it never had or lost long ago; it knows %s"
              .formatted(block, name, version, describe(block)));
    }
    found.start = Math.max(found.start, call);
    found.finish = Math.min(found.finish, end);
    found.certain = true;
    settle(block, found);
  }

  // False if it is no more than one. Of several nobody knows which: it is enough that one fits.
  private boolean severalRead(int block, long version, long call, long end) {
    Register register = registers[block];
    sweep(block, call);
    int several = 0;
    Value found = null;
    for (Value value = register.first(); value != null; value = register.next(value)) {
      if (value.version == version) {
        several++;
        if (found == null || fits(register, value, call, end)) {
          found = value;
        }
      }
    }
    if (several > 1 && found != null && !fits(register, found, call, end)) {
      throw stale(block, found, call);
    }
    return several > 1;
  }

  /** A Compare-and-Write, called at {@code call}, found this version, and took it away. */
  void taken(int block, long version, long call) {
    if (!judged
        || version == ZERO
        || block >= registers.length
        || call < Math.max(cutTick, resizedTick)) {
      return;
    }
    int several = 0;
    Value found = null;
    Register register = registers[block];
    for (Value value = register.first(); value != null; value = register.next(value)) {
      if (value.version == version) {
        several++;
        found = value;
      }
    }
    if (found == null || several > 1) {
      return;
    }
    if (found.taken) {
      throw new Violation(
          Rule.COMPARE_AND_WRITE,
          "version %d of block %d of %s was taken away twice".formatted(version, block, name));
    }
    found.taken = true;
  }

  /** A flush that was called at this tick has succeeded. */
  void flushed(long call) {
    durableFloor = Math.max(durableFloor, call);
  }

  /** The version that a block probably has: the youngest that it certainly had. */
  long guess(int block) {
    return block < registers.length ? registers[block].guess() : ZERO;
  }

  // ---- what befell it

  /**
   * The power was cut: each block has a value that was not certainly overwritten on the medium. A
   * write that was called before may happen after, if nobody knows that it did: it may never have
   * left its host.
   */
  public void powerCut() {
    long tick = ticks.next();
    cutTick = tick;
    for (Register register : registers) {
      register.returnPassed(durableFloor());
      int left = 0;
      for (Value value = register.live; value != null; value = value.next) {
        left++;
      }
      for (Value value = register.live; value != null; value = value.next) {
        if (value.certain || !value.open) {
          value.rebase(tick, left == 1);
        }
      }
    }
  }

  /**
   * It grew or shrank. Blocks that are added are zeros; writes under way that were called before
   * are to be told again by {@link #writing}.
   */
  public void resized(int blocks) {
    resizedFrom = Math.min(resizedFrom, Math.min(blocks, registers.length));
    resizedTick = ticks.next();
    int before = registers.length;
    registers = Arrays.copyOf(registers, blocks);
    for (int block = before; block < blocks; block++) {
      registers[block] = zeros();
    }
  }

  // ---- the order

  // True if a read of this value, which is one of several alike, is possible.
  private static boolean fits(Register register, Value value, long call, long end) {
    long start = Math.max(value.start, call);
    long finish = Math.min(value.finish, end);
    if (start > value.evicted) {
      return false;
    }
    for (Value other = register.first(); other != null; other = register.next(other)) {
      if (other != value && other.certain && finish < other.start && other.finish < start) {
        return false;
      }
    }
    return true;
  }

  // The ticks of a value that the block certainly had have changed: who comes before whom?
  private void settle(int block, Value changed) {
    if (changed.start > changed.evicted) {
      throw stale(block, changed, changed.start);
    }
    Register register = registers[block];
    for (Value value = register.live; value != null; ) {
      Value next = value.next;
      if (value != changed) {
        order(block, value, changed);
        if (value.evicted != Value.NEVER) {
          register.pass(value);
        }
      }
      value = next;
    }
    if (register.concernsPassed(changed) || cached && changed.durable) {
      for (Value value = register.passed; value != null; value = value.next) {
        if (value != changed) {
          order(block, value, changed);
        }
      }
    }
    if (changed.past) {
      register.told(changed);
    } else if (changed.evicted != Value.NEVER) {
      register.pass(changed);
    }
    if (register.full()) {
      sweep(block, Value.NEVER);
    }
  }

  // Who came before whom of the two?
  private void order(int block, Value value, Value changed) {
    if (value.finish < changed.start) {
      evict(block, value, changed);
    }
    if (value.certain && changed.finish < value.start) {
      evict(block, changed, value);
    }
  }

  // One operation that takes long, elsewhere, must not keep what was here for ever.
  private void sweep(int block, long call) {
    registers[block].sweep(Math.min(call, ticks.oldest(this, block)), durableFloor());
  }

  private void evict(int block, Value value, Value by) {
    value.evicted = Math.min(value.evicted, by.finish);
    value.gone |= !cached || by.durable;
    if (value.certain && value.start > value.evicted) {
      throw stale(block, value, value.start);
    }
  }

  // A power cut may bring back what was overwritten in the cache only, from this tick on.
  private long durableFloor() {
    return cached ? durableFloor : Value.NEVER;
  }

  private Violation stale(int block, Value value, long call) {
    return new Violation(
        Rule.VALUE,
        "block %d of %s had version %d at tick %d or later, and another from tick %d on; it knows %s"
            .formatted(block, name, value.version, call, value.evicted, describe(block)));
  }

  private String describe(int block) {
    StringBuilder text = new StringBuilder();
    Register register = registers[block];
    for (Value value = register.first(); value != null; value = register.next(value)) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(value.version)
          .append(value.certain ? "" : "?")
          .append(value.open ? "+" : "")
          .append('@')
          .append(value.start)
          .append("..")
          .append(value.finish == Value.NEVER ? "" : Long.toString(value.finish));
    }
    return text.toString();
  }

  private @Nullable Value find(int block, long call) {
    return block < registers.length ? registers[block].find(call) : null;
  }
}
