package io.nvmetcp.pdu;

import io.nvmetcp.nvme.CommandNames;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.ArrayList;

/**
 * Prints a PDU in one line, its fields named as in the specification: for logs, for the {@code
 * decode} command, and for transcripts that tests compare.
 *
 * <p>Prints what stands in the header, right or wrong, and never throws: a header that ends early
 * is printed as far as it goes. Safe on any thread.
 */
public final class PduPrinter {
  /** Which command set an SQE's opcode belongs to; a header does not say it. */
  public enum Queue {
    /** The admin queue. */
    ADMIN,
    /** An I/O queue of the NVM command set. */
    IO
  }

  private static final int OPCODE_WRITE = 0x01;
  private static final int OPCODE_READ = 0x02;
  private static final int OPCODE_COMPARE = 0x05;

  private PduPrinter() {}

  /** The line for {@code header} on an I/O queue; the array starts with the header. */
  public static String line(byte[] header) {
    return line(header, header.length, Queue.IO);
  }

  /**
   * The line for a header.
   *
   * @param header the header from its first byte; borrowed for the call
   * @param available how many of its bytes are there
   * @param queue where a command capsule was sent
   */
  public static String line(byte[] header, int available, Queue queue) {
    if (available < PduFields.COMMON_BYTES) {
      return "(%d bytes of a header)".formatted(Math.max(0, available));
    }
    PduType type = PduType.byCode(PduFields.type(header));
    String common =
        "%s hlen=%d pdo=%d plen=%d flags=%s"
            .formatted(
                type == null ? "type=%02Xh".formatted(PduFields.type(header)) : type.wireName(),
                PduFields.hlen(header),
                PduFields.pdo(header),
                PduFields.plen(header),
                flags(PduFields.flags(header)));
    if (type == null) {
      return common;
    }
    if (available < type.headerBytes()) {
      return common + " (%d of %d bytes)".formatted(available, type.headerBytes());
    }
    return common + own(type, header, queue);
  }

  private static String own(PduType type, byte[] h, Queue queue) {
    return switch (type) {
      case IC_REQ -> ic(h, "hpda") + " maxr2t=" + LittleEndian.u32(h, PduFields.ICREQ_MAXR2T);
      case IC_RESP ->
          ic(h, "cpda") + " maxh2cdata=" + LittleEndian.u32(h, PduFields.ICRESP_MAXH2CDATA);
      case H2C_TERM_REQ, C2H_TERM_REQ -> termReq(h);
      case CAPSULE_CMD -> command(h, queue);
      case CAPSULE_RESP -> response(h);
      case H2C_DATA, C2H_DATA ->
          tags(h) + " datao=%d datal=%d".formatted(PduFields.datao(h), PduFields.datal(h));
      case R2T -> tags(h) + " r2to=%d r2tl=%d".formatted(PduFields.r2to(h), PduFields.r2tl(h));
    };
  }

  private static String flags(int flags) {
    var names = new ArrayList<String>();
    String[] known = {"HDGSTF", "DDGSTF", "LAST_PDU", "SUCCESS"};
    for (int bit = 0; bit < 8; bit++) {
      if ((flags & 1 << bit) != 0) {
        names.add(bit < known.length ? known[bit] : "bit" + bit);
      }
    }
    return names.isEmpty() ? "-" : String.join("+", names);
  }

  private static String ic(byte[] h, String alignment) {
    int dgst = LittleEndian.u8(h, PduFields.IC_DGST);
    String digests =
        switch (dgst) {
          case 0 -> "-";
          case IcDigests.HEADER -> "header";
          case IcDigests.DATA -> "data";
          case IcDigests.HEADER | IcDigests.DATA -> "header+data";
          default -> "%02Xh".formatted(dgst);
        };
    return " pfv=%d %s=%d dgst=%s"
        .formatted(
            LittleEndian.u16(h, PduFields.IC_PFV),
            alignment,
            LittleEndian.u8(h, PduFields.IC_PDA),
            digests);
  }

  private static String termReq(byte[] h) {
    int fes = LittleEndian.u16(h, PduFields.FES);
    FatalStatus status = FatalStatus.byCode(fes);
    return " fes=%d fei=%d (%s)"
        .formatted(
            fes, LittleEndian.u32(h, PduFields.FEI), status == null ? "unknown" : status.text());
  }

  private static String tags(byte[] h) {
    return " cccid=0x%04x ttag=0x%04x".formatted(PduFields.cccid(h), PduFields.ttag(h));
  }

  private static String response(byte[] h) {
    int at = PduFields.CQE;
    return " cid=0x%04x sqhd=%d result=0x%x status=%s"
        .formatted(
            Cqe.cid(h, at), Cqe.sqhd(h, at), Cqe.result(h, at), Status.describe(Cqe.status(h, at)));
  }

  private static String command(byte[] h, Queue queue) {
    int at = PduFields.SQE;
    int opcode = Sqe.opcode(h, at);
    String head = " cid=0x%04x opc=0x%02x ".formatted(Sqe.cid(h, at), opcode);
    if (opcode == Fabrics.OPCODE) {
      return head + fabrics(h, at) + sgl(h, at);
    }
    if (queue == Queue.ADMIN) {
      String dwords =
          " nsid=%d cdw10=0x%08x cdw11=0x%08x"
              .formatted(Sqe.nsid(h, at), Sqe.cdw(h, at, 10), Sqe.cdw(h, at, 11));
      return head + CommandNames.admin(opcode) + dwords + sgl(h, at);
    }
    boolean ranged = opcode == OPCODE_READ || opcode == OPCODE_WRITE || opcode == OPCODE_COMPARE;
    String range =
        ranged
            ? " slba=%s nlb=%d".formatted(Long.toUnsignedString(Sqe.slba(h, at)), Sqe.blocks(h, at))
            : "";
    return head + CommandNames.io(opcode) + " nsid=" + Sqe.nsid(h, at) + range + sgl(h, at);
  }

  private static String fabrics(byte[] h, int at) {
    int fctype = Sqe.fctype(h, at);
    String name = CommandNames.fabrics(fctype);
    return switch (fctype) {
      case Fabrics.CONNECT ->
          name
              + " qid=%d sqsize=%d cattr=0x%02x kato=%d"
                  .formatted(
                      ConnectCommand.qid(h, at),
                      ConnectCommand.sqsize(h, at),
                      ConnectCommand.cattr(h, at),
                      ConnectCommand.katoMillis(h, at));
      case Fabrics.PROPERTY_GET -> name + " ofst=0x%x".formatted(PropertyCommand.property(h, at));
      case Fabrics.PROPERTY_SET ->
          name
              + " ofst=0x%x value=0x%x"
                  .formatted(PropertyCommand.property(h, at), PropertyCommand.value(h, at));
      default -> name + " fctype=0x%02x".formatted(fctype);
    };
  }

  private static String sgl(byte[] h, int at) {
    int type = Sgl.type(h, at);
    long length = Sgl.length(h, at);
    return switch (type) {
      case 0 -> length == 0 ? "" : " sgl=address:" + length;
      case Sgl.IN_CAPSULE -> " sgl=in-capsule:" + length;
      case Sgl.TRANSPORT -> " sgl=transport:" + length;
      default -> " sgl=%02Xh:%d".formatted(type, length);
    };
  }
}
