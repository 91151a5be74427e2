package io.nvmetcp.e2e.sim.check;

import org.jspecify.annotations.Nullable;

/** One value that a block may have, as a write made it: see {@link NamespaceHistory}. */
final class Value {
  /** No tick. */
  static final long NEVER = Long.MAX_VALUE;

  long version;

  /** When its write was called; no two writes have the same. */
  long call;

  /** The block had this value at a tick not before this one, if it ever had it. */
  long start;

  /** The block had this value at a tick before this one, if it ever had it. */
  long finish;

  /** From this tick on the block had another value. */
  long evicted;

  /** The block had it: its write was acknowledged, or it was read. */
  boolean certain;

  /** Its write may still happen. */
  boolean open;

  /** If the block had it, it came to the medium whatever became of the cache. */
  boolean durable;

  /** A value that is on the medium has come after it. */
  boolean gone;

  /** A Compare-and-Write has taken it away. */
  boolean taken;

  /** Another value of the block has, or may have, the same version. */
  boolean twin;

  /** It is known when another came: it is in the block's list of those. */
  boolean past;

  /** The next one in a list. */
  @Nullable Value next;

  Value() {}

  void begin(long newVersion, long newCall) {
    version = newVersion;
    call = newCall;
    start = newCall;
    finish = NEVER;
    evicted = NEVER;
    certain = false;
    open = true;
    durable = false;
    gone = false;
    taken = false;
    twin = false;
    past = false;
    next = null;
  }

  /**
   * True if a power cut may bring it back, though another has come.
   *
   * @param floor what was gone before this tick is gone for good
   */
  boolean mayComeBack(long floor) {
    return !gone && evicted >= floor;
  }

  /** The only value, or one of several, that the block can have at {@code tick}. */
  void rebase(long tick, boolean only) {
    start = tick;
    finish = tick;
    evicted = NEVER;
    certain = only;
    open = false;
    durable = true;
    gone = false;
    taken = false;
  }
}
