package io.nvmetcp.cli.decode;

import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import java.io.PrintWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Decodes both directions of one connection and prints a line per PDU. */
final class ConversationDecoder {
  private static final int MIN_PDU_BYTES = 8;

  private final PrintWriter out;
  private final String title;
  private final DirectionDecoder host;
  private final DirectionDecoder controller;
  private PduPrinter.Queue queue = PduPrinter.Queue.IO;
  private @Nullable IcRequest request;
  private boolean initialized;
  private long pdus;
  private long problems;

  /**
   * @param out gets the lines
   * @param title stands before each line; may be empty
   */
  ConversationDecoder(PrintWriter out, String title) {
    this.out = out;
    this.title = title;
    host = new DirectionDecoder(Role.HOST, this);
    controller = new DirectionDecoder(Role.CONTROLLER, this);
  }

  /** Takes bytes that {@code sender} sent, in order. */
  void accept(Role sender, byte[] bytes) {
    (sender == Role.HOST ? host : controller).accept(bytes);
  }

  /** Takes whole PDUs of both ends, one after the other; each one's type tells who sent it. */
  void acceptMixed(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      PduType type = PduType.byCode(bytes[at]);
      if (type == null) {
        bad(null, at, "unknown PDU type %02Xh".formatted(bytes[at] & 0xFF));
        return;
      }
      long plen =
          bytes.length - at < MIN_PDU_BYTES
              ? bytes.length - at
              : LittleEndian.u32(bytes, at + PduFields.PLEN);
      if (plen < MIN_PDU_BYTES) {
        bad(type.sender(), at, "a PDU breaks off, or its PLEN is " + plen);
        return;
      }
      int step = (int) Math.min(plen, bytes.length - at);
      accept(type.sender(), Arrays.copyOfRange(bytes, at, at + step));
      at += step;
    }
  }

  /** The input is over. */
  void end() {
    host.end();
    controller.end();
  }

  boolean initialized() {
    return initialized;
  }

  PduPrinter.Queue queue() {
    return queue;
  }

  long pdus() {
    return pdus;
  }

  long problems() {
    return problems;
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

  void line(Role sender, long offset, String line) {
    pdus++;
    out.printf("%s%s %8d  %s%n", title, sender == Role.HOST ? "H>C" : "C>H", offset, line);
  }

  void bad(@Nullable Role sender, long offset, String reason) {
    problems++;
    String direction = sender == null ? "???" : sender == Role.HOST ? "H>C" : "C>H";
    out.printf("%s%s %8d  BAD: %s%n", title, direction, offset, reason);
  }
}
