package io.nvmetcp.cli.decode;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first PDU of one direction. Where the capture saw the connection begin, it is the first
 * byte or nowhere; else the first bytes that make a sound header, and the bytes before it belong to
 * a PDU that the capture missed.
 */
final class PduStart {
  private static final int FIELDS_BYTES = 24;
  private static final int MAX_PLEN = 64 << 20;
  private static final byte[] NOTHING = {};

  private final Crc32cDigest crc = JdkCrc32c.INSTANCE.newDigest();
  private byte[] pending = NOTHING;
  private boolean anchored;
  private boolean found;
  private boolean hopeless;
  private long skipped;

  /** The capture saw the connection begin. */
  void anchor() {
    anchored = true;
  }

  /** True once a PDU begins. */
  boolean found() {
    return found;
  }

  /** True if this connection is no NVMe/TCP. */
  boolean hopeless() {
    return hopeless;
  }

  /** Bytes before the first PDU. */
  long skipped() {
    return skipped;
  }

  /**
   * Takes the next bytes of the stream; the result is what belongs to PDUs, empty until the first
   * is found.
   *
   * @param sender who sends here, or null if unknown
   */
  byte[] feed(byte[] bytes, @Nullable Role sender) {
    if (found) {
      return bytes;
    }
    byte[] all = Arrays.copyOf(pending, pending.length + bytes.length);
    System.arraycopy(bytes, 0, all, pending.length, bytes.length);
    int at = 0;
    while (all.length - at >= FIELDS_BYTES && !hopeless) {
      if (common(all, at, sender)) {
        int wanted = PduFields.hlen(Arrays.copyOfRange(all, at, at + FIELDS_BYTES));
        if (all.length - at < wanted + PduFields.DIGEST_BYTES && isDigested(all, at)) {
          break;
        }
        if (!isDigested(all, at) || digestMatches(all, at, wanted)) {
          found = true;
          pending = NOTHING;
          skipped += at;
          return Arrays.copyOfRange(all, at, all.length);
        }
      }
      hopeless = anchored;
      at++;
    }
    skipped += at;
    pending = hopeless ? NOTHING : Arrays.copyOfRange(all, at, all.length);
    return NOTHING;
  }

  /** The type of the first PDU's header at the start of {@code bytes}. */
  static PduType type(byte[] bytes) {
    PduType type = PduType.byCode(bytes[0]);
    if (type == null) {
      throw new AssertionError("a sound header has a type");
    }
    return type;
  }

  private boolean common(byte[] bytes, int at, @Nullable Role sender) {
    PduType type = PduType.byCode(bytes[at]);
    if (type == null || (sender != null && type.sender() != sender)) {
      return false;
    }
    byte[] h = Arrays.copyOfRange(bytes, at, at + FIELDS_BYTES);
    boolean initializes = type == PduType.IC_REQ || type == PduType.IC_RESP;
    int digests =
        (type.digestible() ? PduFlags.HDGST : 0) | (type.mayCarryData() ? PduFlags.DDGST : 0);
    long plen = PduFields.plen(h);
    if (PduFields.hlen(h) != type.headerBytes()
        || (PduFields.flags(h) & ~(type.ownFlags() | digests)) != 0
        || plen > MAX_PLEN
        || (anchored && !initializes)) {
      return false;
    }
    if (type == PduType.H2C_TERM_REQ || type == PduType.C2H_TERM_REQ) {
      return plen >= type.headerBytes() && plen <= type.headerBytes() + PduFields.TERM_DATA_BYTES;
    }
    int bare = type.headerBytes() + (isDigested(bytes, at) ? PduFields.DIGEST_BYTES : 0);
    boolean carriesData = type.mayCarryData() && plen > bare;
    return carriesData ? data(h, type, bare, plen) : plen == bare && !isData(type);
  }

  private static boolean data(byte[] h, PduType type, int bare, long plen) {
    int pdo = PduFields.pdo(h);
    long trailer = (PduFields.flags(h) & PduFlags.DDGST) != 0 ? PduFields.DIGEST_BYTES : 0;
    long length = plen - pdo - trailer;
    return pdo >= bare
        && pdo % 4 == 0
        && length > 0
        && (!isData(type) || LittleEndian.u32(h, PduFields.DATAL) == length);
  }

  private static boolean isData(PduType type) {
    return type == PduType.H2C_DATA || type == PduType.C2H_DATA;
  }

  private static boolean isDigested(byte[] bytes, int at) {
    return (bytes[at + PduFields.FLAGS] & PduFlags.HDGST) != 0;
  }

  private boolean digestMatches(byte[] bytes, int at, int headerBytes) {
    crc.reset();
    crc.update(bytes, at, headerBytes);
    return crc.value() == LittleEndian.i32(bytes, at + headerBytes);
  }
}
