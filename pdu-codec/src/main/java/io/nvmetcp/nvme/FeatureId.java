package io.nvmetcp.nvme;

/**
 * Feature identifiers of Get and Set Features (Base specification, section 5.27); their values are
 * in {@link Features}.
 */
public final class FeatureId {
  /** Arbitration. */
  public static final int ARBITRATION = 0x01;

  /** Power Management. */
  public static final int POWER_MANAGEMENT = 0x02;

  /** LBA Range Type. */
  public static final int LBA_RANGE_TYPE = 0x03;

  /** Temperature Threshold. */
  public static final int TEMPERATURE_THRESHOLD = 0x04;

  /** Error Recovery. */
  public static final int ERROR_RECOVERY = 0x05;

  /** Volatile Write Cache. */
  public static final int VOLATILE_WRITE_CACHE = 0x06;

  /** Number of Queues: both counts 0-based, submission in the low half. */
  public static final int NUMBER_OF_QUEUES = 0x07;

  /** Interrupt Coalescing; not on Fabrics. */
  public static final int INTERRUPT_COALESCING = 0x08;

  /** Interrupt Vector Configuration; not on Fabrics. */
  public static final int INTERRUPT_VECTOR = 0x09;

  /** Write Atomicity Normal. */
  public static final int WRITE_ATOMICITY = 0x0A;

  /** Asynchronous Event Configuration. */
  public static final int ASYNC_EVENT_CONFIGURATION = 0x0B;

  /** Timestamp. */
  public static final int TIMESTAMP = 0x0E;

  /** Keep Alive Timer, milliseconds. */
  public static final int KEEP_ALIVE_TIMER = 0x0F;

  /** Host Behavior Support, see {@link HostBehavior}. */
  public static final int HOST_BEHAVIOR = 0x16;

  /** Sanitize Config. */
  public static final int SANITIZE_CONFIG = 0x17;

  /** Endurance Group Event Configuration. */
  public static final int ENDURANCE_GROUP_EVENTS = 0x18;

  /** I/O Command Set Profile. */
  public static final int COMMAND_SET_PROFILE = 0x19;

  /** Spinup Control. */
  public static final int SPINUP_CONTROL = 0x1A;

  /** Software Progress Marker. */
  public static final int SOFTWARE_PROGRESS = 0x80;

  /** Host Identifier, see {@link HostIdentifier}. */
  public static final int HOST_IDENTIFIER = 0x81;

  /** Reservation Notification Mask. */
  public static final int RESERVATION_MASK = 0x82;

  /** Reservation Persistence. */
  public static final int RESERVATION_PERSISTENCE = 0x83;

  /** Namespace Write Protection Config. */
  public static final int NAMESPACE_WRITE_PROTECTION = 0x84;

  private FeatureId() {}
}
