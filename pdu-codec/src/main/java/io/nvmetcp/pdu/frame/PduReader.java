package io.nvmetcp.pdu.frame;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.check.HeaderCheck;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.check.Verdict;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of one direction of a connection into PDU events, whatever way the stream is cut.
 *
 * <p>Only headers are kept (at most 152 bytes); data passes through to the listener. Nothing is
 * ever allocated by what a length field claims. After a fault the reader is sticky: it has told the
 * listener once and ignores everything else.
 *
 * <p>Confined to one thread.
 */
public final class PduReader {
  private enum State {
    AWAIT_COMMON_HEADER,
    AWAIT_HEADER,
    AWAIT_PADDING,
    AWAIT_PAYLOAD,
    AWAIT_DATA_DIGEST,
    FAILED
  }

  private static final int SCRATCH_BYTES =
      PduType.IC_REQ.headerBytes() + PduFields.TERM_DATA_BYTES + PduFields.DIGEST_BYTES;

  private final PduListener listener;
  private final Crc32cDigest headerCrc;
  private final DigestLedger ledger;
  private final byte[] header = new byte[SCRATCH_BYTES];
  private final byte[] digestBytes = new byte[PduFields.DIGEST_BYTES];
  private Limits limits;
  private State state = State.AWAIT_COMMON_HEADER;
  private PduType type = PduType.IC_REQ;
  private int filled;
  private int wanted = PduFields.COMMON_BYTES;
  private int paddingLeft;
  private int payloadBytes;
  private int payloadDone;
  private int digestWanted;
  private int digestFilled;

  /**
   * @param engine computes header digests
   * @param voucher whose word a run's crc-ok bit is
   * @param limits what headers are judged against until {@link #limits(Limits)} replaces it
   * @param listener gets the events
   */
  public PduReader(Crc32cEngine engine, Voucher voucher, Limits limits, PduListener listener) {
    this.listener = listener;
    this.limits = limits;
    headerCrc = engine.newDigest();
    ledger = new DigestLedger(voucher);
  }

  /** What headers are judged against. */
  public Limits limits() {
    return limits;
  }

  /**
   * Replaces the limits, from the next header on: once after ICReq and ICResp, from within the
   * {@code onPdu} that completes them, and again when a queue learns its capsule size.
   */
  public void limits(Limits next) {
    limits = next;
  }

  /** True once a fault was found or {@link #fail} or {@link #close} was called. */
  public boolean failed() {
    return state == State.FAILED;
  }

  /** The listener's own finding: reports the fault to it once and stops the reader. */
  public void fail(ConnectionFault fault) {
    if (state != State.FAILED) {
      state = State.FAILED;
      listener.onFault(fault);
    }
  }

  /** Stops the reader without an event; the connection is gone. */
  public void close() {
    state = State.FAILED;
  }

  /** A fault about the header in hand, for the listener's own findings. */
  public ConnectionFault fault(FatalStatus status, long information, String reason) {
    return ConnectionFault.of(status, information, reason, header, type.headerBytes());
  }

  /**
   * Data bytes of the current PDU that are still to come, 0 outside data. A reader of sockets may
   * ask for exactly these next.
   */
  public int payloadLeft() {
    return state == State.AWAIT_PAYLOAD ? payloadBytes - payloadDone : 0;
  }

  /**
   * Bytes that may be given to {@link #accept} without going beyond the end of the current PDU; at
   * least 1. For callers that want to stop between two PDUs.
   */
  public int bytesToBoundary() {
    return switch (state) {
      case AWAIT_COMMON_HEADER, AWAIT_HEADER -> wanted - filled;
      case AWAIT_PADDING -> paddingLeft;
      case AWAIT_PAYLOAD -> payloadBytes - payloadDone;
      case AWAIT_DATA_DIGEST -> PduFields.DIGEST_BYTES - digestFilled;
      case FAILED -> Integer.MAX_VALUE;
    };
  }

  /**
   * The type of the PDU whose header is on its way, known from the eighth byte on; otherwise null.
   * For callers that want to stop before a PDU of some type.
   */
  public @Nullable PduType headerInHand() {
    return state == State.AWAIT_HEADER ? type : null;
  }

  /** True between two PDUs: nothing of the next one has come yet. */
  public boolean atBoundary() {
    return state == State.AWAIT_COMMON_HEADER && filled == 0;
  }

  /** Takes a run of stream bytes that no device touched. */
  public void accept(MemorySegment bytes, long offset, int length) {
    accept(bytes, offset, length, false, false);
  }

