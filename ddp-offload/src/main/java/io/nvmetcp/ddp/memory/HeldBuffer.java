package io.nvmetcp.ddp.memory;

import org.jspecify.annotations.Nullable;

/**
 * A place for the buffer of one I/O at a time, in one piece or several, whose regions are held
 * while it is here. It serves I/O after I/O, so that none allocates one. Confined to one thread.
 *
 * <p>Positions count bytes of the buffer from 0. Pieces are numbered; with one piece its number is
 * 0 and nothing is searched.
 */
public final class HeldBuffer {
  private final RegionHolds holds;
  private @Nullable Region region;
  private long offset;
  private int lengthBytes;
  // The pieces, if there are several; region is that of the first.
  private @Nullable ScatterList pieces;

  /**
   * Holds nothing.
   *
   * @param holds of the same thread; shared with other buffers
   */
  public HeldBuffer(RegionHolds holds) {
    this.holds = holds;
  }

  /**
   * Takes a buffer in one piece and holds its region; there must be none here.
   *
   * @return false if the region is closing: nothing is here then
   */
  public boolean hold(Region of, long at, int bytes) {
    if (region != null) {
      throw new IllegalStateException("a buffer is held already");
    }
    if (!holds.hold(of)) {
      return false;
    }
    region = of;
    offset = at;
    lengthBytes = bytes;
    return true;
  }

  /** As {@link #hold(Region, long, int)}. */
  public boolean hold(BufferSlice slice) {
    return hold(slice.region(), slice.offset(), slice.lengthBytes());
  }

  /** As {@link #hold(Region, long, int)}, for a buffer in several pieces: all of them, or none. */
  public boolean hold(ScatterList list) {
    BufferSlice first = list.segment(0);
    if (list.segments() == 1) {
      return hold(first);
    }
    if (region != null) {
      throw new IllegalStateException("a buffer is held already");
    }
    if (!list.hold()) {
      return false;
    }
    region = first.region();
    offset = first.offset();
    lengthBytes = list.lengthBytes();
    pieces = list;
    return true;
  }

  /** Lets go of the buffer; does nothing if there is none. */
  public void release() {
    Region held = region;
    ScatterList list = pieces;
    region = null;
    pieces = null;
    lengthBytes = 0;
    if (list != null) {
      list.release();
    } else if (held != null) {
      holds.release(held);
    }
  }

  /** Bytes of the buffer; 0 if there is none. */
  public int lengthBytes() {
    return lengthBytes;
  }

  /** The pieces, or null if there is only one. */
  public @Nullable ScatterList pieces() {
    return pieces;
  }

  /** The number of the piece that holds this byte. */
  public int piece(long at) {
    ScatterList list = pieces;
    return list == null ? 0 : list.find(at);
  }

  /**
   * The region of a piece.
   *
   * @throws IllegalStateException if nothing is held
   */
  public Region region(int piece) {
    ScatterList list = pieces;
    if (list != null) {
      return list.segment(piece).region();
    }
    Region held = region;
    if (held == null) {
      throw new IllegalStateException("no buffer is held");
    }
    return held;
  }

  /** Where byte {@code at} of the buffer lies in the region of its piece. */
  public long place(int piece, long at) {
    ScatterList list = pieces;
    return list == null ? offset + at : list.segment(piece).offset() + at - list.start(piece);
  }

  /** Bytes from {@code at} to the end of its piece. */
  public int contiguous(int piece, long at) {
    ScatterList list = pieces;
    return list == null
        ? (int) (lengthBytes - at)
        : (int) (list.start(piece) + (long) list.segment(piece).lengthBytes() - at);
  }
}
