package io.nvmetcp.e2e.dissect;

import io.nvmetcp.cli.decode.CheckedDigest;
import io.nvmetcp.cli.decode.DecodeListener;
import io.nvmetcp.cli.decode.DecodedPdu;
import io.nvmetcp.cli.decode.Decoder;
import io.nvmetcp.cli.decode.Place;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.TermRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code nvmetcp decode} makes of a capture. */
final class OurDecode implements DecodeListener {
  private final Flows flows = Flows.empty();

  private OurDecode() {}

  static Flows of(Path capture, int port) throws IOException {
    OurDecode decode = new OurDecode();
    try (InputStream in = Files.newInputStream(capture)) {
      new Decoder(decode, port).decode(in);
    }
    return decode.flows;
  }

  @Override
  public void pdu(DecodedPdu pdu) {
    byte[] h = pdu.header();
    Map<String, Long> fields = new LinkedHashMap<>();
    fields.put(Seen.TYPE, (long) PduFields.type(h));
    fields.put("flags", (long) PduFields.flags(h));
    fields.put("hlen", (long) PduFields.hlen(h));
    fields.put("pdo", (long) PduFields.pdo(h));
    fields.put("plen", PduFields.plen(h));
    own(pdu, h, fields);
    digest(fields, Seen.HDGST, Seen.HDGST_OK, pdu.headerDigest());
    digest(fields, Seen.DDGST, Seen.DDGST_OK, pdu.dataDigest());
    flows.add(ports(pdu.place()), new Seen(fields, false));
  }

  @Override
  public void problem(Place place, @Nullable FatalStatus status, String reason) {
    if (status == FatalStatus.HEADER_DIGEST_ERROR) {
      Map<String, Long> fields = new LinkedHashMap<>();
      fields.put(Seen.HDGST_OK, 0L);
      flows.add(ports(place), new Seen(fields, true));
    } else if (!reason.startsWith("data digest")) {
      // A wrong data digest already stands with its PDU.
      flows.complaints().add("%s at %d: %s".formatted(ports(place), place.offset(), reason));
    }
  }

  @Override
  public void note(Place place, String text) {
    // That the capture ends inside a PDU: the other dissector shows no such PDU either.
  }

  private static void own(DecodedPdu pdu, byte[] h, Map<String, Long> fields) {
    switch (pdu.type()) {
      case IC_REQ -> {
        IcRequest request = IcRequest.decode(h);
        fields.put("pfv", (long) request.pfv());
        fields.put("hpda", (long) request.hpda());
        fields.put("dgst", digests(request.headerDigest(), request.dataDigest()));
        fields.put("maxr2t", request.maxR2t());
      }
      case IC_RESP -> {
        IcResponse response = IcResponse.decode(h);
        fields.put("pfv", (long) response.pfv());
        fields.put("cpda", (long) response.cpda());
        fields.put("dgst", digests(response.headerDigest(), response.dataDigest()));
        fields.put("maxh2cdata", response.maxH2cDataBytes());
      }
      case H2C_TERM_REQ, C2H_TERM_REQ -> {
        TermRequest request = TermRequest.decode(h, h.length);
        fields.put("fes", (long) request.fes());
        fields.put("fei", request.fei());
        fields.put("header bytes", (long) request.header().length);
      }
      case CAPSULE_CMD -> command(pdu.queue(), h, fields);
      case CAPSULE_RESP -> {
        fields.put("cid", (long) Cqe.cid(h, PduFields.CQE));
        fields.put("sqhd", (long) Cqe.sqhd(h, PduFields.CQE));
        fields.put("status", (long) LittleEndian.u16(h, PduFields.CQE + Cqe.STATUS));
      }
      case H2C_DATA, C2H_DATA -> {
        fields.put("cid", (long) PduFields.cccid(h));
        fields.put("ttag", (long) PduFields.ttag(h));
        fields.put("datao", PduFields.datao(h));
        fields.put("datal", PduFields.datal(h));
      }
      case R2T -> {
        fields.put("cid", (long) PduFields.cccid(h));
        fields.put("ttag", (long) PduFields.ttag(h));
        fields.put("r2to", PduFields.r2to(h));
        fields.put("r2tl", PduFields.r2tl(h));
      }
    }
  }

  private static void command(PduPrinter.Queue queue, byte[] h, Map<String, Long> fields) {
    int at = PduFields.SQE;
    int opcode = Sqe.opcode(h, at);
    fields.put("opc", (long) opcode);
    fields.put("cid", (long) Sqe.cid(h, at));
    if (opcode == Fabrics.OPCODE) {
      fields.put("fctype", (long) Sqe.fctype(h, at));
      if (Sqe.fctype(h, at) == Fabrics.CONNECT) {
        fields.put("qid", (long) ConnectCommand.qid(h, at));
        fields.put("sqsize", (long) ConnectCommand.sqsize(h, at));
        fields.put("cattr", (long) ConnectCommand.cattr(h, at));
        fields.put("kato", ConnectCommand.katoMillis(h, at));
      }
      return;
    }
    fields.put("nsid", Sqe.nsid(h, at));
    // A Compare has a range, too, but tshark knows the dwords of reads and writes only.
    boolean ranged = opcode == IoOpcode.READ || opcode == IoOpcode.WRITE;
    if (queue == PduPrinter.Queue.IO && ranged) {
      fields.put("slba", Sqe.slba(h, at));
      fields.put("nlb", (long) Sqe.blocks(h, at));
    }
  }

  private static long digests(boolean header, boolean data) {
    return (header ? 1 : 0) | (data ? 2 : 0);
  }

  private static void digest(
      Map<String, Long> fields, String name, String okName, @Nullable CheckedDigest digest) {
    if (digest != null) {
      fields.put(name, Integer.toUnsignedLong(digest.received()));
      fields.put(okName, digest.matches() ? 1L : 0L);
    }
  }

  private static String ports(Place place) {
    String[] ends = place.flow().split(">");
    return port(ends[0]) + ">" + port(ends[1]);
  }

  private static String port(String end) {
    return end.substring(end.lastIndexOf(':') + 1);
  }
}
