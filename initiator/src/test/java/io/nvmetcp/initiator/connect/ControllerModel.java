package io.nvmetcp.initiator.connect;

import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.Cc;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.NamespaceDescriptors;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Answers the commands of a bring-up as a well-behaved controller would; tests spoil it. */
public final class ControllerModel {
  /** An answer. */
  public record Answer(int status, long result, byte[] data) {}

  /** CNTLID given by Connect. */
  public static final int CNTLID = 7;

  /** Namespace number to blocks. */
  public final Map<Long, Long> namespaces = new LinkedHashMap<>(Map.of(1L, 2048L));

  /** Namespace number to the high half of its UUID, 1 if it is not here. */
  public final Map<Long, Long> identities = new ConcurrentHashMap<>();

  /** CAP. */
  public Cap cap = new Cap(127, 2, 1, 0, 0);

  /** How often CSTS is read before it says ready; negative is never. */
  public int readsUntilReady;

  /** CSTS.RDY stays set after a disable. */
  public boolean stuckReady;

  /** Identify Controller. */
  public final byte[] identify = new byte[Cns.DATA_BYTES];

  /** Result of Set Features, Number of Queues. */
  public long grantedQueues = 1 | 1 << 16;

  private Cc cc = Cc.DISABLED;
  private int polls;

  /** A controller with one namespace of 1 MiB. */
  public ControllerModel() {
    IdentifyController.names(identify, "SN1", "A model", "1.0", "nqn.test");
    LittleEndian.put16(identify, IdentifyController.CNTLID, CNTLID);
    LittleEndian.put8(identify, IdentifyController.MDTS, 5);
    LittleEndian.put32(identify, IdentifyController.IOCCSZ, (64 + 8192) / 16);
    LittleEndian.put8(identify, IdentifyController.VWC, 1);
  }

  /** The lawful answer to a command. */
  public Answer answer(byte[] sqe) {
    return switch (Sqe.opcode(sqe, 0)) {
      case Fabrics.OPCODE -> fabrics(sqe);
      case AdminOpcode.IDENTIFY -> identify(sqe);
      case AdminOpcode.SET_FEATURES -> new Answer(Status.SUCCESS, grantedQueues, new byte[0]);
      case AdminOpcode.KEEP_ALIVE -> new Answer(Status.SUCCESS, 0, new byte[0]);
      default -> new Answer(Status.INVALID_OPCODE, 0, new byte[0]);
    };
  }

  private Answer fabrics(byte[] sqe) {
    return switch (Sqe.fctype(sqe, 0)) {
      case Fabrics.CONNECT -> result(CNTLID);
      case Fabrics.PROPERTY_GET ->
          switch ((int) PropertyCommand.property(sqe, 0)) {
            case Fabrics.PROPERTY_CAP -> result(cap.encode());
            case Fabrics.PROPERTY_VS -> result(0x1_0400);
            case Fabrics.PROPERTY_CC -> result(cc.encode());
            case Fabrics.PROPERTY_CSTS -> result(csts().encode());
            default -> new Answer(Status.INVALID_FIELD, 0, new byte[0]);
          };
      case Fabrics.PROPERTY_SET -> {
        cc = Cc.decode((int) PropertyCommand.value(sqe, 0));
        polls = 0;
        yield result(0);
      }
      default -> new Answer(Status.INVALID_OPCODE, 0, new byte[0]);
    };
  }

  private Csts csts() {
    boolean ready = cc.enable() && readsUntilReady >= 0 && polls++ >= readsUntilReady;
    return new Csts(ready || stuckReady, false, cc.shutdown() != 0 ? Csts.SHUTDOWN_COMPLETE : 0);
  }

  private static Answer result(long value) {
    return new Answer(Status.SUCCESS, value, new byte[0]);
  }

  private Answer identify(byte[] sqe) {
    long nsid = Sqe.nsid(sqe, 0);
    byte[] page = new byte[Cns.DATA_BYTES];
    switch ((int) Sqe.cdw(sqe, 0, 10)) {
      case Cns.CONTROLLER -> page = identify.clone();
      case Cns.ACTIVE_NAMESPACES -> {
        int at = 0;
        for (long id : namespaces.keySet()) {
          if (id > nsid && at < page.length) {
            LittleEndian.put32(page, at, id);
            at += 4;
          }
        }
      }
      case Cns.NAMESPACE -> {
        LittleEndian.put64(page, IdentifyNamespace.NSZE, namespaces.getOrDefault(nsid, 0L));
        LittleEndian.put8(page, IdentifyNamespace.LBAF0 + 2, 9);
      }
      case Cns.NAMESPACE_DESCRIPTORS ->
          NamespaceDescriptors.putUuid(page, 0, new UUID(identities.getOrDefault(nsid, 1L), nsid));
      default -> {
        return new Answer(Status.INVALID_FIELD, 0, new byte[0]);
      }
    }
    return new Answer(Status.SUCCESS, 0, page);
  }

  /** As {@link #answer}, with the data cut to what the command has room for. */
  public Answer answer(Action.Command command) {
    Answer answer = answer(command.sqe());
    return command.direction() == Direction.READ
        ? answer
        : new Answer(answer.status(), answer.result(), command.data());
  }
}
