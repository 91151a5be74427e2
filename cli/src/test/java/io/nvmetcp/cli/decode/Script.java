package io.nvmetcp.cli.decode;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.testing.wire.WireSink;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A small conversation, PDU by PDU: connect, a read in two pieces, a write by R2T. */
final class Script {
  static final int READ_BYTES = 600;

  /** One PDU. */
  record Turn(Role sender, byte[] bytes) {}

  private final List<Turn> turns = new ArrayList<>();
  private final WireSink pdu = new WireSink();

  private Script() {}

  /** Ten PDUs, six of them the controller's. */
  static List<Turn> turns(boolean headerDigest, boolean dataDigest) {
    Script script = new Script();
    script.write(headerDigest, dataDigest);
    return script.turns;
  }

  /** All PDUs, one after the other. */
  static byte[] joined(List<Turn> turns) {
    var all = new ByteArrayOutputStream();
    turns.forEach(turn -> all.writeBytes(turn.bytes()));
    return all.toByteArray();
  }

  private void write(boolean headerDigest, boolean dataDigest) {
    var host = new PduWriter(JdkCrc32c.INSTANCE, pdu);
    var controller = new PduWriter(JdkCrc32c.INSTANCE, pdu);
    var request = new IcRequest(0, 0, headerDigest, dataDigest, 0);
    var response = new IcResponse(0, 0, headerDigest, dataDigest, 8192);
    host.icReq(request);
    end(Role.HOST);
    controller.icResp(response);
    end(Role.CONTROLLER);
    host.negotiated(Negotiated.of(request, response));
    controller.negotiated(Negotiated.of(request, response));
    byte[] sqe = new byte[Sqe.BYTES];
    ConnectCommand.put(sqe, 0, 1, 1, 31, 4, 5000);
    Sgl.inCapsule(sqe, 0, 1024);
    host.capsuleCmd(sqe, 0, 1024);
    payload(host, 1024);
    end(Role.HOST);
    controller.capsuleResp(1, 0xFFFF, 1, 0);
    end(Role.CONTROLLER);
    Sqe.init(sqe, 0, IoOpcode.READ, 2, 1);
    Sqe.range(sqe, 0, 7, 1);
    Sgl.transport(sqe, 0, READ_BYTES);
    host.capsuleCmd(sqe, 0, 0);
    end(Role.HOST);
    controller.data(PduType.C2H_DATA, 0, 2, 0, 0, 200);
    payload(controller, 200);
    end(Role.CONTROLLER);
    controller.data(PduType.C2H_DATA, PduFlags.LAST | PduFlags.SUCCESS, 2, 0, 200, 400);
    payload(controller, 400);
    end(Role.CONTROLLER);
    controller.r2t(3, 9, 0, 512);
    end(Role.CONTROLLER);
    host.data(PduType.H2C_DATA, PduFlags.LAST, 3, 9, 0, 512);
    payload(host, 512);
    end(Role.HOST);
    controller.capsuleResp(0, 0xFFFF, 3, 0);
    end(Role.CONTROLLER);
  }

  private static void payload(PduWriter writer, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 >> 3);
    }
    writer.payload(MemorySegment.ofArray(bytes), 0, length, PayloadLease.NONE);
  }

  private void end(Role sender) {
    turns.add(new Turn(sender, pdu.take()));
  }
}
