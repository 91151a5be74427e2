package io.nvmetcp.pdu.testkit;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.testing.wire.WireSink;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Both directions of small conversations, as bytes: every type of PDU occurs. */
public final class Conversations {
  private Conversations() {}

  /** A host's ICReq. */
  public static IcRequest request(boolean headerDigest, boolean dataDigest, int hpda) {
    return new IcRequest(0, hpda, headerDigest, dataDigest, 0);
  }

  /** The ICResp that grants it. */
  public static IcResponse response(boolean headerDigest, boolean dataDigest, int cpda) {
    return new IcResponse(0, cpda, headerDigest, dataDigest, 65_536);
  }

  /**
   * What the host sends: ICReq, Connect, a read, a write by R2T, a write in capsule, H2CTermReq.
   */
  public static byte[] ofHost(IcRequest request, IcResponse response, int dataBytes) {
    var sink = new WireSink();
    var writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
    writer.icReq(request);
    writer.negotiated(Negotiated.of(request, response));
    byte[] sqe = new byte[Sqe.BYTES];
    ConnectCommand.put(sqe, 0, 0x0000, 1, 127, 4, 5000);
    Sgl.inCapsule(sqe, 0, 12);
    writer.capsuleCmd(sqe, 0, 12);
    payload(writer, 1, 12);
    writer.capsuleCmd(io(sqe, IoOpcode.READ, 0x1001, dataBytes), 0, 0);
    writer.capsuleCmd(io(sqe, IoOpcode.WRITE, 0x1002, dataBytes), 0, 0);
    writer.data(PduType.H2C_DATA, 0, 0x1002, 0xFFFF, 0, dataBytes);
    payload(writer, 2, dataBytes);
    writer.data(PduType.H2C_DATA, PduFlags.LAST, 0x1002, 0, dataBytes, 4);
    payload(writer, 3, 4);
    io(sqe, IoOpcode.WRITE, 0x1003, dataBytes);
    Sgl.inCapsule(sqe, 0, dataBytes);
    writer.capsuleCmd(sqe, 0, dataBytes);
    payload(writer, 4, dataBytes);
    writer.termReq(
        Role.HOST,
        ConnectionFault.of(FatalStatus.INVALID_HEADER_FIELD, 3, "", new byte[] {7, 0, 24, 9}, 4));
    return sink.toByteArray();
  }

  /** What the controller sends: ICResp, a response, R2T, data in pieces, C2HTermReq. */
  public static byte[] ofController(IcRequest request, IcResponse response, int dataBytes) {
    var sink = new WireSink();
    var writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
    writer.icResp(response);
    writer.negotiated(Negotiated.of(request, response));
    writer.capsuleResp(1, 0xFFFF, 0x0000, 0);
    writer.r2t(0x1002, 0xFFFF, 0, dataBytes);
    writer.data(PduType.C2H_DATA, 0, 0x1001, 0, 0, dataBytes);
    payload(writer, 5, dataBytes);
    writer.data(
        PduType.C2H_DATA, PduFlags.LAST | PduFlags.SUCCESS, 0x1001, 0, dataBytes, dataBytes);
    payload(writer, 6, dataBytes);
    writer.capsuleResp(0, 2, 0x1002, 0x4022);
    writer.termReq(
        Role.CONTROLLER,
        ConnectionFault.of(FatalStatus.HEADER_DIGEST_ERROR, 0xDEADBEEFL, "", new byte[256], 256));
    return sink.toByteArray();
  }

  /** Bytes that depend on {@code seed} only. */
  public static byte[] pattern(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] io(byte[] sqe, int opcode, int cid, int dataBytes) {
    Sqe.init(sqe, 0, opcode, cid, 1);
    Sqe.range(sqe, 0, 0x1_0000_0000L, 8);
    Sgl.transport(sqe, 0, 2L * dataBytes);
    return sqe;
  }

  private static void payload(PduWriter writer, long seed, int length) {
    writer.payload(MemorySegment.ofArray(pattern(seed, length)), 0, length, PayloadLease.NONE);
  }
}
