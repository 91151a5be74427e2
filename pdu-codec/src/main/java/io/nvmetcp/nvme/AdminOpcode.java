package io.nvmetcp.nvme;

/** Opcodes of the admin command set (Base specification, section 5), as they stand in an SQE. */
public final class AdminOpcode {
  /** Get Log Page. */
  public static final int GET_LOG_PAGE = 0x02;

  /** Identify. */
  public static final int IDENTIFY = 0x06;

  /** Abort. */
  public static final int ABORT = 0x08;

  /** Set Features. */
  public static final int SET_FEATURES = 0x09;

  /** Get Features. */
  public static final int GET_FEATURES = 0x0A;

  /** Asynchronous Event Request. */
  public static final int ASYNC_EVENT_REQUEST = 0x0C;

  /** Keep Alive. */
  public static final int KEEP_ALIVE = 0x18;

  private AdminOpcode() {}
}
