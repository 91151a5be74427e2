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

  private static final int MANY = 12;

  private final String name;
  private final Ticks ticks;
  private final boolean cached;
  private final boolean judged;
  private @Nullable Value[] values;
  private @Nullable Value spare;
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
    values = new Value[blocks];
    for (int block = 0; block < blocks; block++) {
      values[block] = zeros();
    }
  }

  private Value zeros() {
    Value zero = make(ZERO, -1);
    zero.rebase(ticks.now(), true);
    return zero;
  }

  /** False if any value will do. */
  public boolean judged() {
    return judged;
  }

  /** Blocks that it has now. */
  public int blocks() {
    return values.length;
  }

  private Value make(long version, long call) {
    Value value = spare;
    if (value == null) {
      value = new Value();
    } else {
      spare = value.next;
    }
    value.begin(version, call);
    return value;
  }

  // ---- what hosts did, and were told

  /** A write of a block is called. */
  void writing(int block, long version, long call) {
    if (judged && block < values.length) {
      Value value = make(version, call);
      value.next = values[block];
      values[block] = value;
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
    remove(block, value);
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
        || block >= values.length
        || call < cutTick
        || call < resizedTick && block >= resizedFrom) {
      // It may be of before.
      return;
    }
    Value found = null;
    int several = 0;
    for (Value value = values[block]; value != null; value = value.next) {
      if (value.version == version) {
        several++;
        if (found == null || fits(block, value, call, end)) {
          found = value;
        }
      }
    }
    if (found == null) {
      throw new Violation(
          Rule.VALUE,
          "block %d of %s was read with version %d, which it never had or lost long ago; it knows %s"
              .formatted(block, name, version, describe(block)));
    }
    if (several > 1) {
      // Nobody knows which: it is enough that one fits.
      if (!fits(block, found, call, end)) {
        throw stale(block, found, call);
      }
      return;
    }
    found.start = Math.max(found.start, call);
    found.finish = Math.min(found.finish, end);
    found.certain = true;
    settle(block, found);
  }

  /** A Compare-and-Write, called at {@code call}, found this version, and took it away. */
  void taken(int block, long version, long call) {
    if (!judged
        || version == ZERO
        || block >= values.length
        || call < Math.max(cutTick, resizedTick)) {
      return;
    }
    int several = 0;
    Value found = null;
    for (Value value = values[block]; value != null; value = value.next) {
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
    for (Value value = block < values.length ? values[block] : null;
        value != null;
        value = value.next) {
      if (value.certain) {
        return value.version;
      }
    }
    return ZERO;
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
    for (int block = 0; block < values.length; block++) {
      Value before = null;
      int left = 0;
      Value value = values[block];
      while (value != null) {
        Value next = value.next;
        if (value.evicted != Value.NEVER && !mayComeBack(value)) {
          unlink(block, before, value);
        } else {
          left++;
          before = value;
        }
        value = next;
      }
      for (value = values[block]; value != null; value = value.next) {
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
    resizedFrom = Math.min(resizedFrom, Math.min(blocks, values.length));
    resizedTick = ticks.next();
    int before = values.length;
    values = Arrays.copyOf(values, blocks);
    for (int block = before; block < blocks; block++) {
      values[block] = zeros();
    }
  }

  // ---- the order

  // True if a read of this value, which is one of several alike, is possible.
  private boolean fits(int block, Value value, long call, long end) {
    long start = Math.max(value.start, call);
    long finish = Math.min(value.finish, end);
    if (start > value.evicted) {
      return false;
    }
    for (Value other = values[block]; other != null; other = other.next) {
      if (other != value && other.certain && finish < other.start && other.finish < start) {
        return false;
      }
    }
    return true;
  }

  // The ticks of a value that the block certainly had have changed: who comes before whom?
  private void settle(int block, Value changed) {
    Value before = null;
    Value value = values[block];
    long oldest = ticks.oldest();
    int count = 0;
    while (value != null) {
      Value next = value.next;
      if (++count == MANY) {
        // One operation that takes long, elsewhere, must not keep what was here for ever.
        oldest = ticks.oldest(this, block);
      }
      if (value != changed) {
        if (value.finish < changed.start) {
          evict(block, value, changed);
        }
        if (value.certain && changed.finish < value.start) {
          evict(block, changed, value);
        }
        if (value.evicted < oldest && !value.open && !mayComeBack(value)) {
          unlink(block, before, value);
          value = next;
          continue;
        }
      }
      before = value;
      value = next;
    }
  }

  private void evict(int block, Value value, Value by) {
    value.evicted = Math.min(value.evicted, by.finish);
    value.gone |= !cached || by.durable;
    if (value.certain && value.start > value.evicted) {
      throw stale(block, value, value.start);
    }
  }

  // A power cut may bring back what was overwritten in the cache only.
  private boolean mayComeBack(Value value) {
    return cached && !value.gone && value.evicted >= durableFloor;
  }

  private Violation stale(int block, Value value, long call) {
    return new Violation(
        Rule.VALUE,
        "block %d of %s had version %d at tick %d or later, and another from tick %d on; it knows %s"
            .formatted(block, name, value.version, call, value.evicted, describe(block)));
  }

  private String describe(int block) {
    StringBuilder text = new StringBuilder();
    for (Value value = values[block]; value != null; value = value.next) {
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
    Value value = block < values.length ? values[block] : null;
    while (value != null && value.call != call) {
      value = value.next;
    }
    return value;
  }

  private void remove(int block, Value gone) {
    Value before = null;
    for (Value value = values[block]; value != null; value = value.next) {
      if (value == gone) {
        unlink(block, before, value);
        return;
      }
      before = value;
    }
  }

  private void unlink(int block, @Nullable Value before, Value value) {
    if (before == null) {
      values[block] = value.next;
    } else {
      before.next = value.next;
    }
    value.next = spare;
    spare = value;
  }
}
