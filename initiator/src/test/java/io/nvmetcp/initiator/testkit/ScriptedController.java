package io.nvmetcp.initiator.testkit;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.testing.wire.WireSink;
import io.nvmetcp.testing.wire.Wiretap;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A controller's end of one connection that does what a test says, lawful or not. */
public final class ScriptedController implements PduListener {
  /** A command as received, with its in-capsule data. */
  public record Command(byte[] sqe, byte[] data) {
    /** Its identifier. */
    public int cid() {
      return Sqe.cid(sqe, 0);
    }

    /** Its opcode. */
    public int opcode() {
      return Sqe.opcode(sqe, 0);
    }

    /** True if it is the Fabrics command of this type. */
    public boolean isFabrics(int fctype) {
      return opcode() == Fabrics.OPCODE && Sqe.fctype(sqe, 0) == fctype;
    }
  }

  /** An H2CData PDU as received. */
  public record Data(int cid, int ttag, long offset, byte[] bytes, boolean last) {}

  private static final int CAPSULE_BYTES = 8192;
  private static final int DATA_BYTES = 1 << 20;

  private final WireSink sink = new WireSink();
  private final PduWriter writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
  private final PduReader reader =
      new PduReader(
          JdkCrc32c.INSTANCE,
          Voucher.PLACEMENT,
          Limits.initial(Role.CONTROLLER, CAPSULE_BYTES, DATA_BYTES),
          this);
  private final List<Command> commands = new ArrayList<>();
  private final List<Data> data = new ArrayList<>();
  private final List<TermRequest> terminations = new ArrayList<>();
  private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
  private byte[] pending = {};
  private @Nullable IcRequest asked;
  private UnaryOperator<IcResponse> initialization = UnaryOperator.identity();
  private Consumer<Command> onCommand = command -> {};
  private long maxH2cDataBytes = 4096;
  private boolean silent;
  private @Nullable Wiretap tap;

  /** Changes the lawful ICResp that an ICReq is answered with. */
  public ScriptedController initialization(UnaryOperator<IcResponse> change) {
    initialization = change;
    return this;
  }

  /** Never answers the ICReq. */
  public ScriptedController silent() {
    silent = true;
    return this;
  }

  /** Sets MAXH2CDATA. */
  public ScriptedController maxH2cData(long bytes) {
    maxH2cDataBytes = bytes;
    return this;
  }

  /** Told of each command, once its in-capsule data is in. */
  public ScriptedController onCommand(Consumer<Command> action) {
    onCommand = action;
    return this;
  }

  /** Takes bytes that the host sent. */
  public void accept(byte[] bytes) {
    if (tap != null) {
      tap.host(bytes);
    }
    reader.accept(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  /** What was written since the last call. */
  public byte[] take() {
    return take(bytes -> bytes);
  }

  /** What was written since the last call, spoiled on its way. */
  public byte[] take(UnaryOperator<byte[]> spoil) {
    byte[] bytes = spoil.apply(sink.take());
    if (tap != null) {
      tap.controller(bytes);
    }
    return bytes;
  }

  /** Writes down what passes from here on; to be called before the first byte. */
  public Wiretap tap() {
    Wiretap made = new Wiretap();
    tap = made;
    return made;
  }

  /** Commands received. */
  public List<Command> commands() {
    return commands;
  }

  /** The command received last. */
  public Command lastCommand() {
    return commands.getLast();
  }

  /** H2CData received. */
  public List<Data> data() {
    return data;
  }

  /** Terminate requests received. */
  public List<TermRequest> terminations() {
    return terminations;
  }

  /** Answers a command. */
  public void respond(int cid, int status) {
    respond(cid, status, 0, 0);
  }

  /** Answers a command. */
  public void respond(int cid, int status, long result, int sqhd) {
    writer.capsuleResp(result, sqhd, cid, status);
  }

  /** Answers a read: its data in one PDU, then a response capsule. */
  public void answer(int cid, byte[] bytes) {
    data(cid, 0, bytes, PduFlags.LAST);
    respond(cid, Status.SUCCESS);
  }

  /** Sends C2HData. */
  public void data(int cid, long offset, byte[] bytes, int flags) {
    writer.data(PduType.C2H_DATA, flags, cid, 0, offset, bytes.length);
    writer.payload(MemorySegment.ofArray(bytes), 0, bytes.length, PayloadLease.NONE);
  }

  /** Sends an R2T. */
  public void r2t(int cid, int ttag, long offset, long length) {
    writer.r2t(cid, ttag, offset, length);
  }

  /** Sends a C2HTermReq. */
  public void terminate(FatalStatus status, long information) {
    writer.termReq(
        Role.CONTROLLER, ConnectionFault.of(status, information, "scripted", new byte[0], 0));
  }

  /** Sends anything. */
  public void raw(byte[] bytes) {
    sink.bytes(bytes, 0, bytes.length);
  }

  @Override
  public void onPdu(PduType type, byte[] header, int payloadBytes) {
    switch (type) {
      case IC_REQ -> initialize(IcRequest.decode(header));
      case CAPSULE_CMD -> {
        pending = Arrays.copyOfRange(header, PduFields.SQE, PduFields.SQE + Sqe.BYTES);
        if (payloadBytes == 0) {
          command(new byte[0]);
        }
      }
      case H2C_TERM_REQ ->
          terminations.add(TermRequest.decode(header, (int) PduFields.plen(header)));
      case H2C_DATA -> {}
      case IC_RESP, C2H_TERM_REQ, CAPSULE_RESP, C2H_DATA, R2T ->
          throw new AssertionError(type + " from a host");
    }
  }

  /** What the host asked for in its ICReq. */
  public IcRequest request() {
    IcRequest came = asked;
    if (came == null) {
      throw new IllegalStateException("no ICReq came");
    }
    return came;
  }

  private void initialize(IcRequest request) {
    asked = request;
    IcResponse response =
        initialization.apply(
            new IcResponse(0, 0, request.headerDigest(), request.dataDigest(), maxH2cDataBytes));
    if (silent) {
      return;
    }
    Negotiated negotiated = Negotiated.of(request, response);
    writer.icResp(response);
    writer.negotiated(negotiated);
    reader.limits(reader.limits().with(negotiated));
  }

  private void command(byte[] bytes) {
    Command command = new Command(pending, bytes);
    commands.add(command);
    onCommand.accept(command);
  }

  @Override
  public void onPayload(
      MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
    payload.writeBytes(bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest) {
    byte[] bytes = payload.toByteArray();
    payload.reset();
    if (digest.needsSoftwareCheck()) {
      var crc = JdkCrc32c.INSTANCE.newDigest();
      crc.update(bytes, 0, bytes.length);
      if (crc.value() != receivedDigest) {
        throw new AssertionError("the host sent a wrong data digest");
      }
    }
    if (type == PduType.CAPSULE_CMD) {
      command(bytes);
    } else {
      data.add(
          new Data(
              PduFields.cccid(header),
              PduFields.ttag(header),
              PduFields.datao(header),
              bytes,
              (PduFields.flags(header) & PduFlags.LAST) != 0));
    }
  }

  @Override
  public void onFault(ConnectionFault fault) {
    throw new AssertionError("the host broke a rule: " + fault.describe());
  }
}
