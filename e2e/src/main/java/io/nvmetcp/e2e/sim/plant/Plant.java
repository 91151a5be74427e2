package io.nvmetcp.e2e.sim.plant;

/** A fault that can be planted. */
public enum Plant {
  /** The disk says that it wrote, and did not. */
  WRITE_DROPPED,
  /** The disk writes a block too far. */
  WRITE_MISPLACED,
  /** The disk writes half of the last block. */
  WRITE_TORN,
  /** The disk writes after it has said so. */
  WRITE_LATE,
  /** The disk carries out a write once more, when its session is long dead. */
  WRITE_AFTER_DEATH,
  /** The disk fails a write, and has written. */
  FAILURE_WROTE,
  /** The disk reads what was there when a much earlier read came. */
  READ_STALE,
  /** The disk flushes nothing. */
  FLUSH_LIES,
  /** The disk keeps a write in its cache that was to be durable. */
  FORCED_WRITE_CACHED,
  /** The disk compares first and writes a while after. */
  COMPARE_AND_WRITE_APART,
  /** The disk leaves what was to be zero. */
  ZERO_SKIPPED,
  /** What a namespace lost by shrinking is there again when it grows. */
  SHRINK_KEEPS;

  /** Its name on the command line. */
  public String option() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
