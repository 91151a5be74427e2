package io.nvmetcp.nvme;

import org.jspecify.annotations.Nullable;

/**
 * Completion status as an {@code int}: status code type in bits 10:8, status code in bits 7:0,
 * retry delay in bits 12:11, more in bit 13, do-not-retry in bit 14; that is the CQE's status field
 * without its phase tag (Base specification 3.3.3.2.1).
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

  /** Command aborted due to submission queue deletion. */
  public static final int SQ_DELETED = 0x008;

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

  /** Invalid number of SGL descriptors. */
  public static final int INVALID_SGL_COUNT = 0x00E;

  /** Data SGL length invalid. */
  public static final int DATA_SGL_LENGTH_INVALID = 0x00F;

  /** Metadata SGL length invalid. */
  public static final int METADATA_SGL_LENGTH_INVALID = 0x010;

  /** SGL descriptor type invalid. */
  public static final int SGL_TYPE_INVALID = 0x011;

  /** Atomic write unit exceeded. */
  public static final int ATOMIC_WRITE_UNIT_EXCEEDED = 0x014;

  /** Operation denied. */
  public static final int OPERATION_DENIED = 0x015;

  /** SGL offset invalid. */
  public static final int SGL_OFFSET_INVALID = 0x016;

  /** Host identifier inconsistent format. */
  public static final int HOST_IDENTIFIER_INCONSISTENT = 0x018;

  /** Keep alive timer expired. */
  public static final int KEEP_ALIVE_EXPIRED = 0x019;

  /** Keep alive timeout invalid. */
  public static final int KEEP_ALIVE_INVALID = 0x01A;

  /** Command aborted due to preempt and abort. */
  public static final int PREEMPTED_AND_ABORTED = 0x01B;

  /** SGL data block granularity invalid. */
  public static final int SGL_GRANULARITY_INVALID = 0x01E;

  /** Namespace is write protected. */
  public static final int NAMESPACE_WRITE_PROTECTED = 0x020;

  /** Command interrupted: for want of something at the controller; a retry may work. */
  public static final int COMMAND_INTERRUPTED = 0x021;

  /** Transient transport error. */
  public static final int TRANSIENT_TRANSPORT_ERROR = 0x022;

  /** Host identifier not initialized. */
  public static final int HOST_IDENTIFIER_NOT_INITIALIZED = 0x027;

  /** LBA out of range. */
  public static final int LBA_OUT_OF_RANGE = 0x080;

  /** Capacity exceeded. */
  public static final int CAPACITY_EXCEEDED = 0x081;

  /** Namespace not ready. */
  public static final int NAMESPACE_NOT_READY = 0x082;

  /** Reservation conflict. */
  public static final int RESERVATION_CONFLICT = 0x083;

  /** Format in progress. */
  public static final int FORMAT_IN_PROGRESS = 0x084;

  /** Invalid queue identifier. */
  public static final int INVALID_QUEUE_ID = 0x101;

  /** Invalid queue size. */
  public static final int INVALID_QUEUE_SIZE = 0x102;

  /** Abort command limit exceeded. */
  public static final int ABORT_LIMIT_EXCEEDED = 0x103;

  /** Asynchronous event request limit exceeded. */
  public static final int AER_LIMIT_EXCEEDED = 0x105;

  /** Invalid log page. */
  public static final int INVALID_LOG_PAGE = 0x109;

  /** Invalid format. */
  public static final int INVALID_FORMAT = 0x10A;

  /** Feature identifier not saveable. */
  public static final int FEATURE_NOT_SAVEABLE = 0x10D;

  /** Feature not changeable. */
  public static final int FEATURE_NOT_CHANGEABLE = 0x10E;

  /** Feature not namespace specific. */
  public static final int FEATURE_NOT_NAMESPACE_SPECIFIC = 0x10F;

  /** Invalid controller identifier. */
  public static final int INVALID_CONTROLLER_ID = 0x11F;

  /** I/O command set not supported. */
  public static final int COMMAND_SET_NOT_SUPPORTED = 0x129;

  /** I/O command set combination rejected. */
  public static final int COMMAND_SET_COMBINATION_REJECTED = 0x12B;

  /** Invalid I/O command set. */
  public static final int INVALID_COMMAND_SET = 0x12C;

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

  /** Discover restart. */
  public static final int DISCOVER_RESTART = 0x190;

  /** Authentication required. */
  public static final int AUTHENTICATION_REQUIRED = 0x191;

  /** I/O command: conflicting attributes. */
  public static final int CONFLICTING_ATTRIBUTES = 0x180;

  /** I/O command: invalid protection information. */
  public static final int INVALID_PROTECTION_INFORMATION = 0x181;

  /** I/O command: attempted write to read only range. */
  public static final int WRITE_TO_READ_ONLY_RANGE = 0x182;

  /** I/O command: command size limit exceeded. */
  public static final int COMMAND_SIZE_LIMIT_EXCEEDED = 0x183;

  /** I/O command: incompatible namespace or format. */
  public static final int INCOMPATIBLE_NAMESPACE = 0x185;

  /** I/O command: overlapping I/O range. */
  public static final int OVERLAPPING_IO_RANGE = 0x187;

  /** Write fault (media error). */
  public static final int WRITE_FAULT = 0x280;

  /** Unrecovered read error. */
  public static final int UNRECOVERED_READ_ERROR = 0x281;

  /** Compare failure. */
  public static final int COMPARE_FAILURE = 0x285;

  /** Access denied. */
  public static final int ACCESS_DENIED = 0x286;

  /** Deallocated or unwritten logical block. */
  public static final int DEALLOCATED_BLOCK = 0x287;

  /** Internal path error. */
  public static final int INTERNAL_PATH_ERROR = 0x300;

  /** Asymmetric access persistent loss. */
  public static final int ANA_PERSISTENT_LOSS = 0x301;

  /** Asymmetric access inaccessible. */
  public static final int ANA_INACCESSIBLE = 0x302;

  /** Asymmetric access transition. */
  public static final int ANA_TRANSITION = 0x303;

  /** Controller pathing error. */
  public static final int CONTROLLER_PATHING_ERROR = 0x360;

  /** Host pathing error. */
  public static final int HOST_PATHING_ERROR = 0x370;

  /** Command aborted by host. */
  public static final int ABORTED_BY_HOST = 0x371;

  /** The do-not-retry bit. */
  public static final int DNR = 1 << 14;

  private static final int CODE_MASK = 0x7FF;
  private static final int TYPE_MASK = 0x700;
  private static final int TYPE_PATH = 0x300;

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

  /** Which of CRDT1 to CRDT3 to wait before a retry (CRD); 0 is none. */
  public static int retryDelay(int status) {
    return status >> 11 & 0x3;
  }

  /** What {@code status} says about sending the same command again. */
  public static Retry retry(int status) {
    if (isSuccess(status)) {
      return Retry.DONE;
    }
    if (isDoNotRetry(status)) {
      return Retry.NEVER;
    }
    if ((status & TYPE_MASK) == TYPE_PATH) {
      return Retry.OTHER_PATH;
    }
    return retryDelay(status) > 0 ? Retry.AFTER_DELAY : Retry.SAME_PATH;
  }

  /**
   * A line for people: name, type and code, DNR if set. Where a code means one thing for a Fabrics
   * command and another for an I/O command, it is named as for the Fabrics command.
   */
  public static String describe(int status) {
    String name = StatusNames.name(status, false);
    return describe(status, name == null ? StatusNames.name(status, true) : name);
  }

  /** The same for what is known to be an I/O command. */
  public static String describeIo(int status) {
    return describe(status, StatusNames.name(status, true));
  }

  /** The specification's name of a status of an admin or Fabrics command. */
  public static String name(int status) {
    return known(StatusNames.name(status, false));
  }

  /** The same for an I/O command, to which some codes mean something else. */
  public static String nameIo(int status) {
    return known(StatusNames.name(status, true));
  }

  private static String known(@Nullable String name) {
    return name == null ? "Unknown Status" : name;
  }

  private static String describe(int status, @Nullable String name) {
    return "%s (%d/%02Xh%s)"
        .formatted(
            known(name), status >> 8 & 0x7, status & 0xFF, isDoNotRetry(status) ? ", DNR" : "");
  }
}
