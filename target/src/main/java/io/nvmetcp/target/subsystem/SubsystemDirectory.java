package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * All subsystems of a target, and the rules of Connect (Base specification 6.3), lowest offending
 * field first. Immutable; any thread.
 */
public final class SubsystemDirectory {
  private static final long IN_DATA = 1L << 16;
  private static final UUID NO_HOST = new UUID(0, 0);

  private final Map<String, Subsystem> byNqn = new HashMap<>();

  /**
   * @param subsystems all of them
   * @throws IllegalArgumentException if two share an NQN
   */
  public SubsystemDirectory(List<Subsystem> subsystems) {
    for (Subsystem subsystem : subsystems) {
      if (byNqn.put(subsystem.nqn(), subsystem) != null) {
        throw new IllegalArgumentException("two subsystems are called " + subsystem.nqn());
      }
    }
  }

  /** Ends every association of every subsystem. */
  public void endAll(String reason) {
    byNqn.values().forEach(subsystem -> subsystem.endAll(reason));
  }

  /** Controllers alive now. */
  public int controllerCount() {
    return byNqn.values().stream().mapToInt(Subsystem::controllerCount).sum();
  }

  /**
   * Judges a Connect and, if it is in order, makes the controller or adds the queue.
   *
   * @param sqe holds the command at {@code at}
   * @param bytes its 1024 bytes of data
   * @param queue the connection, as the controller will know it
   */
  public ConnectReply connect(byte[] sqe, int at, byte[] bytes, QueueEnd queue) {
    if (ConnectCommand.recfmt(sqe, at) != 0) {
      return new ConnectReply.Refused(Status.CONNECT_INCOMPATIBLE_FORMAT | Status.DNR, 0);
    }
    if (ConnectCommand.sqsize(sqe, at) == 0) {
      return invalid(ConnectCommand.SQSIZE);
    }
    ConnectData data = ConnectData.decode(bytes);
    if (data.hostId().equals(NO_HOST)) {
      return invalid(IN_DATA | ConnectData.HOSTID);
    }
    Subsystem subsystem = byNqn.get(data.subnqn());
    if (subsystem == null || !ConnectData.isNqnTerminated(bytes, ConnectData.SUBNQN)) {
      return invalid(IN_DATA | ConnectData.SUBNQN);
    }
    if (data.hostnqn().isEmpty() || !ConnectData.isNqnTerminated(bytes, ConnectData.HOSTNQN)) {
      return invalid(IN_DATA | ConnectData.HOSTNQN);
    }
    if (ConnectCommand.sqsize(sqe, at) >= subsystem.limits().queueEntries()) {
      return invalid(ConnectCommand.SQSIZE);
    }
    return ConnectCommand.qid(sqe, at) == 0
        ? admin(subsystem, sqe, at, data, queue)
        : io(subsystem, sqe, at, data, queue);
  }

  private static ConnectReply admin(
      Subsystem subsystem, byte[] sqe, int at, ConnectData data, QueueEnd queue) {
    if (data.cntlid() != Fabrics.CNTLID_DYNAMIC) {
      return invalid(IN_DATA | ConnectData.CNTLID);
    }
    Controller controller =
        subsystem.create(data.hostId(), data.hostnqn(), ConnectCommand.katoMillis(sqe, at), queue);
    return controller == null
        ? new ConnectReply.Refused(Status.CONNECT_CONTROLLER_BUSY, 0)
        : accepted(controller, sqe, at);
  }

  private static ConnectReply io(
      Subsystem subsystem, byte[] sqe, int at, ConnectData data, QueueEnd queue) {
    Controller controller = subsystem.controller(data.cntlid());
    if (controller == null) {
      return invalid(IN_DATA | ConnectData.CNTLID);
    }
    int qid = ConnectCommand.qid(sqe, at);
    if (subsystem.isDiscovery() || qid > controller.features().ioQueues()) {
      return invalid(ConnectCommand.QID);
    }
    if (!data.hostId().equals(controller.hostId())) {
      return invalid(IN_DATA | ConnectData.HOSTID);
    }
    if (!data.hostnqn().equals(controller.hostNqn())) {
      return invalid(IN_DATA | ConnectData.HOSTNQN);
    }
    int status = controller.attach(qid, queue);
    return Status.isSuccess(status)
        ? accepted(controller, sqe, at)
        : new ConnectReply.Refused(status, 0);
  }

  private static ConnectReply accepted(Controller controller, byte[] sqe, int at) {
    boolean flowControl =
        (ConnectCommand.cattr(sqe, at) & Fabrics.CATTR_DISABLE_SQ_FLOW_CONTROL) == 0;
    return new ConnectReply.Accepted(
        controller, ConnectCommand.qid(sqe, at), ConnectCommand.sqsize(sqe, at) + 1, flowControl);
  }

  private static ConnectReply invalid(long where) {
    return new ConnectReply.Refused(Status.CONNECT_INVALID_PARAMETERS | Status.DNR, where);
  }
}
