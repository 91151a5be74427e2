package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Follows a stream of PDUs by their lengths alone and says of each byte what it is. It judges
 * nothing: of a stream that makes no sense it says so once and follows it no more.
 */
public final class PduTracker {
  /** What a byte of a stream is. */
  public enum Part {
    /** A header. */
    HEADER,
    /** The digest of a header. */
    HEADER_DIGEST,
    /** What stands between a header and its data. */
    PADDING,
    /** Data that a header announces. */
    PAYLOAD,
    /** The digest of data. */
    DATA_DIGEST,
    /** What follows a header without being announced by it: a terminate request's data. */
    REST,
    /** Nobody knows. */
    LOST
  }

  private static final int MOST_HEADER_BYTES = 128;

  private final byte[] header = new byte[MOST_HEADER_BYTES];
  private Part part = Part.HEADER;
  private int filled;
  private long left = PduFields.COMMON_BYTES;

  /** At the beginning of a stream. */
  public PduTracker() {}

  /** What the next byte is. */
  public Part part() {
    return part;
  }

  /** The header of the PDU in hand, as far as it came. */
  public byte[] header() {
    return header;
  }

  /** The type of the PDU in hand, or of the last one. */
  public int type() {
    return LittleEndian.u8(header, PduFields.TYPE);
  }

  /** Bytes of {@link #header}. */
  int headerBytes() {
    return filled;
  }

  /** True if the header of the PDU in hand carries a digest of its own. */
  boolean headerDigest() {
    return (header[PduFields.FLAGS] & PduFlags.HDGST) != 0;
  }

  /** True if the data of the PDU in hand carries a digest. */
  boolean dataDigest() {
    return (header[PduFields.FLAGS] & PduFlags.DDGST) != 0;
  }

  /** True between two PDUs. */
  boolean atBoundary() {
    return part == Part.HEADER && filled == 0;
  }

  /**
   * Takes bytes up to the end of the part in hand.
   *
   * @return how many it took, at least 1 of at least 1
   */
  int take(byte[] bytes, int offset, int length) {
    int step = step(length);
    if (part == Part.HEADER) {
      System.arraycopy(bytes, offset, header, filled, step);
    }
    pass(step);
    return step;
  }

  /**
   * Takes bytes up to the end of the part in hand.
   *
   * @param bytes borrowed for the call
   * @return how many it took, at least 1 of at least 1
   */
  public int take(MemorySegment bytes, long offset, int length) {
    int step = step(length);
    if (part == Part.HEADER) {
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, header, filled, step);
    }
    pass(step);
    return step;
  }

  private int step(int length) {
    return part == Part.LOST ? length : (int) Math.min(length, left);
  }

  private void pass(int bytes) {
    if (part == Part.HEADER) {
      filled += bytes;
    }
    left -= bytes;
    while (left == 0 && part != Part.LOST) {
      next();
    }
  }

  private void next() {
    switch (part) {
      case HEADER -> {
        int hlen = LittleEndian.u8(header, PduFields.HLEN);
        long plen = PduFields.plen(header);
        if (hlen < PduFields.COMMON_BYTES || hlen > MOST_HEADER_BYTES || plen < hlen) {
          part = Part.LOST;
        } else if (filled < hlen) {
          left = (long) hlen - filled;
        } else {
          to(Part.HEADER_DIGEST, headerDigest() ? PduFields.DIGEST_BYTES : 0);
        }
      }
      case HEADER_DIGEST -> {
        long rest = PduFields.plen(header) - bare();
        int pdo = PduFields.pdo(header);
        if (rest < 0 || pdo != 0 && (pdo < bare() || pdo > PduFields.plen(header))) {
          part = Part.LOST;
        } else if (pdo == 0) {
          to(Part.REST, rest);
        } else {
          to(Part.PADDING, pdo - bare());
        }
      }
      case PADDING -> {
        long data = PduFields.plen(header) - PduFields.pdo(header) - digestBytes();
        if (data < 0) {
          part = Part.LOST;
        } else {
          to(Part.PAYLOAD, data);
        }
      }
      case PAYLOAD -> to(Part.DATA_DIGEST, digestBytes());
      case DATA_DIGEST, REST -> {
        filled = 0;
        to(Part.HEADER, PduFields.COMMON_BYTES);
      }
      case LOST -> {}
    }
  }

  private void to(Part next, long bytes) {
    part = next;
    left = bytes;
  }

  private int bare() {
    return filled + (headerDigest() ? PduFields.DIGEST_BYTES : 0);
  }

  private int digestBytes() {
    return dataDigest() ? PduFields.DIGEST_BYTES : 0;
  }
}
