package io.nvmetcp.e2e.sim.check;

import org.jspecify.annotations.Nullable;

/**
 * The values that one block may have, or had when an operation under way was called: see {@link
 * NamespaceHistory}. Those that may be there still, and those that have passed, are lists of their
 * own: where one operation takes long many values pass, and few operations ask for one of them.
 */
final class Register {
  private static final int FIRST_SWEEP = 8;

  private final Spares spares;

  /** Those that may be there still, the youngest call first. */
  @Nullable Value live;

  /** Those of which it is known when another came, in no order. */
  @Nullable Value passed;

  private int passedCount;
  private int sweepAt = FIRST_SWEEP;
  // No value that has passed went later, and none that was certain was there later.
  private long lastEvicted = -1;
  private long lastStart = -1;

  Register(Spares spares) {
    this.spares = spares;
  }

  /** A write is called. */
  void add(Value value) {
    value.next = live;
    live = value;
  }

  /** From now on several values are known to be alike, and only their times tell them apart. */
  void markTwins(Value value) {
    for (Value other = first(); other != null; other = next(other)) {
      if (other != value && other.version == value.version) {
        other.twin = true;
        value.twin = true;
      }
    }
  }

  /** The value of the write that was called at this tick. */
  @Nullable Value find(long call) {
    Value value = first();
    while (value != null && value.call != call) {
      value = next(value);
    }
    return value;
  }

  /** A value of this version; one of several if it is a {@link Value#twin}. */
  @Nullable Value findVersion(long version) {
    Value value = first();
    while (value != null && value.version != version) {
      value = next(value);
    }
    return value;
  }

  /** The version of the youngest that certainly was there, and may be there still. */
  long guess() {
    Value youngest = live;
    while (youngest != null && !youngest.certain) {
      youngest = youngest.next;
    }
    return youngest == null ? NamespaceHistory.ZERO : youngest.version;
  }

  /** The first of all, to go on with {@link #next}. */
  @Nullable Value first() {
    return live != null ? live : passed;
  }

  /** The one after it; those that have passed come last. */
  @Nullable Value next(Value value) {
    Value next = value.next;
    return next != null || value.past ? next : passed;
  }

  /** Forgets a value. */
  void remove(Value gone) {
    if (gone.past) {
      passed = without(passed, gone);
      passedCount--;
    } else {
      live = without(live, gone);
    }
    spares.give(gone);
  }

  private static @Nullable Value without(@Nullable Value first, Value gone) {
    if (first == gone) {
      return gone.next;
    }
    for (Value value = first; value != null; value = value.next) {
      if (value.next == gone) {
        value.next = gone.next;
        break;
      }
    }
    return first;
  }

  /** It is known when another came after it. */
  void pass(Value value) {
    live = without(live, value);
    value.past = true;
    value.next = passed;
    passed = value;
    passedCount++;
    told(value);
  }

  /** The ticks of a value that has passed have changed. */
  void told(Value value) {
    lastEvicted = Math.max(lastEvicted, value.evicted);
    if (value.certain) {
      lastStart = Math.max(lastStart, value.start);
    }
  }

  /** False if none of those that have passed can have to do with a value that ended then. */
  boolean concernsPassed(Value changed) {
    return changed.finish < lastEvicted || changed.finish < lastStart;
  }

  /** True if many have passed since some were forgotten. */
  boolean full() {
    return passedCount >= sweepAt;
  }

  /**
   * Forgets what has passed and no operation can return.
   *
   * @param oldest no operation that has to do with this block, and has not ended, was called before
   * @param floor see {@link Value#mayComeBack}
   */
  void sweep(long oldest, long floor) {
    Value kept = null;
    int count = 0;
    lastEvicted = -1;
    lastStart = -1;
    for (Value value = passed; value != null; ) {
      Value next = value.next;
      if (value.evicted < oldest && !value.open && !value.mayComeBack(floor)) {
        spares.give(value);
      } else {
        value.next = kept;
        kept = value;
        count++;
        told(value);
      }
      value = next;
    }
    passed = kept;
    passedCount = count;
    sweepAt = Math.max(FIRST_SWEEP, 2 * count);
  }

  /**
   * Of those that have passed, each that may come back may be there again; the others are
   * forgotten.
   *
   * @param floor see {@link Value#mayComeBack}
   */
  void returnPassed(long floor) {
    for (Value value = live; value != null; ) {
      Value next = value.next;
      if (value.evicted != Value.NEVER) {
        pass(value);
      }
      value = next;
    }
    Value value = passed;
    passed = null;
    passedCount = 0;
    lastEvicted = -1;
    lastStart = -1;
    while (value != null) {
      Value next = value.next;
      if (value.mayComeBack(floor)) {
        value.past = false;
        insert(value);
      } else {
        spares.give(value);
      }
      value = next;
    }
  }

  // Where its call belongs.
  private void insert(Value value) {
    Value before = null;
    Value after = live;
    while (after != null && after.call > value.call) {
      before = after;
      after = after.next;
    }
    value.next = after;
    if (before == null) {
      live = value;
    } else {
      before.next = value;
    }
  }
}
