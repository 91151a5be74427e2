package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
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
  // The buffer's pieces, if there are several; region is that of the first.
  @Nullable ScatterList pieces;

  Mapping() {}

  /** The segment that byte {@code at} of the buffer lies in: its number, for the calls below. */
  public int segment(long at) {
    ScatterList list = pieces;
    return list == null ? 0 : list.find(at);
  }

  /** The region of a segment. */
  public Region region(int segment) {
    ScatterList list = pieces;
    return list == null ? region() : list.segment(segment).region();
  }

  /** Where byte {@code at} of the buffer lies in the region of its segment. */
  public long place(int segment, long at) {
    ScatterList list = pieces;
    return list == null ? offset + at : list.segment(segment).offset() + at - list.start(segment);
  }

  /** Bytes of the buffer from {@code at} to the end of its segment. */
  public int contiguous(int segment, long at) {
    ScatterList list = pieces;
    return list == null
        ? (int) (length - at)
        : (int) (list.start(segment) + (long) list.segment(segment).lengthBytes() - at);
  }

  void release() {
    ScatterList list = pieces;
    Region held = region;
    pieces = null;
    region = null;
    if (list != null) {
      list.release();
    } else if (held != null) {
      held.release();
    }
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

  /** The region that holds the buffer. */
  public Region region() {
    Region held = region;
    if (held == null) {
      throw new IllegalStateException("tag " + tag + " is not mapped");
    }
    return held;
  }

  /** Length of the buffer in bytes. */
  public int length() {
    return length;
  }
}
