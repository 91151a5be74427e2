package io.nvmetcp.loadgen.sequence;

/**
 * Where I/Os go, in bytes from the start of the part of the namespace that a job works on. First
 * {@link #next}, then {@link #lengthBytes} of the same I/O.
 */
interface Places {
  /** No place is left in this pass. */
  long NONE = -1;

  /**
   * The place of the next I/O, or {@link #NONE} at the end of a pass.
   *
   * @param lengthBytes how long the I/O is meant to be, at most the part's length
   */
  long next(int lengthBytes);

  /** How long it can be at the place that was given last. */
  int lengthBytes(int wantedBytes);

  /** Starts a new pass. */
  void rewind();
}
