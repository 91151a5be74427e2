package io.nvmetcp.nvme;

import java.util.Map;

/**
 * Completion status as an {@code int}: status code type in bits 10:8, status code in bits 7:0, more
 * in bit 13, do-not-retry in bit 14; that is the CQE's status field without its phase tag.
 */
public final class Status {
  /** Successful completion. */
  public static final int SUCCESS = 0x000;

  /** Invalid command opcode. */
  public static final int INVALID_OPCODE = 0x001;

  /** Invalid field in command. */
  public static final int INVALID_FIELD = 0x002;

  /** Command identifier conflict. */
  public static final int COMMAND_ID_CONFLICT = 0x003;

  /** Data transfer error. */
  public static final int DATA_TRANSFER_ERROR = 0x004;

  /** Internal error. */
  public static final int INTERNAL_ERROR = 0x006;

  /** Command abort requested. */
  public static final int ABORT_REQUESTED = 0x007;

  /** Command aborted due to failed fused command. */
  public static final int FAILED_FUSED = 0x009;

  /** Command aborted due to missing fused command. */
  public static final int MISSING_FUSED = 0x00A;

  /** Invalid namespace or format. */
  public static final int INVALID_NAMESPACE = 0x00B;

  /** Command sequence error. */
  public static final int COMMAND_SEQUENCE_ERROR = 0x00C;

  /** Invalid SGL segment descriptor. */
  public static final int INVALID_SGL_SEGMENT = 0x00D;

  /** Data SGL length invalid. */
  public static final int DATA_SGL_LENGTH_INVALID = 0x00F;

  /** SGL descriptor type invalid. */
  public static final int SGL_TYPE_INVALID = 0x011;

  /** SGL offset invalid. */
  public static final int SGL_OFFSET_INVALID = 0x016;

  /** Namespace is write protected. */
  public static final int NAMESPACE_WRITE_PROTECTED = 0x020;

  /** Command interrupted: for want of something at the controller; a retry may work. */
  public static final int COMMAND_INTERRUPTED = 0x021;

  /** Transient transport error. */
  public static final int TRANSIENT_TRANSPORT_ERROR = 0x022;

  /** LBA out of range. */
  public static final int LBA_OUT_OF_RANGE = 0x080;

  /** Capacity exceeded. */
  public static final int CAPACITY_EXCEEDED = 0x081;

  /** Namespace not ready. */
  public static final int NAMESPACE_NOT_READY = 0x082;

  /** Invalid queue identifier. */
  public static final int INVALID_QUEUE_ID = 0x101;

  /** Asynchronous event request limit exceeded. */
  public static final int AER_LIMIT_EXCEEDED = 0x105;

  /** Invalid log page. */
  public static final int INVALID_LOG_PAGE = 0x109;

  /** Feature identifier not saveable. */
  public static final int FEATURE_NOT_SAVEABLE = 0x10D;

  /** Feature not changeable. */
  public static final int FEATURE_NOT_CHANGEABLE = 0x10E;

  /** Connect: incompatible format. */
  public static final int CONNECT_INCOMPATIBLE_FORMAT = 0x180;

  /** Connect: controller busy. */
  public static final int CONNECT_CONTROLLER_BUSY = 0x181;

  /** Connect: invalid parameters. */
  public static final int CONNECT_INVALID_PARAMETERS = 0x182;

  /** Connect: restart discovery. */
  public static final int CONNECT_RESTART_DISCOVERY = 0x183;

  /** Connect: invalid host. */
  public static final int CONNECT_INVALID_HOST = 0x184;

  /** Disconnect: invalid queue type. */
  public static final int INVALID_QUEUE_TYPE = 0x185;

  /** Write fault (media error). */
  public static final int WRITE_FAULT = 0x280;

  /** Unrecovered read error. */
  public static final int UNRECOVERED_READ_ERROR = 0x281;

  /** Compare failure. */
  public static final int COMPARE_FAILURE = 0x285;

  /** The do-not-retry bit. */
  public static final int DNR = 1 << 14;

