package io.nvmetcp.e2e.dissect;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.PropertyCommand;
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
import io.nvmetcp.pdu.frame.TransmitSink;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** A conversation, written PDU by PDU with the project's own writer. */
final class Conversation {
  private static final int IDENTIFY_BYTES = 4096;
  private static final int BLOCK_BYTES = 4096;
  private static final int SQHD_UNUSED = 0xFFFF;
  private static final long MAX_H2C_DATA_BYTES = 0x2_0004;

  private final List<Turn> turns = new ArrayList<>();
  private final ByteArrayOutputStream pdu = new ByteArrayOutputStream();
  private final Map<Role, PduWriter> writers = new EnumMap<>(Role.class);
  private final byte[] sqe = new byte[Sqe.BYTES];
  private final byte[] cqe = new byte[Cqe.BYTES];
  private final Random random;

  /** Begins with ICReq and ICResp. */
  Conversation(boolean headerDigest, boolean dataDigest, int hpda, int cpda, long seed) {
    random = new Random(seed);
    for (Role role : Role.values()) {
      writers.put(role, new PduWriter(JdkCrc32c.INSTANCE, new Sink()));
    }
    var request = new IcRequest(0, hpda, headerDigest, dataDigest, hpda);
    var response = new IcResponse(0, cpda, headerDigest, dataDigest, MAX_H2C_DATA_BYTES);
    writer(Role.HOST).icReq(request);
    end(Role.HOST);
    writer(Role.CONTROLLER).icResp(response);
    end(Role.CONTROLLER);
    for (Role role : Role.values()) {
      writer(role).negotiated(Negotiated.of(request, response));
    }
  }

  /** Its PDUs in order. */
  List<Turn> turns() {
    return turns;
  }

  /** An admin queue: Connect with data in the capsule, properties, Identify, an error. */
  Conversation admin() {
    connect(0);
    PropertyCommand.get(sqe, 0, 2, Fabrics.PROPERTY_CAP, true);
    capsule(0);
    response(0x3C_0008_1FFFL, 2, 0);
    PropertyCommand.set(sqe, 0, 3, Fabrics.PROPERTY_CC, 0x46_0061L);
    capsule(0);
    response(0, 3, 0);
    Sqe.init(sqe, 0, AdminOpcode.IDENTIFY, 4, 0);
    Sqe.cdw(sqe, 0, 10, 1);
    Sgl.transport(sqe, 0, IDENTIFY_BYTES);
    capsule(0);
    data(PduType.C2H_DATA, PduFlags.LAST, 4, 0, 0, IDENTIFY_BYTES);
    response(0, 4, 0);
    Sqe.init(sqe, 0, AdminOpcode.IDENTIFY, 5, 99);
    Sgl.transport(sqe, 0, IDENTIFY_BYTES);
    capsule(0);
    // Invalid namespace, do not retry.
    response(0, 5, 0x400B);
    return this;
  }

  /** An I/O queue: reads and writes of every shape. */
  Conversation io() {
    connect(1);
    io(IoOpcode.READ, 0x1000, BLOCK_BYTES);
    io(IoOpcode.READ, 0xFFFE, 3 * BLOCK_BYTES);
    // Out of order, split, and with the response folded into the last piece.
    data(PduType.C2H_DATA, 0, 0xFFFE, 0, 0, BLOCK_BYTES);
    data(PduType.C2H_DATA, PduFlags.LAST, 0x1000, 0, 0, BLOCK_BYTES);
    response(0, 0x1000, 0);
    data(PduType.C2H_DATA, 0, 0xFFFE, 0, BLOCK_BYTES, 4);
    data(
        PduType.C2H_DATA,
        PduFlags.LAST | PduFlags.SUCCESS,
        0xFFFE,
        0,
        BLOCK_BYTES + 4,
        2 * BLOCK_BYTES - 4);
    // A write by two R2Ts, the first answered in two pieces.
    io(IoOpcode.WRITE, 0x1002, 2 * BLOCK_BYTES);
    r2t(0x1002, 0xFFFF, 0, BLOCK_BYTES);
    data(PduType.H2C_DATA, 0, 0x1002, 0xFFFF, 0, 512);
    data(PduType.H2C_DATA, PduFlags.LAST, 0x1002, 0xFFFF, 512, BLOCK_BYTES - 512);
    r2t(0x1002, 0, BLOCK_BYTES, BLOCK_BYTES);
    data(PduType.H2C_DATA, PduFlags.LAST, 0x1002, 0, BLOCK_BYTES, BLOCK_BYTES);
    response(0, 0x1002, 0);
    Sqe.init(sqe, 0, IoOpcode.WRITE, 0x1003, 1);
    Sqe.range(sqe, 0, 0x1_0000_0001L, 1);
    Sgl.inCapsule(sqe, 0, BLOCK_BYTES);
    capsule(BLOCK_BYTES);
    response(0, 0x1003, 0);
    Sqe.init(sqe, 0, IoOpcode.FLUSH, 0x1004, 1);
    capsule(0);
    response(0, 0x1004, 0);
    io(IoOpcode.COMPARE, 0x1005, 4);
    r2t(0x1005, 0x8001, 0, 4);
    data(PduType.H2C_DATA, PduFlags.LAST, 0x1005, 0x8001, 0, 4);
    // Compare failure.
    response(0, 0x1005, 0x0285);
    return this;
  }

