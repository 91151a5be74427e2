package io.nvmetcp.target.hostile;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.session.HostSide;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that a host sends, from a line of text: a name, which makes a PDU that nobody can
 * object to, and fields that are then set to something else. Digests are right unless the line says
 * otherwise.
 */
final class HostilePdu {
  private static final int CDW10 = 40;

  private final String name;
  private final Map<String, String> fields = new LinkedHashMap<>();

  HostilePdu(String text) {
    String[] words = text.strip().split(" +");
    name = words[0];
    for (int i = 1; i < words.length; i++) {
      String[] field = words[i].split("=", 2);
      fields.put(field[0], field.length == 2 ? field[1] : "");
    }
  }

  int repeat() {
    return number("repeat", 1);
  }

  /** Bytes of it to send before the host falls silent; all if it says nothing. */
  int cut(int length) {
    return number("cut", length);
  }

  private int number(String field, int otherwise) {
    String text = fields.get(field);
    return text == null ? otherwise : Math.toIntExact(Long.decode(text));
  }

  /**
   * The bytes.
   *
   * @param subnqn NQN of the subsystem that the target serves
   * @param cntlid the controller that I/O queues belong to
   * @param ttag the tag of an outstanding R2T
   * @param cid for commands that name none
   */
  byte[] bytes(HostSide host, String subnqn, int cntlid, int ttag, int cid) {
    boolean digested = true;
    switch (name) {
      case "Bytes" -> {
        return HexFormat.of().parseHex(fields.keySet().iterator().next());
      }
      case "Text" -> {
        String text = String.join(" ", fields.keySet()) + "\r\n\r\n";
        return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), Math.max(8, text.length()));
      }
      case "ICReq" -> {
        host.icReq(false, false, 0);
        digested = false;
      }
      case "H2CTermReq", "C2HTermReq" -> {
        byte[] header = new byte[24 + number("data", 0)];
        PduType type = name.equals("H2CTermReq") ? PduType.H2C_TERM_REQ : PduType.C2H_TERM_REQ;
        PduFields.common(header, type, 0, 0, header.length);
        LittleEndian.put16(header, PduFields.FES, 1);
        host.writer.relay(type, header, 0);
        digested = false;
      }
      case "H2CData" ->
          host.h2cData(
              5, ttag, 0, HostSide.pattern(number("data", 4096), 1), !fields.containsKey("more"));
      default -> command(host, subnqn, cntlid, cid);
    }
    byte[] pdu = host.take();
    return patched(pdu, digested);
  }

  private void command(HostSide host, String subnqn, int cntlid, int cid) {
    byte[] sqe = new byte[Sqe.BYTES];
    byte[] data = {};
    switch (name) {
      case "Connect" -> {
        int qid = number("qid", 0);
        sqe = HostSide.connectSqe(cid, qid, 31, false);
        data = connectData(subnqn, qid == 0 ? Fabrics.CNTLID_DYNAMIC : cntlid);
        Sgl.inCapsule(sqe, 0, data.length);
      }
      case "PropertyGet" -> {
        init(sqe, Fabrics.OPCODE, cid, Fabrics.PROPERTY_GET);
        LittleEndian.put32(sqe, 44, Fabrics.PROPERTY_CSTS);
      }
      case "PropertySet" -> {
        init(sqe, Fabrics.OPCODE, cid, Fabrics.PROPERTY_SET);
        LittleEndian.put32(sqe, 44, Fabrics.PROPERTY_CC);
        LittleEndian.put64(sqe, 48, 0x460001);
      }
      case "Disconnect" -> init(sqe, Fabrics.OPCODE, cid, Fabrics.DISCONNECT);
      case "Fabrics" -> init(sqe, Fabrics.OPCODE, cid, 0x7E);
      case "Read" -> {
        sqe = HostSide.ioSqe(IoOpcode.READ, cid, 1, 0, 1);
        Sgl.transport(sqe, 0, 4096);
      }
      case "Write" -> {
        sqe = HostSide.ioSqe(IoOpcode.WRITE, cid, 1, 0, 1);
        data = HostSide.pattern(number("data", 4096), 2);
        Sgl.inCapsule(sqe, 0, 4096);
      }
      case "WriteByR2t" -> {
        sqe = HostSide.ioSqe(IoOpcode.WRITE, cid, 1, 0, 4);
        Sgl.transport(sqe, 0, 16384);
      }
      case "Compare" -> {
        sqe = HostSide.ioSqe(IoOpcode.COMPARE, cid, 1, 0, 1);
        data = HostSide.pattern(number("data", 4096), 2);
        Sgl.inCapsule(sqe, 0, 4096);
      }
      case "Flush" -> init(sqe, IoOpcode.FLUSH, cid, 1);
      case "Identify" -> {
        init(sqe, AdminOpcode.IDENTIFY, cid, 0);
        LittleEndian.put32(sqe, CDW10, 1);
        Sgl.transport(sqe, 0, 4096);
      }
      case "GetLog" -> {
        init(sqe, AdminOpcode.GET_LOG_PAGE, cid, 0xFFFF_FFFFL);
        LittleEndian.put32(sqe, CDW10, 0x007F_0002);
        Sgl.transport(sqe, 0, 512);
      }
      case "GetFeature" -> {
        init(sqe, AdminOpcode.GET_FEATURES, cid, 0);
        LittleEndian.put32(sqe, CDW10, 0x0F);
      }
      case "SetFeature" -> {
        init(sqe, AdminOpcode.SET_FEATURES, cid, 0);
        LittleEndian.put32(sqe, CDW10, 0x0F);
      }
      case "Event" -> init(sqe, AdminOpcode.ASYNC_EVENT_REQUEST, cid, 0);
      case "KeepAlive" -> init(sqe, AdminOpcode.KEEP_ALIVE, cid, 0);
      case "Command" -> init(sqe, number("opc", 0), cid, 0);
      default -> throw new IllegalArgumentException("what is " + name + "?");
    }
    sqeFields(sqe);
    host.capsule(sqe, fields.containsKey("data") ? Arrays.copyOf(data, number("data", 0)) : data);
  }

  private static void init(byte[] sqe, int opcode, int cid, long nsid) {
    Sqe.init(sqe, 0, opcode, cid, nsid);
    Sgl.transport(sqe, 0, 0);
  }

  private byte[] connectData(String subnqn, int cntlid) {
    String hostnqn = fields.getOrDefault("hostnqn", HostSide.HOST_NQN);
    byte[] data =
        new ConnectData(
                HostSide.HOST_ID,
                number("cntlid", cntlid),
                fields.getOrDefault("subnqn", subnqn),
                hostnqn)
            .encode();
    if (fields.containsKey("nohost")) {
      Arrays.fill(data, 0, 16, (byte) 0);
    }
    if (fields.containsKey("otherhost")) {
      data[3] ^= 1;
    }
    if (fields.containsKey("fullsubnqn")) {
      Arrays.fill(data, ConnectData.SUBNQN, ConnectData.SUBNQN + 256, (byte) 'n');
    }
    if (fields.containsKey("fullhostnqn")) {
      Arrays.fill(data, ConnectData.HOSTNQN, ConnectData.HOSTNQN + 256, (byte) 'n');
    }
    return data;
  }

  private void sqeFields(byte[] sqe) {
    fields.forEach(
        (field, text) -> {
          switch (field) {
            case "opc" -> LittleEndian.put8(sqe, 0, Integer.decode(text));
            case "sqeflags" -> LittleEndian.put8(sqe, 1, Integer.decode(text));
            case "cid" -> LittleEndian.put16(sqe, 2, Integer.decode(text));
            case "nsid" -> LittleEndian.put32(sqe, 4, Long.decode(text));
            case "fctype" -> LittleEndian.put8(sqe, 4, Integer.decode(text));
            case "sgladdr" -> LittleEndian.put64(sqe, 24, Long.parseUnsignedLong(text));
            case "sgllen" -> LittleEndian.put32(sqe, 32, Long.decode(text));
            case "sgltype" -> LittleEndian.put8(sqe, 39, Integer.decode(text));
            case "cdw10", "recfmt", "attrib" -> LittleEndian.put32(sqe, 40, Long.decode(text));
            case "cdw11", "ofst" -> LittleEndian.put32(sqe, 44, Long.decode(text));
            case "sqsize" -> LittleEndian.put16(sqe, 44, Integer.decode(text));
            case "slba" -> LittleEndian.put64(sqe, 40, Long.parseUnsignedLong(text));
            case "blocks" -> LittleEndian.put16(sqe, 48, Integer.decode(text) - 1);
            case "cdw12" -> LittleEndian.put32(sqe, 48, Long.decode(text));
            case "value" -> LittleEndian.put64(sqe, 48, Long.decode(text));
            default -> {}
          }
        });
  }

  private byte[] patched(byte[] pdu, boolean digested) {
    int headerBytes = PduFields.hlen(pdu);
    boolean header = digested && (PduFields.flags(pdu) & PduFlags.HDGST) != 0;
    fields.forEach((field, text) -> headerField(pdu, field, text));
    if (header) {
      Crc32cDigest crc = JdkCrc32c.INSTANCE.newDigest();
      crc.update(pdu, 0, headerBytes);
      LittleEndian.put32(pdu, headerBytes, crc.value());
    }
    if (fields.containsKey("badheader")) {
      pdu[headerBytes] ^= 1;
    }
    if (fields.containsKey("baddata")) {
      pdu[pdu.length - 5] ^= 1;
    }
    return pdu;
  }

  private static void headerField(byte[] pdu, String field, String text) {
    switch (field) {
      case "type" -> LittleEndian.put8(pdu, PduFields.TYPE, Integer.decode(text));
      case "flags" -> LittleEndian.put8(pdu, PduFields.FLAGS, Integer.decode(text));
      case "hlen" -> LittleEndian.put8(pdu, PduFields.HLEN, Integer.decode(text));
      case "pdo" -> LittleEndian.put8(pdu, PduFields.PDO, Integer.decode(text));
      case "plen" -> LittleEndian.put32(pdu, PduFields.PLEN, Long.decode(text));
      case "pfv", "cccid" -> LittleEndian.put16(pdu, 8, Integer.decode(text));
      case "pda" -> LittleEndian.put8(pdu, PduFields.IC_PDA, Integer.decode(text));
      case "dgst" -> LittleEndian.put8(pdu, PduFields.IC_DGST, Integer.decode(text));
      case "ttag" -> LittleEndian.put16(pdu, PduFields.TTAG, Integer.decode(text));
      case "maxr2t", "datao" -> LittleEndian.put32(pdu, 12, Long.decode(text));
      case "datal" -> LittleEndian.put32(pdu, 16, Long.decode(text));
      default -> {}
    }
  }

  @Override
  public String toString() {
    return name + " " + fields;
  }
}
