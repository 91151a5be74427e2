package io.nvmetcp.target.backend;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.crc.DigestSource;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A run of data that lies in one or more pieces of memory, in order, together with the leases that
 * keep them there. Made once and used for many operations: in steady state it allocates nothing.
 *
 * <p>Confined to one thread at a time; the leases may be released on any thread.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class MemoryPieces {
  private static final int INITIAL_PIECES = 10;

  private MemorySegment[] segments = new MemorySegment[INITIAL_PIECES];
  private long[] offsets = new long[INITIAL_PIECES];
  private int[] lengths = new int[INITIAL_PIECES];
  private DigestSource[] digests = new DigestSource[INITIAL_PIECES];
  private Lease[] leases = new Lease[INITIAL_PIECES];
  private int count;
  private int leaseCount;
  private int lengthBytes;

  /** An empty run. */
  public MemoryPieces() {
    Arrays.fill(segments, MemorySegment.NULL);
    Arrays.fill(digests, DigestSource.NONE);
    Arrays.fill(leases, Lease.NONE);
  }

  /** Appends {@code length} bytes that lie at {@code offset} of {@code segment}. */
  public void add(MemorySegment segment, long offset, int length) {
    add(segment, offset, length, DigestSource.NONE);
  }

  /**
   * Appends {@code length} bytes that lie at {@code offset} of {@code segment}.
   *
   * @param source may know their digest
   */
  public void add(MemorySegment segment, long offset, int length, DigestSource source) {
    if (count == segments.length) {
      int size = count * 2;
      segments = Arrays.copyOf(segments, size);
      Arrays.fill(segments, count, size, MemorySegment.NULL);
      offsets = Arrays.copyOf(offsets, size);
      lengths = Arrays.copyOf(lengths, size);
      digests = Arrays.copyOf(digests, size);
      Arrays.fill(digests, count, size, DigestSource.NONE);
    }
    segments[count] = segment;
    digests[count] = source;
    offsets[count] = offset;
    lengths[count] = length;
    count++;
    lengthBytes += length;
  }

  /** Adds a lease that {@link #release} returns; ownership of it passes to this object. */
  public void lease(Lease lease) {
    if (leaseCount == leases.length) {
      int size = leaseCount * 2;
      leases = Arrays.copyOf(leases, size);
      Arrays.fill(leases, leaseCount, size, Lease.NONE);
    }
    leases[leaseCount++] = lease;
  }

  /** The lease that was added as the {@code index}-th, or none. */
  Lease lease(int index) {
    return index < leaseCount ? leases[index] : Lease.NONE;
  }

  /** Number of pieces. */
  public int count() {
    return count;
  }

  /** Bytes of all pieces together. */
  public int lengthBytes() {
    return lengthBytes;
  }

  /** Where piece {@code index} lies. */
  public MemorySegment segment(int index) {
    return segments[checked(index)];
  }

  /** Where in its segment piece {@code index} starts. */
  public long offset(int index) {
    return offsets[checked(index)];
  }

  /** Length of piece {@code index} in bytes. */
  public int length(int index) {
    return lengths[checked(index)];
  }

  /** Who may know digests of piece {@code index}, or {@link DigestSource#NONE}. */
  public DigestSource digests(int index) {
    return digests[checked(index)];
  }

  private int checked(int index) {
    if (index >= count) {
      throw new IndexOutOfBoundsException("piece " + index + " of " + count);
    }
    return index;
  }

  /**
   * Copies {@code length} bytes from {@code from} of this run to {@code to} at {@code toOffset}.
   *
   * @throws IndexOutOfBoundsException if either side is too short
   */
  public void copyTo(int from, MemorySegment to, long toOffset, int length) {
    int skip = from;
    int done = 0;
    for (int i = 0; i < count && done < length; i++) {
      int available = lengths[i] - skip;
      if (available <= 0) {
        skip -= lengths[i];
        continue;
      }
      int step = Math.min(available, length - done);
      MemorySegment.copy(segments[i], offsets[i] + skip, to, toOffset + done, step);
      done += step;
      skip = 0;
    }
    if (done < length) {
      throw new IndexOutOfBoundsException(length + " bytes from " + from + " of " + lengthBytes);
    }
  }

  /**
   * Copies {@code length} bytes from {@code from} to this run at {@code to}; what lies there
   * already, because it was read to its place, is left alone.
   *
   * @return how many of the bytes lay there already
   * @throws IndexOutOfBoundsException if either side is too short
   */
  @CanIgnoreReturnValue
  public int fill(int to, MemorySegment from, long fromOffset, int length) {
    int piece = pieceAt(to);
    int inPiece = to - startOf(piece);
    int done = 0;
    int placed = 0;
    while (done < length) {
      int step = Math.min(length - done, length(piece) - inPiece);
      MemorySegment target = segments[piece];
      long at = offsets[piece] + inPiece;
      boolean there =
          from.isNative()
              && target.isNative()
              && from.address() + fromOffset + done == target.address() + at;
      if (there) {
        placed += step;
      } else {
        MemorySegment.copy(from, fromOffset + done, target, at, step);
      }
      done += step;
      piece++;
      inPiece = 0;
    }
    return placed;
  }

  /** The piece in which byte {@code position} of the run lies. */
  public int pieceAt(int position) {
    int start = 0;
    for (int i = 0; i < count; i++) {
      start += lengths[i];
      if (position < start) {
        return i;
      }
    }
    throw new IndexOutOfBoundsException("byte " + position + " of " + lengthBytes);
  }

  /** Where in the run piece {@code index} starts. */
  public int startOf(int index) {
    int start = 0;
    for (int i = 0; i < index; i++) {
      start += lengths[i];
    }
    return start;
  }

  /** True if {@code other} is as long as this run and holds the same bytes. */
  public boolean sameBytes(MemoryPieces other) {
    if (lengthBytes != other.lengthBytes) {
      return false;
    }
    int mine = 0;
    int theirs = 0;
    int inMine = 0;
    int inTheirs = 0;
    while (mine < count && theirs < other.count) {
      int step = Math.min(lengths[mine] - inMine, other.lengths[theirs] - inTheirs);
      long from = offsets[mine] + inMine;
      long against = other.offsets[theirs] + inTheirs;
      long differs =
          MemorySegment.mismatch(
              segments[mine], from, from + step, other.segments[theirs], against, against + step);
      if (differs >= 0) {
        return false;
      }
      inMine += step;
      inTheirs += step;
      if (inMine == lengths[mine]) {
        mine++;
        inMine = 0;
      }
      if (inTheirs == other.lengths[theirs]) {
        theirs++;
        inTheirs = 0;
      }
    }
    return true;
  }

  /** Returns all leases and forgets all pieces; does nothing to an empty run. */
  public void release() {
    int held = leaseCount;
    leaseCount = 0;
    Arrays.fill(segments, 0, count, MemorySegment.NULL);
    Arrays.fill(digests, 0, count, DigestSource.NONE);
    count = 0;
    lengthBytes = 0;
    for (int i = 0; i < held; i++) {
      Lease lease = leases[i];
      leases[i] = Lease.NONE;
      lease.release();
    }
  }
}