  /** Terminate requests of both ends, with every status, and headers of every kind. */
  Conversation terminations() {
    for (FatalStatus status : FatalStatus.values()) {
      for (int headerBytes : new int[] {0, 8, 24, 72, 128}) {
        for (Role role : Role.values()) {
          byte[] offending = new byte[headerBytes];
          random.nextBytes(offending);
          long information =
              status == FatalStatus.HEADER_DIGEST_ERROR ? 0xDEAD_BEEFL : 0x0302_0100L;
          writer(role)
              .termReq(role, ConnectionFault.of(status, information, "", offending, headerBytes));
          end(role);
        }
      }
    }
    return this;
  }

  private void connect(int qid) {
    ConnectCommand.put(sqe, 0, 1, qid, 127, qid == 0 ? 0 : 4, 5000);
    Sgl.inCapsule(sqe, 0, ConnectData.BYTES);
    byte[] data =
        new ConnectData(
                new UUID(1, 2), 0xFFFF, "nqn.2024-01.io.nvmetcp:s", "nqn.2024-01.io.nvmetcp:h")
            .encode();
    writer(Role.HOST).capsuleCmd(sqe, 0, data.length);
    writer(Role.HOST).payload(MemorySegment.ofArray(data), 0, data.length, PayloadLease.NONE);
    end(Role.HOST);
    response(1, 1, 0);
  }

  private void io(int opcode, int cid, int dataBytes) {
    Sqe.init(sqe, 0, opcode, cid, 1);
    Sqe.range(sqe, 0, cid, Math.max(1, dataBytes / BLOCK_BYTES));
    Sgl.transport(sqe, 0, dataBytes);
    capsule(0);
  }

  private void capsule(int payloadBytes) {
    writer(Role.HOST).capsuleCmd(sqe, 0, payloadBytes);
    payload(Role.HOST, payloadBytes);
    end(Role.HOST);
  }

  private void response(long result, int cid, int status) {
    Cqe.put(cqe, 0, result, SQHD_UNUSED, cid, status);
    writer(Role.CONTROLLER).capsuleResp(cqe, 0);
    end(Role.CONTROLLER);
  }

  private void r2t(int cccid, int ttag, long offset, long lengthBytes) {
    writer(Role.CONTROLLER).r2t(cccid, ttag, offset, lengthBytes);
    end(Role.CONTROLLER);
  }

  private void data(PduType type, int flags, int cccid, int ttag, long offset, int lengthBytes) {
    writer(type.sender()).data(type, flags, cccid, ttag, offset, lengthBytes);
    payload(type.sender(), lengthBytes);
    end(type.sender());
  }

  private void payload(Role sender, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    writer(sender).payload(MemorySegment.ofArray(bytes), 0, length, PayloadLease.NONE);
  }

  private void end(Role sender) {
    turns.add(new Turn(sender, pdu.toByteArray()));
    pdu.reset();
  }

  private PduWriter writer(Role role) {
    PduWriter writer = writers.get(role);
    if (writer == null) {
      throw new AssertionError("both roles have a writer");
    }
    return writer;
  }

  /** Collects the PDU that is being written. */
  private final class Sink implements TransmitSink {
    @Override
    public void bytes(byte[] source, int offset, int length) {
      pdu.write(source, offset, length);
    }

    @Override
    public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
      pdu.writeBytes(source.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
      lease.release();
    }
  }
}
