package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Status;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All subsystems of a target, and the rules of Connect (Base specification 6.3), lowest offending
 * field first, as far as it can be judged. Any thread. A {@link #view} of it is what one connection
 * may see.
 */
public final class SubsystemDirectory {
  private static final long IN_DATA = 1L << 16;
  private static final UUID NO_HOST = new UUID(0, 0);
  private static final int MAX_NQN_BYTES = 223;

  private final Map<String, Subsystem> byNqn;
  private final boolean nvm;
  private final boolean discovery;
  private final String localAddress;

  /**
   * @param subsystems all of them
   * @throws IllegalArgumentException if two share an NQN
   */
  public SubsystemDirectory(List<Subsystem> subsystems) {
    this(new ConcurrentHashMap<>(), true, true, "");
    subsystems.forEach(this::add);
  }

  private SubsystemDirectory(
      Map<String, Subsystem> byNqn, boolean nvm, boolean discovery, String localAddress) {
    this.byNqn = byNqn;
    this.nvm = nvm;
    this.discovery = discovery;
    this.localAddress = localAddress;
  }

  /**
   * What a connection sees of this directory, now and after changes.
   *
   * @param withNvm it may connect to NVM subsystems
   * @param withDiscovery it may connect to discovery subsystems
   * @param address the address at which the host reached this target, or "" if it is not known
   */
  public SubsystemDirectory view(boolean withNvm, boolean withDiscovery, String address) {
    return new SubsystemDirectory(byNqn, withNvm, withDiscovery, address);
  }

  /**
   * Adds a subsystem.
   *
   * @throws IllegalArgumentException if there is one of this name
   */
  public void add(Subsystem subsystem) {
    if (byNqn.putIfAbsent(subsystem.nqn(), subsystem) != null) {
      throw new IllegalArgumentException("two subsystems are called " + subsystem.nqn());
    }
  }

  /** Takes a subsystem away: nobody can connect to it any more. */
  public void remove(Subsystem subsystem) {
    byNqn.remove(subsystem.nqn(), subsystem);
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
    ConnectData data = ConnectData.decode(bytes);
    boolean named = isNqn(bytes, ConnectData.SUBNQN);
    Subsystem subsystem = named ? visible(data.subnqn()) : null;
    int qid = ConnectCommand.qid(sqe, at);
    Controller controller =
        subsystem == null || qid == 0 ? null : subsystem.controller(data.cntlid());
    long wrong = firstWrongField(sqe, at, bytes, data, subsystem, controller);
    if (wrong >= 0 || subsystem == null) {
      return invalid(wrong);
    }
    if (controller == null) {
      return admin(subsystem, sqe, at, data, queue);
    }
    int status = controller.attach(qid, queue);
    return Status.isSuccess(status)
        ? accepted(controller, sqe, at)
        : new ConnectReply.Refused(status, 0);
  }

  private @Nullable Subsystem visible(String nqn) {
    Subsystem subsystem = byNqn.get(nqn);
    return subsystem != null && (subsystem.isDiscovery() ? discovery : nvm) ? subsystem : null;
  }

  // 1 to 223 bytes and a terminator (Base specification 4.5).
  private static boolean isNqn(byte[] bytes, int offset) {
    for (int length = 0; length <= MAX_NQN_BYTES; length++) {
      if (bytes[offset + length] == 0) {
        return length > 0;
      }
    }
    return false;
  }

  /**
   * IATTR and IPO of the first field that is wrong, or -1. What can only be judged with the
   * subsystem or the controller counts as right while that is not known: then its name is wrong.
   */
  private static long firstWrongField(
      byte[] sqe,
      int at,
      byte[] bytes,
      ConnectData data,
      @Nullable Subsystem subsystem,
      @Nullable Controller controller) {
    int qid = ConnectCommand.qid(sqe, at);
    int sqsize = ConnectCommand.sqsize(sqe, at);
    boolean tooManyQueues = controller != null && qid > controller.features().ioQueues();
    if (qid > 0 && subsystem != null && (subsystem.isDiscovery() || tooManyQueues)) {
      return ConnectCommand.QID;
    }
    if (sqsize == 0 || (subsystem != null && sqsize >= mostEntries(subsystem, qid))) {
      return ConnectCommand.SQSIZE;
    }
    boolean otherHost = controller != null && !data.hostId().equals(controller.hostId());
    if (data.hostId().equals(NO_HOST) || otherHost) {
      return IN_DATA | ConnectData.HOSTID;
    }
    boolean cntlid = qid > 0 ? controller != null : data.cntlid() == Fabrics.CNTLID_DYNAMIC;
    if (subsystem != null && !cntlid) {
      return IN_DATA | ConnectData.CNTLID;
    }
    if (subsystem == null) {
      return IN_DATA | ConnectData.SUBNQN;
    }
    boolean otherName = controller != null && !data.hostnqn().equals(controller.hostNqn());
    if (!isNqn(bytes, ConnectData.HOSTNQN) || otherName) {
      return IN_DATA | ConnectData.HOSTNQN;
    }
    return -1;
  }

  private static int mostEntries(Subsystem subsystem, int qid) {
    ControllerLimits limits = subsystem.limits();
    return qid == 0 ? limits.adminQueueEntries() : limits.queueEntries();
  }

  private ConnectReply admin(
      Subsystem subsystem, byte[] sqe, int at, ConnectData data, QueueEnd queue) {
    Admission admission =
        subsystem.create(
            data.hostId(), data.hostnqn(), localAddress, ConnectCommand.katoMillis(sqe, at), queue);
    Controller controller = admission.controller();
    return controller == null
        ? new ConnectReply.Refused(admission.status(), 0)
        : accepted(controller, sqe, at);
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
