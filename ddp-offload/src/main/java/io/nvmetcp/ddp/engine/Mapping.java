package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.memory.RegionHolds;

/** One entry of the tag table: a buffer that payloads of one tag go to. */
public final class Mapping {
  /** What a mapping waits for. */
  enum State {
    FREE,
    AWAIT_DATA,
    /** Torn down, but not yet reported, or the socket still holds a part of the buffer. */
    AWAIT_REPORT
  }

  final HeldBuffer buffer;
  State state = State.FREE;
  int tag;
  int expectedBytes;
  int windows;
  int delay;
  // Counts setups of this entry, so that a payload under way cannot run on into the next one.
  int epoch;

  Mapping(RegionHolds holds) {
    buffer = new HeldBuffer(holds);
  }

  /** The buffer; held until the teardown is done. */
  public HeldBuffer buffer() {
    return buffer;
  }

  /** The tag. */
  public int tag() {
    return tag;
  }

  /** Which setup of this entry this is. */
  public int epoch() {
    return epoch;
  }

  /** True if this is still setup number {@code setup} and its teardown has not started. */
  public boolean awaitsData(int setup) {
    return epoch == setup && state == State.AWAIT_DATA;
  }
}
