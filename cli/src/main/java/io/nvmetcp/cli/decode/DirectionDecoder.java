package io.nvmetcp.cli.decode;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Decodes what one end of a connection sent. */
final class DirectionDecoder implements PduListener {
  private static final long ANY = 0x7FFF_FFFFL;

  private final Role sender;
  private final ConversationDecoder conversation;
  private final PduReader reader;
  private final Crc32cDigest crc = JdkCrc32c.INSTANCE.newDigest();
  private final byte[] prefix = new byte[PduFields.COMMON_BYTES];
  private int prefixFilled;
  private long pduLeft;
  private long pduStart;
  private long pduBytes;
  private boolean abandoned;
  private @Nullable DecodedPdu current;

  DirectionDecoder(Role sender, ConversationDecoder conversation) {
    this.sender = sender;
    this.conversation = conversation;
    reader =
        new PduReader(
            JdkCrc32c.INSTANCE, Voucher.PLACEMENT, Limits.initial(sender.peer(), ANY, ANY), this);
  }

  /**
   * Takes bytes in stream order.
   *
   * @param position where in the recording {@code bytes} begins
   */
  void accept(byte[] bytes, long position) {
    MemorySegment run = MemorySegment.ofArray(bytes);
    int at = 0;
    while (at < bytes.length && !reader.failed()) {
      int step;
      if (pduLeft > 0) {
        step = (int) Math.min(pduLeft, bytes.length - at);
        pduBytes += step;
        pduLeft -= step;
        reader.accept(run, at, step);
      } else {
        step = prefix(bytes, at, position + at);
      }
      at += step;
    }
  }

  // Looks at a header's first bytes before the reader does: without an ICResp, they tell digests.
  private int prefix(byte[] bytes, int at, long position) {
    if (prefixFilled == 0) {
      pduStart = position;
      pduBytes = 0;
    }
    int step = Math.min(bytes.length - at, prefix.length - prefixFilled);
    System.arraycopy(bytes, at, prefix, prefixFilled, step);
    prefixFilled += step;
    pduBytes += step;
    if (prefixFilled == prefix.length) {
      prefixFilled = 0;
      infer();
      pduLeft = Math.max(0, PduFields.plen(prefix) - prefix.length);
      reader.accept(MemorySegment.ofArray(prefix), 0, prefix.length);
    }
    return step;
  }

  private void infer() {
    int type = PduFields.type(prefix);
    boolean initializes = type == PduType.IC_REQ.code() || type == PduType.IC_RESP.code();
    if (!conversation.initialized() && !initializes) {
      int flags = PduFields.flags(prefix);
      reader.limits(
          reader
              .limits()
              .with(
                  new Negotiated(
                      (flags & PduFlags.HDGST) != 0, (flags & PduFlags.DDGST) != 0, 0, 0, 1, ANY)));
    }
  }

  /** What both ends agreed on, from the next PDU on. */
  void negotiated(Negotiated agreed) {
    reader.limits(reader.limits().with(agreed));
  }

  /** The rest is not in the recording. */
  void abandon() {
    abandoned = true;
  }

  /**
   * The input is over.
   *
   * @param closed the sender said so, or nothing can follow; else the recording just stopped
   */
  void end(boolean closed) {
    if (abandoned || reader.failed() || (pduLeft == 0 && prefixFilled == 0)) {
      return;
    }
    String of = prefixFilled > 0 ? "" : " of " + PduFields.plen(prefix);
    if (closed) {
      conversation.bad(
          sender, pduStart, null, "a PDU breaks off after %d%s bytes".formatted(pduBytes, of));
    } else {
      conversation.note(
          sender, pduStart, "the capture ends %d%s bytes into a PDU".formatted(pduBytes, of));
    }
  }

  @Override
  public void onPdu(PduType type, byte[] header, int payloadBytes) {
    if (type == PduType.CAPSULE_CMD
        && Sqe.opcode(header, PduFields.SQE) == Fabrics.OPCODE
        && Sqe.fctype(header, PduFields.SQE) == Fabrics.CONNECT) {
      conversation.connect(ConnectCommand.qid(header, PduFields.SQE));
    }
    boolean term = type == PduType.H2C_TERM_REQ || type == PduType.C2H_TERM_REQ;
    int kept = term ? (int) PduFields.plen(header) : type.headerBytes();
    CheckedDigest headerDigest = null;
    if ((PduFields.flags(header) & PduFlags.HDGST) != 0) {
      int digest = LittleEndian.i32(header, type.headerBytes());
      headerDigest = new CheckedDigest(digest, digest);
    }
    var pdu =
        new DecodedPdu(
            conversation.place(sender, pduStart),
            type,
            Arrays.copyOf(header, kept),
            payloadBytes,
            headerDigest,
            null,
            conversation.queue());
    crc.reset();
    current = pdu;
    if (payloadBytes == 0) {
      conversation.pdu(pdu);
    }
    switch (type) {
      case IC_REQ -> conversation.request(IcRequest.decode(header));
      case IC_RESP -> conversation.response(IcResponse.decode(header));
      default -> {}
    }
  }

  @Override
  public void onPayload(
      MemorySegment bytes, long at, int length, int payloadOffset, boolean placed) {
    crc.update(bytes, at, length);
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {
    DecodedPdu pdu = current;
    if (pdu == null) {
      throw new AssertionError("data without a header");
    }
    if (!digest.needsSoftwareCheck()) {
      conversation.pdu(pdu);
      return;
    }
    var checked = new CheckedDigest(received, crc.value());
    digest.softwareResult(checked.matches());
    conversation.pdu(
        new DecodedPdu(
            pdu.place(),
            type,
            pdu.header(),
            pdu.payloadBytes(),
            pdu.headerDigest(),
            checked,
            pdu.queue()));
    if (!checked.matches()) {
      conversation.bad(
          sender,
          pduStart,
          null,
          "data digest %08Xh where %08Xh is right".formatted(received, checked.right()));
    }
  }

  @Override
  public void onFault(ConnectionFault fault) {
    byte[] header = fault.header();
    String shown =
        header.length == 0
            ? ""
            : "; in " + PduPrinter.line(header, header.length, conversation.queue());
    conversation.bad(sender, pduStart, fault.status(), fault.describe() + shown);
  }
}
