package io.nvmetcp.cli.decode;

import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Decodes both directions of one connection. */
final class ConversationDecoder {
  private final DecodeListener listener;
  private final int number;
  private final String hostFlow;
  private final String controllerFlow;
  private final DirectionDecoder host;
  private final DirectionDecoder controller;
  private PduPrinter.Queue queue = PduPrinter.Queue.IO;
  private @Nullable IcRequest request;
  private boolean initialized;

  /**
   * @param listener learns what is found
   * @param number of the connection; 0 in a hex dump
   * @param hostFlow names what the host sends
   * @param controllerFlow names what the controller sends
   */
  ConversationDecoder(DecodeListener listener, int number, String hostFlow, String controllerFlow) {
    this.listener = listener;
    this.number = number;
    this.hostFlow = hostFlow;
    this.controllerFlow = controllerFlow;
    host = new DirectionDecoder(Role.HOST, this);
    controller = new DirectionDecoder(Role.CONTROLLER, this);
  }

  /** The decoder of what {@code sender} sent. */
  DirectionDecoder direction(Role sender) {
    return sender == Role.HOST ? host : controller;
  }

  /** Takes whole PDUs of both ends, one after the other; each one's type tells who sent it. */
  void acceptMixed(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      PduType type = PduType.byCode(bytes[at]);
      if (type == null) {
        bad(null, at, null, "unknown PDU type %02Xh".formatted(bytes[at] & 0xFF));
        return;
      }
      int left = bytes.length - at;
      long plen =
          left < PduFields.COMMON_BYTES ? left : LittleEndian.u32(bytes, at + PduFields.PLEN);
      // The reader refuses a PLEN below this; where the next PDU begins is then unknown.
      boolean lost = left >= PduFields.COMMON_BYTES && plen < PduFields.COMMON_BYTES;
      int step = (int) Math.min(lost ? PduFields.COMMON_BYTES : plen, left);
      direction(type.sender()).accept(Arrays.copyOfRange(bytes, at, at + step), at);
      if (lost) {
        return;
      }
      at += step;
    }
  }

  /** The hex dump is over. */
  void end() {
    host.end(true);
    controller.end(true);
  }

  /** True once an ICResp told what was negotiated. */
  boolean initialized() {
    return initialized;
  }

  PduPrinter.Queue queue() {
    return queue;
  }

  void connect(int qid) {
    queue = qid == 0 ? PduPrinter.Queue.ADMIN : PduPrinter.Queue.IO;
  }

  void request(IcRequest value) {
    request = value;
  }

  void response(IcResponse response) {
    IcRequest asked =
        request == null
            ? new IcRequest(0, 0, response.headerDigest(), response.dataDigest(), 0)
            : request;
    Negotiated agreed = Negotiated.of(asked, response);
    initialized = true;
    host.negotiated(agreed);
    controller.negotiated(agreed);
  }

  Place place(@Nullable Role sender, long offset) {
    return new Place(number, sender == Role.CONTROLLER ? controllerFlow : hostFlow, sender, offset);
  }

  void pdu(DecodedPdu pdu) {
    listener.pdu(pdu);
  }

  void bad(@Nullable Role sender, long offset, @Nullable FatalStatus status, String reason) {
    listener.problem(place(sender, offset), status, reason);
  }

  void note(Role sender, long offset, String text) {
    listener.note(place(sender, offset), text);
  }
}