  private static final int CODE_MASK = 0x7FF;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(SUCCESS, "Successful Completion"),
          Map.entry(INVALID_OPCODE, "Invalid Command Opcode"),
          Map.entry(INVALID_FIELD, "Invalid Field in Command"),
          Map.entry(COMMAND_ID_CONFLICT, "Command ID Conflict"),
          Map.entry(DATA_TRANSFER_ERROR, "Data Transfer Error"),
          Map.entry(INTERNAL_ERROR, "Internal Error"),
          Map.entry(ABORT_REQUESTED, "Command Abort Requested"),
          Map.entry(FAILED_FUSED, "Command Aborted due to Failed Fused Command"),
          Map.entry(MISSING_FUSED, "Command Aborted due to Missing Fused Command"),
          Map.entry(INVALID_NAMESPACE, "Invalid Namespace or Format"),
          Map.entry(COMMAND_SEQUENCE_ERROR, "Command Sequence Error"),
          Map.entry(INVALID_SGL_SEGMENT, "Invalid SGL Segment Descriptor"),
          Map.entry(DATA_SGL_LENGTH_INVALID, "Data SGL Length Invalid"),
          Map.entry(SGL_TYPE_INVALID, "SGL Descriptor Type Invalid"),
          Map.entry(SGL_OFFSET_INVALID, "SGL Offset Invalid"),
          Map.entry(NAMESPACE_WRITE_PROTECTED, "Namespace is Write Protected"),
          Map.entry(COMMAND_INTERRUPTED, "Command Interrupted"),
          Map.entry(TRANSIENT_TRANSPORT_ERROR, "Transient Transport Error"),
          Map.entry(LBA_OUT_OF_RANGE, "LBA Out of Range"),
          Map.entry(CAPACITY_EXCEEDED, "Capacity Exceeded"),
          Map.entry(NAMESPACE_NOT_READY, "Namespace Not Ready"),
          Map.entry(INVALID_QUEUE_ID, "Invalid Queue Identifier"),
          Map.entry(AER_LIMIT_EXCEEDED, "Asynchronous Event Request Limit Exceeded"),
          Map.entry(INVALID_LOG_PAGE, "Invalid Log Page"),
          Map.entry(FEATURE_NOT_SAVEABLE, "Feature Identifier Not Saveable"),
          Map.entry(FEATURE_NOT_CHANGEABLE, "Feature Not Changeable"),
          Map.entry(CONNECT_INCOMPATIBLE_FORMAT, "Connect Incompatible Format"),
          Map.entry(CONNECT_CONTROLLER_BUSY, "Connect Controller Busy"),
          Map.entry(CONNECT_INVALID_PARAMETERS, "Connect Invalid Parameters"),
          Map.entry(CONNECT_RESTART_DISCOVERY, "Connect Restart Discovery"),
          Map.entry(CONNECT_INVALID_HOST, "Connect Invalid Host"),
          Map.entry(INVALID_QUEUE_TYPE, "Invalid Queue Type"),
          Map.entry(WRITE_FAULT, "Write Fault"),
          Map.entry(UNRECOVERED_READ_ERROR, "Unrecovered Read Error"),
          Map.entry(COMPARE_FAILURE, "Compare Failure"));

  private Status() {}

  /** Status code type and status code, without the more and do-not-retry bits. */
  public static int code(int status) {
    return status & CODE_MASK;
  }

  /** True if {@code status} is a successful completion. */
  public static boolean isSuccess(int status) {
    return (status & CODE_MASK) == SUCCESS;
  }

  /** True if the same command would fail again (DNR). */
  public static boolean isDoNotRetry(int status) {
    return (status & DNR) != 0;
  }

  /** A line for people: name, type and code, and DNR if set. */
  public static String describe(int status) {
    int code = status & CODE_MASK;
    String name = NAMES.getOrDefault(code, "Unknown Status");
    return "%s (%d/%02Xh%s)"
        .formatted(name, code >> 8, code & 0xFF, isDoNotRetry(status) ? ", DNR" : "");
  }
}
