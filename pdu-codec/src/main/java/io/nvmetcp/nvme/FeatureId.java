package io.nvmetcp.nvme;

/** Feature identifiers of Get and Set Features (Base specification, section 5.27). */
public final class FeatureId {
  /** Volatile Write Cache. */
  public static final int VOLATILE_WRITE_CACHE = 0x06;

  /** Number of Queues: both counts 0-based, submission in the low half. */
  public static final int NUMBER_OF_QUEUES = 0x07;

  /** Asynchronous Event Configuration. */
  public static final int ASYNC_EVENT_CONFIGURATION = 0x0B;

  /** Keep Alive Timer, milliseconds. */
  public static final int KEEP_ALIVE_TIMER = 0x0F;

  /** Host Identifier. */
  public static final int HOST_IDENTIFIER = 0x81;

  private FeatureId() {}
}
