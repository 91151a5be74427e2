package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.e2e.sim.plant.Plants;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import java.util.zip.CRC32C;

/** What goes wrong on purpose with the PDUs of a connection that nobody else disturbs. */
final class WirePlant extends PduRewriter {
  private static final int STATUS = PduFields.CQE + 14;
  // "Internal error", without what makes it final.
  private static final int INTERNAL_ERROR = 0x6 << 1;
  private static final int FABRICS = 0x7F;

  private final Plants plants;
  private boolean io;

  WirePlant(Plants plants) {
    this.plants = plants;
  }

  /** True if such a fault is planted. */
  static boolean wanted(Plants plants) {
    return plants.has(Plant.RESPONSE_TWICE)
        || plants.has(Plant.RESPONSE_LOST)
        || plants.has(Plant.STATUS_CHANGED)
        || plants.has(Plant.DATA_CHANGED)
        || plants.has(Plant.COMMAND_TWICE)
        || plants.has(Plant.DATA_MOVED);
  }

  @Override
  void calm() {}

  @Override
  void whole() {
    int type = LittleEndian.u8(pdu, PduFields.TYPE);
    if (type == PduType.CAPSULE_CMD.code()) {
      command();
    } else if (type == PduType.CAPSULE_RESP.code()) {
      response();
    } else if (type == PduType.C2H_DATA.code()) {
      data();
    } else {
      put(pdu, filled);
    }
  }

  // Connecting, and all that an admin queue does, is left alone.
  private void command() {
    int opcode = Sqe.opcode(pdu, PduFields.SQE);
    io = opcode != FABRICS && Sqe.nsid(pdu, PduFields.SQE) != 0;
    put(pdu, filled);
    if (io && plants.strike(Plant.COMMAND_TWICE)) {
      put(pdu, filled);
    }
  }

  private void response() {
    if (plants.strike(Plant.RESPONSE_LOST)) {
      return;
    }
    if (LittleEndian.u16(pdu, STATUS) == 0 && plants.strike(Plant.STATUS_CHANGED)) {
      LittleEndian.put16(pdu, STATUS, INTERNAL_ERROR);
      redigest(headerBytes());
    }
    put(pdu, filled);
    if (plants.strike(Plant.RESPONSE_TWICE)) {
      put(pdu, filled);
    }
  }

  private void data() {
    int from = LittleEndian.u8(pdu, PduFields.PDO);
    int length = (int) PduFields.datal(pdu);
    // Data of an Identify is something else.
    if (length < 4096 && from > 0 && length > 1) {
      if (plants.strike(Plant.DATA_CHANGED)) {
        pdu[from + length / 2] ^= 1;
        dataDigest(from, length);
      }
      if (plants.strike(Plant.DATA_MOVED)) {
        System.arraycopy(pdu, from, pdu, from + 1, length - 1);
        dataDigest(from, length);
      }
    }
    put(pdu, filled);
  }

  private void dataDigest(int from, int length) {
    if ((pdu[PduFields.FLAGS] & PduFlags.DDGST) != 0) {
      CRC32C crc = new CRC32C();
      crc.update(pdu, from, length);
      LittleEndian.put32(pdu, from + length, crc.getValue());
    }
  }
}
