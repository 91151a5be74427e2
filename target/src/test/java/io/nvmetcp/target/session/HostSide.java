package io.nvmetcp.target.session;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.testing.wire.WireSink;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;

/** The host's half of a conversation, byte by byte: writes PDUs, reads answers. */
public final class HostSide implements PduListener {
  /** One received PDU. */
  public record Pdu(PduType type, byte[] header, byte[] data, boolean digestRight) {
    public int flags() {
      return PduFields.flags(header);
    }

    public int cid() {
      return type == PduType.CAPSULE_RESP
          ? Cqe.cid(header, PduFields.CQE)
          : PduFields.cccid(header);
    }

    public int ttag() {
      return PduFields.ttag(header);
    }

    public long r2to() {
      return PduFields.r2to(header);
    }

    public long r2tl() {
      return PduFields.r2tl(header);
    }

    public int status() {
      return Cqe.status(header, PduFields.CQE);
    }

    public long result() {
      return Cqe.result(header, PduFields.CQE);
    }

    public int sqhd() {
      return Cqe.sqhd(header, PduFields.CQE);
    }

    public int fes() {
      return header[PduFields.FES];
    }

    public long fei() {
      return LittleEndian.u32(header, PduFields.FEI);
    }

    @Override
    public String toString() {
      return switch (type) {
        case CAPSULE_RESP -> "resp %d %x".formatted(cid(), status());
        case C2H_DATA -> "data %d %d bytes flags %x".formatted(cid(), data.length, flags());
        case R2T ->
            "r2t %d %d bytes at %d"
                .formatted(cid(), PduFields.r2tl(header), PduFields.r2to(header));
        case C2H_TERM_REQ -> "term fes %d fei %d".formatted(fes(), fei());
        default -> type.wireName();
      };
    }
  }

  public static final UUID HOST_ID = UUID.fromString("5a1fcf4e-94a6-4a3b-a6b6-4b24dc5ba3a8");
  public static final String HOST_NQN = "nqn.2014-08.org.nvmexpress:uuid:host";

  private final WireSink out = new WireSink();
  public final ArrayDeque<Pdu> received = new ArrayDeque<>();
  public final PduWriter writer = new PduWriter(JdkCrc32c.INSTANCE, out);
  private final PduReader reader;
  private final Crc32cDigest crc = JdkCrc32c.INSTANCE.newDigest();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private byte[] header = {};
  private PduType type = PduType.IC_RESP;
  private IcRequest asked = new IcRequest(0, 0, false, false, 0);

  public HostSide() {
    reader =
        new PduReader(
            JdkCrc32c.INSTANCE,
            Voucher.PLACEMENT,
            Limits.initial(Role.HOST, 0, Integer.MAX_VALUE),
            this);
  }

  /** What was written since the last call. */
  public byte[] take() {
    return out.take();
  }

  public void receive(byte[] bytes, int length) {
    reader.accept(MemorySegment.ofArray(bytes), 0, length);
  }

  public void icReq(boolean headerDigest, boolean dataDigest, int hpda) {
    icReq(headerDigest, dataDigest, hpda, 0);
  }

  /** As it stands on the wire: {@code maxR2t} is one less than the R2Ts that may be outstanding. */
  public void icReq(boolean headerDigest, boolean dataDigest, int hpda, int maxR2t) {
    asked = new IcRequest(0, hpda, headerDigest, dataDigest, maxR2t);
    writer.icReq(asked);
  }

