package io.nvmetcp.cli.decode;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.Fabrics;
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
  private long offset;
  private long pduStart;
  private String line = "";

  DirectionDecoder(Role sender, ConversationDecoder conversation) {
    this.sender = sender;
    this.conversation = conversation;
    reader =
        new PduReader(
            JdkCrc32c.INSTANCE, Voucher.PLACEMENT, Limits.initial(sender.peer(), ANY, ANY), this);
  }

  /** Takes bytes in stream order. */
  void accept(byte[] bytes) {
    MemorySegment run = MemorySegment.ofArray(bytes);
    int at = 0;
    while (at < bytes.length && !reader.failed()) {
      int step;
      if (pduLeft > 0) {
        step = (int) Math.min(pduLeft, bytes.length - at);
        reader.accept(run, at, step);
        pduLeft -= step;
      } else {
        step = prefix(bytes, at);
      }
      at += step;
      offset += step;
    }
  }

  // Looks at a header's first bytes before the reader does: without an ICResp, they tell digests.
  private int prefix(byte[] bytes, int at) {
    if (prefixFilled == 0) {
      pduStart = offset;
    }
    int step = Math.min(bytes.length - at, prefix.length - prefixFilled);
    System.arraycopy(bytes, at, prefix, prefixFilled, step);
    prefixFilled += step;
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

  /** The input is over. */
  void end() {
    if (!reader.failed() && (pduLeft > 0 || prefixFilled > 0)) {
      conversation.bad(
          sender, pduStart, "a PDU breaks off after %d bytes".formatted(offset - pduStart));
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
    int available = term ? (int) PduFields.plen(header) : type.headerBytes();
    line = PduPrinter.line(header, available, conversation.queue());
    if ((PduFields.flags(header) & PduFlags.HDGST) != 0) {
      line += " hdgst=ok";
    }
    crc.reset();
    if (payloadBytes == 0) {
      conversation.line(sender, pduStart, line);
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
    if (digest.needsSoftwareCheck()) {
      boolean match = crc.value() == received;
      digest.softwareResult(match);
      line += match ? " ddgst=ok" : " ddgst=BAD";
      if (!match) {
        conversation.line(sender, pduStart, line);
        conversation.bad(
            sender,
            pduStart,
            "data digest %08Xh where %08Xh is right".formatted(received, crc.value()));
        return;
      }
    }
    conversation.line(sender, pduStart, line);
  }

  @Override
  public void onFault(ConnectionFault fault) {
    conversation.bad(sender, pduStart, fault.describe());
  }
}