  /**
   * Takes the next run of stream bytes.
   *
   * @param bytes where the run lies; borrowed for the call
   * @param offset where in {@code bytes} it starts
   * @param length its length
   * @param placed the run is data and already lies at its destination
   * @param crcOk a device vouches for the digests of every PDU in this run
   */
  public void accept(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    long at = offset;
    long end = offset + length;
    while (at < end) {
      int left = (int) (end - at);
      switch (state) {
        case AWAIT_COMMON_HEADER -> {
          at += gather(bytes, at, left);
          if (filled == wanted) {
            commonHeader();
          }
        }
        case AWAIT_HEADER -> {
          at += gather(bytes, at, left);
          if (filled == wanted) {
            wholeHeader();
          }
        }
        case AWAIT_PADDING -> {
          int step = Math.min(left, paddingLeft);
          paddingLeft -= step;
          at += step;
          if (paddingLeft == 0) {
            state = State.AWAIT_PAYLOAD;
          }
        }
        case AWAIT_PAYLOAD -> {
          int step = Math.min(left, payloadBytes - payloadDone);
          ledger.payloadRun(step, crcOk);
          int from = payloadDone;
          payloadDone += step;
          listener.onPayload(bytes, at, step, from, placed);
          at += step;
          if (payloadDone == payloadBytes && state == State.AWAIT_PAYLOAD) {
            payloadEnd();
          }
        }
        case AWAIT_DATA_DIGEST -> {
          int step = Math.min(left, PduFields.DIGEST_BYTES - digestFilled);
          MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, digestBytes, digestFilled, step);
          ledger.digestRun(step, crcOk);
          digestFilled += step;
          at += step;
          if (digestFilled == PduFields.DIGEST_BYTES) {
            pduEnd(LittleEndian.i32(digestBytes, 0));
          }
        }
        case FAILED -> {
          return;
        }
      }
    }
  }

  private int gather(MemorySegment bytes, long at, int left) {
    int step = Math.min(left, wanted - filled);
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, header, filled, step);
    filled += step;
    return step;
  }

  private void commonHeader() {
    if (!accepted(HeaderCheck.shape(header, limits), PduFields.COMMON_BYTES)) {
      return;
    }
    PduType found = PduType.byCode(PduFields.type(header));
    if (found == null) {
      throw new AssertionError("an unknown type passed the check");
    }
    type = found;
    wanted =
        type == PduType.H2C_TERM_REQ || type == PduType.C2H_TERM_REQ
            ? (int) PduFields.plen(header)
            : type.headerBytes() + headerDigestBytes();
    state = State.AWAIT_HEADER;
  }

  private void wholeHeader() {
    int digest = headerDigestBytes();
    if (digest > 0 && !headerDigestMatches()) {
      return;
    }
    if (!accepted(HeaderCheck.fields(header, type, limits), type.headerBytes())) {
      return;
    }
    int bare = type.headerBytes() + digest;
    boolean carriesData = type.mayCarryData() && PduFields.plen(header) > bare;
    if (!carriesData) {
      ready();
      listener.onPdu(type, header, 0);
      return;
    }
    int pdo = PduFields.pdo(header);
    // Kept for this PDU: the listener may replace the limits while its data is on the way.
    digestWanted = limits.negotiated().dataDigest() ? PduFields.DIGEST_BYTES : 0;
    payloadBytes = (int) (PduFields.plen(header) - pdo - digestWanted);
    payloadDone = 0;
    digestFilled = 0;
    paddingLeft = pdo - bare;
    ledger.begin(digestWanted > 0);
    state = paddingLeft > 0 ? State.AWAIT_PADDING : State.AWAIT_PAYLOAD;
    listener.onPdu(type, header, payloadBytes);
  }

  private boolean headerDigestMatches() {
    headerCrc.reset();
    headerCrc.update(header, 0, type.headerBytes());
    int received = LittleEndian.i32(header, type.headerBytes());
    if (headerCrc.value() == received) {
      return true;
    }
    fail(
        fault(
            FatalStatus.HEADER_DIGEST_ERROR,
            Integer.toUnsignedLong(received),
            "header digest of " + type.wireName() + " does not match"));
    return false;
  }

  private void payloadEnd() {
    if (digestWanted > 0) {
      state = State.AWAIT_DATA_DIGEST;
    } else {
      pduEnd(0);
    }
  }

  private void pduEnd(int receivedDigest) {
    ready();
    listener.onPayloadEnd(type, header, ledger, receivedDigest);
  }

  private void ready() {
    state = State.AWAIT_COMMON_HEADER;
    filled = 0;
    wanted = PduFields.COMMON_BYTES;
  }

  private int headerDigestBytes() {
    return limits.negotiated().headerDigest() && type.digestible() ? PduFields.DIGEST_BYTES : 0;
  }

  private boolean accepted(Verdict verdict, int headerBytes) {
    return switch (verdict) {
      case Verdict.Accepted _ -> true;
      case Verdict.Rejected(FatalStatus status, long information, String reason) -> {
        fail(ConnectionFault.of(status, information, reason, header, headerBytes));
        yield false;
      }
      case Verdict.HangUp(String reason) -> {
        fail(ConnectionFault.hangUp(reason));
        yield false;
      }
    };
  }
}
