package io.nvmetcp.pdu.frame;

import io.nvmetcp.crc.Crc32c;
import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.DigestSource;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes PDUs to a {@link TransmitSink}, with the digests and the padding that were negotiated.
 *
 * <p>A PDU with data is its header call ({@link #capsuleCmd} with a payload, or {@link #data}),
 * followed by {@link #payload} calls that add up to the announced length; the data digest is
 * computed as they pass and written after the last. Confined to one thread; allocates nothing.
 */
public final class PduWriter {
  // Headers, digest and padding up to the largest data offset: 32 × 4 bytes, or ICReq's 128.
  private static final int SCRATCH_BYTES =
      PduType.IC_REQ.headerBytes() + PduFields.TERM_DATA_BYTES + PduFields.DIGEST_BYTES;

  private final TransmitSink sink;
  private final Crc32cDigest headerCrc;
  private final Crc32cDigest ownDataCrc;
  // Computes the digest of the PDU under way: our own, or a unit that the owner brought.
  private Crc32cDigest dataCrc;
  private final byte[] header = new byte[SCRATCH_BYTES];
  private final byte[] digest = new byte[PduFields.DIGEST_BYTES];
  private Negotiated negotiated = new Negotiated(false, false, 0, 0, 1, 4096);
  private int payloadLeft;
  // The digest of the PDU's data so far: that of a first part, then dataCrc of so many bytes more.
  private int firstCrc;
  private int moreBytes;

  /**
   * @param engine computes header and data digests
   * @param sink takes the bytes
   */
  public PduWriter(Crc32cEngine engine, TransmitSink sink) {
    this.sink = sink;
    headerCrc = engine.newDigest();
    ownDataCrc = engine.newDigest();
    dataCrc = ownDataCrc;
  }

  /** From the next PDU on, write what was negotiated. */
  public void negotiated(Negotiated agreed) {
    negotiated = agreed;
  }

  /**
   * Who computes the data digests from the next PDU on; not to be called within one.
   *
   * @param unit computes them, null for the engine that this writer was made with
   */
  public void dataDigestBy(@Nullable Crc32cDigest unit) {
    if (payloadLeft != 0) {
      throw new IllegalStateException("a PDU is under way");
    }
    dataCrc = unit == null ? ownDataCrc : unit;
  }

  /** Writes an ICReq. */
  public void icReq(IcRequest request) {
    Arrays.fill(header, 0, PduType.IC_REQ.headerBytes(), (byte) 0);
    request.encode(header);
    sink.bytes(header, 0, PduType.IC_REQ.headerBytes());
  }

  /** Writes an ICResp. */
  public void icResp(IcResponse response) {
    Arrays.fill(header, 0, PduType.IC_RESP.headerBytes(), (byte) 0);
    response.encode(header);
    sink.bytes(header, 0, PduType.IC_RESP.headerBytes());
  }

  /** Writes the terminate request that reports {@code fault}, which must have a status. */
  public void termReq(Role sender, ConnectionFault fault) {
    FatalStatus status = fault.status();
    if (status == null) {
      throw new IllegalArgumentException("this fault has no report: " + fault.reason());
    }
    PduType type = sender == Role.HOST ? PduType.H2C_TERM_REQ : PduType.C2H_TERM_REQ;
    byte[] offending = fault.header();
    int plen = type.headerBytes() + offending.length;
    Arrays.fill(header, 0, type.headerBytes(), (byte) 0);
    PduFields.common(header, type, 0, 0, plen);
    LittleEndian.put16(header, PduFields.FES, status.code());
    LittleEndian.put32(header, PduFields.FEI, fault.information());
    System.arraycopy(offending, 0, header, type.headerBytes(), offending.length);
    sink.bytes(header, 0, plen);
  }

  /**
   * Writes a command capsule; if {@code payloadBytes} is above 0 the in-capsule data follows by
   * {@link #payload}.
   */
  public void capsuleCmd(byte[] sqe, int at, int payloadBytes) {
    System.arraycopy(sqe, at, header, PduFields.SQE, Sqe.BYTES);
    begin(PduType.CAPSULE_CMD, 0, payloadBytes);
  }

  /** Writes a response capsule. */
  public void capsuleResp(byte[] cqe, int at) {
    System.arraycopy(cqe, at, header, PduFields.CQE, Cqe.BYTES);
    begin(PduType.CAPSULE_RESP, 0, 0);
  }

  /** Writes a response capsule from its fields; {@code status} as {@link Cqe#put} takes it. */
  public void capsuleResp(long result, int sqhd, int cid, int status) {
    Cqe.put(header, PduFields.CQE, result, sqhd, cid, status);
    begin(PduType.CAPSULE_RESP, 0, 0);
  }

  /** Writes an R2T. */
  public void r2t(int cccid, int ttag, long offset, long lengthBytes) {
    LittleEndian.put16(header, PduFields.CCCID, cccid);
    LittleEndian.put16(header, PduFields.TTAG, ttag);
    LittleEndian.put32(header, PduFields.R2TO, offset);
    LittleEndian.put32(header, PduFields.R2TL, lengthBytes);
    LittleEndian.put32(header, PduFields.R2TL + 4, 0);
    begin(PduType.R2T, 0, 0);
  }

  /**
   * Writes the header of an H2CData or C2HData PDU; {@code payloadBytes} (at least 1) of data
   * follow by {@link #payload}.
   *
   * @param flags {@link PduFlags#LAST} and {@link PduFlags#SUCCESS} as they apply; the digests'
   *     flags are added here
   */
  public void data(
      PduType type, int flags, int cccid, int ttag, long dataOffset, int payloadBytes) {
    if (payloadBytes < 1) {
      throw new IllegalArgumentException(type.wireName() + " with " + payloadBytes + " bytes");
    }
    LittleEndian.put16(header, PduFields.CCCID, cccid);
    LittleEndian.put16(header, PduFields.TTAG, ttag);
    LittleEndian.put32(header, PduFields.DATAO, dataOffset);
    LittleEndian.put32(header, PduFields.DATAL, payloadBytes);
    LittleEndian.put32(header, PduFields.DATAL + 4, 0);
    begin(type, flags, payloadBytes);
  }

  /**
   * Writes a PDU from a header that was read elsewhere: its own fields and flags as they stand, but
   * length, offset, digests and padding as this connection has them. Initializing and terminate
   * PDUs go out as they are, {@code PLEN} bytes of {@code source}.
   *
   * @param source the header from its first byte; borrowed for the call
   * @param payloadBytes data bytes that follow by {@link #payload}; 0 if none
   */
  public void relay(PduType type, byte[] source, int payloadBytes) {
    if (!type.digestible()) {
      sink.bytes(source, 0, Math.toIntExact(PduFields.plen(source)));
      return;
    }
    int own = type.headerBytes() - PduFields.COMMON_BYTES;
    System.arraycopy(source, PduFields.COMMON_BYTES, header, PduFields.COMMON_BYTES, own);
    begin(type, PduFields.flags(source) & type.ownFlags(), payloadBytes);
  }

  private void begin(PduType type, int ownFlags, int payloadBytes) {
    if (payloadLeft != 0) {
      throw new IllegalStateException(payloadLeft + " bytes of the last PDU's data are missing");
    }
    int hlen = type.headerBytes();
    int flags = ownFlags;
    int bare = hlen;
    if (negotiated.headerDigest()) {
      flags |= PduFlags.HDGST;
      bare += PduFields.DIGEST_BYTES;
    }
    int pdo = 0;
    long plen = bare;
    if (payloadBytes > 0) {
      pdo = negotiated.dataOffset(type);
      plen = (long) pdo + payloadBytes;
      if (negotiated.dataDigest()) {
        flags |= PduFlags.DDGST;
        plen += PduFields.DIGEST_BYTES;
        dataCrc.reset();
        firstCrc = 0;
        moreBytes = 0;
      }
    }
    PduFields.common(header, type, flags, pdo, plen);
    if (negotiated.headerDigest()) {
      headerCrc.reset();
      headerCrc.update(header, 0, hlen);
      LittleEndian.put32(header, hlen, headerCrc.value());
    }
    int out = Math.max(bare, pdo);
    if (out > bare) {
      Arrays.fill(header, bare, out, (byte) 0);
    }
    sink.bytes(header, 0, out);
    payloadLeft = payloadBytes;
  }

  /**
   * Writes the next piece of the current PDU's data; the digest follows the last piece by itself.
   *
   * @param source borrowed until {@code lease} is released, also if this throws
   */
  public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
    payload(source, offset, length, DigestSource.NONE, lease);
  }

  /**
   * Writes the next piece of the current PDU's data; the digest follows the last piece by itself.
   *
   * @param source borrowed until {@code lease} is released, also if this throws
   * @param digests knows the digest of ranges of {@code source}, so that the bytes need not be read
   *     for it here; {@link DigestSource#NONE} if nobody does. Asked only if digests are on
   */
  public void payload(
      MemorySegment source, long offset, int length, DigestSource digests, PayloadLease lease) {
    try {
      if (length > payloadLeft) {
        throw new IllegalStateException(length + " bytes where " + payloadLeft + " are announced");
      }
      if (negotiated.dataDigest() && length > 0) {
        digest(source, offset, length, digests);
      }
    } catch (RuntimeException e) {
      lease.release();
      throw e;
    }
    if (length == 0) {
      lease.release();
      return;
    }
    payloadLeft -= length;
    sink.payload(source, offset, length, lease);
    if (payloadLeft > 0) {
      return;
    }
    if (negotiated.dataDigest()) {
      LittleEndian.put32(digest, 0, crcSoFar());
      sink.bytes(digest, 0, PduFields.DIGEST_BYTES);
    }
    sink.pduDone();
  }

  /** Has small payloads given back that the sink still holds; not to be called within a PDU. */
  public void settle() {
    sink.settle();
  }

  @SuppressWarnings("ReferenceEquality") // NONE is one object
  private void digest(MemorySegment source, long offset, int length, DigestSource digests) {
    if (digests == DigestSource.NONE) {
      dataCrc.update(source, offset, length);
      moreBytes += length;
      return;
    }
    int before = crcSoFar();
    firstCrc = Crc32c.combine(before, digests.crc32c(offset, length, dataCrc), length);
    moreBytes = 0;
    dataCrc.reset();
  }

  // Behind an empty part, or one whose CRC32C happens to be 0, the rest's stands for itself.
  private int crcSoFar() {
    return firstCrc == 0 ? dataCrc.value() : Crc32c.combine(firstCrc, dataCrc.value(), moreBytes);
  }
}