  public static byte[] pattern(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  public void payload(byte[] bytes) {
    writer.payload(MemorySegment.ofArray(bytes), 0, bytes.length, PayloadLease.NONE);
  }

  public static byte[] connectSqe(int cid, int qid, int sqsize, boolean flowControl) {
    byte[] sqe = new byte[Sqe.BYTES];
    ConnectCommand.put(
        sqe, 0, cid, qid, sqsize, flowControl ? 0 : Fabrics.CATTR_DISABLE_SQ_FLOW_CONTROL, 5000);
    return sqe;
  }

  /** Connect with its data in the capsule. */
  public void connect(int cid, int qid, int sqsize, int cntlid, String subnqn, boolean flow) {
    byte[] sqe = connectSqe(cid, qid, sqsize, flow);
    Sgl.inCapsule(sqe, 0, ConnectData.BYTES);
    capsule(sqe, new ConnectData(HOST_ID, cntlid, subnqn, HOST_NQN).encode());
  }

  public void capsule(byte[] sqe, byte[] inCapsule) {
    writer.capsuleCmd(sqe, 0, inCapsule.length);
    if (inCapsule.length > 0) {
      payload(inCapsule);
    }
  }

  public void propertyGet(int cid, int property, boolean eight) {
    byte[] sqe = new byte[Sqe.BYTES];
    PropertyCommand.get(sqe, 0, cid, property, eight);
    capsule(sqe, new byte[0]);
  }

  public void propertySet(int cid, int property, long value) {
    byte[] sqe = new byte[Sqe.BYTES];
    PropertyCommand.set(sqe, 0, cid, property, value);
    capsule(sqe, new byte[0]);
  }

  public void admin(int opcode, int cid, long nsid, long cdw10, long cdw11, int dataBytes) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, opcode, cid, nsid);
    Sqe.cdw(sqe, 0, 10, cdw10);
    Sqe.cdw(sqe, 0, 11, cdw11);
    Sgl.transport(sqe, 0, dataBytes);
    capsule(sqe, new byte[0]);
  }

  public static byte[] ioSqe(int opcode, int cid, long nsid, long slba, int blocks) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, opcode, cid, nsid);
    Sqe.range(sqe, 0, slba, blocks);
    return sqe;
  }

  public void read(int cid, long slba, int blocks, int blockBytes) {
    byte[] sqe = ioSqe(IoOpcode.READ, cid, 1, slba, blocks);
    Sgl.transport(sqe, 0, (long) blocks * blockBytes);
    capsule(sqe, new byte[0]);
  }

  public void writeInCapsule(int cid, long slba, byte[] bytes, int blockBytes) {
    byte[] sqe = ioSqe(IoOpcode.WRITE, cid, 1, slba, bytes.length / blockBytes);
    Sgl.inCapsule(sqe, 0, bytes.length);
    capsule(sqe, bytes);
  }

  public void writeByR2t(int cid, long slba, int bytes, int blockBytes) {
    byte[] sqe = ioSqe(IoOpcode.WRITE, cid, 1, slba, bytes / blockBytes);
    Sgl.transport(sqe, 0, bytes);
    capsule(sqe, new byte[0]);
  }

  public void h2cData(int cid, int ttag, long offset, byte[] bytes, boolean last) {
    writer.data(PduType.H2C_DATA, last ? PduFlags.LAST : 0, cid, ttag, offset, bytes.length);
    payload(bytes);
  }

  @Override
  public void onPdu(PduType pduType, byte[] bytes, int payloadBytes) {
    type = pduType;
    int length =
        pduType == PduType.C2H_TERM_REQ ? (int) PduFields.plen(bytes) : pduType.headerBytes();
    header = Arrays.copyOf(bytes, length);
    if (pduType == PduType.IC_RESP) {
      Negotiated agreed = Negotiated.of(asked, IcResponse.decode(bytes));
      reader.limits(reader.limits().with(agreed));
      writer.negotiated(agreed);
    }
    data.reset();
    crc.reset();
    if (payloadBytes == 0) {
      received.add(new Pdu(type, header, new byte[0], true));
    }
  }

  @Override
  public void onPayload(
      MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
    byte[] run = bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    crc.update(run, 0, run.length);
    data.writeBytes(run);
  }

  @Override
  public void onPayloadEnd(PduType pduType, byte[] bytes, DigestLedger ledger, int digest) {
    boolean right = !ledger.needsSoftwareCheck() || crc.value() == digest;
    received.add(new Pdu(type, header, data.toByteArray(), right));
  }

  @Override
  public void onFault(ConnectionFault fault) {
    throw new AssertionError("the target sent nonsense: " + fault.describe());
  }
}
