package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.memory.Region;
import org.jspecify.annotations.Nullable;

/** One entry of the tag table: a buffer that payloads of one tag go to. */
public final class Mapping {
  /** What a mapping waits for. */
  enum State {
    FREE,
    AWAIT_DATA,
    /** Torn down, but not yet reported, or the socket still holds a part of the buffer. */
    AWAIT_REPORT
  }

  State state = State.FREE;
  int tag;
  long offset;
  int length;
  int expectedBytes;
  int windows;
  int delay;
  // Counts setups of this entry, so that a payload under way cannot run on into the next one.
  int epoch;
  @Nullable Region region;

  Mapping() {}

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

  /** The region that holds the buffer. */
  public Region region() {
    Region held = region;
    if (held == null) {
      throw new IllegalStateException("tag " + tag + " is not mapped");
    }
    return held;
  }

  /** Where the buffer starts in its region. */
  public long offset() {
    return offset;
  }

  /** Length of the buffer in bytes. */
  public int length() {
    return length;
  }
}
