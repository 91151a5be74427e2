package io.nvmetcp.initiator.connect;

import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;

/** Fabrics Connect: the command of each queue, and what its answer says (Base spec. 6.3). */
public final class ConnectCommands {

  private ConnectCommands() {}

  /** Connect of the admin queue. */
  public static Action.Command admin(ConnectParameters parameters) {
    return connect(
        parameters,
        0,
        parameters.adminEntries(),
        parameters.katoMillis(),
        parameters.identity().cntlid());
  }

  /** Connect of I/O queue {@code qid}; it repeats the admin queue's identity. */
  public static Action.Command io(ConnectParameters parameters, int qid, int entries, int cntlid) {
    return connect(parameters, qid, entries, 0, cntlid);
  }

  private static Action.Command connect(
      ConnectParameters parameters, int qid, int entries, long katoMillis, int cntlid) {
    byte[] sqe = new byte[Sqe.BYTES];
    int cattr = parameters.disableFlowControl() ? Fabrics.CATTR_DISABLE_SQ_FLOW_CONTROL : 0;
    ConnectCommand.put(sqe, 0, 0, qid, entries - 1, cattr, katoMillis);
    ConnectData identity = parameters.identity();
    ConnectData data =
        new ConnectData(identity.hostId(), cntlid, identity.subnqn(), identity.hostnqn());
    return new Action.Command(sqe, Direction.WRITE, data.encode());
  }

  /** The controller's identifier in a successful answer. */
  public static int cntlid(long result) {
    return (int) (result & 0xFFFF);
  }

  /**
   * True if a command of a bring-up was refused, and another bring-up would be too. DNR says that
   * of the same command; but where that is refused for the state of a controller, which ended or
   * was reset meanwhile, another attempt has another controller.
   */
  public static boolean isHopeless(int status, long result) {
    int code = Status.code(status);
    boolean noSuchController =
        code == Status.CONNECT_INVALID_PARAMETERS
            && (result & 0x1_FFFF) == (1 << 16 | ConnectData.CNTLID);
    return Status.isDoNotRetry(status)
        && code != Status.COMMAND_SEQUENCE_ERROR
        && !noSuchController;
  }

  /** A refusal in words: the status and, for invalid parameters, which field is wrong. */
  public static String describe(int status, long result) {
    String text = Status.describe(status);
    if (Status.code(status) != Status.CONNECT_INVALID_PARAMETERS) {
      return text;
    }
    int position = (int) (result & 0xFFFF);
    boolean inData = (result >>> 16 & 1) != 0;
    return text + ", wrong field: " + field(position, inData);
  }

  private static String field(int position, boolean inData) {
    if (inData) {
      return switch (position) {
        case ConnectData.HOSTID -> "HOSTID";
        case ConnectData.CNTLID -> "CNTLID";
        case ConnectData.SUBNQN -> "SUBNQN (no such subsystem, or not for this host)";
        case ConnectData.HOSTNQN -> "HOSTNQN";
        default -> "data byte " + position;
      };
    }
    return switch (position) {
      case ConnectCommand.QID -> "QID";
      case ConnectCommand.SQSIZE -> "SQSIZE";
      default -> "command byte " + position;
    };
  }
}
