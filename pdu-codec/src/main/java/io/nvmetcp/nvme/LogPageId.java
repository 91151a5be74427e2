package io.nvmetcp.nvme;

/** Log page identifiers of Get Log Page (Base specification, section 5.16.1). */
public final class LogPageId {
  /** Supported Log Pages: 1024 bytes, see {@link SupportedLogPages}. */
  public static final int SUPPORTED = 0x00;

  /** Error Information: 64 bytes per entry. */
  public static final int ERROR_INFORMATION = 0x01;

  /** SMART / Health Information: 512 bytes. */
  public static final int SMART = 0x02;

  /** Firmware Slot Information: 512 bytes. */
  public static final int FIRMWARE_SLOT = 0x03;

  /** Changed Attached Namespace List: 4096 bytes. */
  public static final int CHANGED_NAMESPACES = 0x04;

  /** Commands Supported and Effects: 4096 bytes. */
  public static final int COMMANDS_SUPPORTED = 0x05;

  /** Device Self-test. */
  public static final int DEVICE_SELF_TEST = 0x06;

  /** Telemetry, host-initiated. */
  public static final int TELEMETRY_HOST = 0x07;

  /** Telemetry, controller-initiated. */
  public static final int TELEMETRY_CONTROLLER = 0x08;

  /** Endurance Group Information. */
  public static final int ENDURANCE_GROUP = 0x09;

  /** Predictable Latency per NVM Set. */
  public static final int PREDICTABLE_LATENCY = 0x0A;

  /** Predictable Latency Event Aggregate. */
  public static final int PREDICTABLE_LATENCY_EVENTS = 0x0B;

  /** Asymmetric Namespace Access. */
  public static final int ANA = 0x0C;

  /** Persistent Event. */
  public static final int PERSISTENT_EVENT = 0x0D;

  /** LBA Status Information. */
  public static final int LBA_STATUS = 0x0E;

  /** Endurance Group Event Aggregate. */
  public static final int ENDURANCE_GROUP_EVENTS = 0x0F;

  /** Media Unit Status. */
  public static final int MEDIA_UNIT_STATUS = 0x10;

  /** Supported Capacity Configuration List. */
  public static final int CAPACITY_CONFIGURATIONS = 0x11;

  /** Feature Identifiers Supported and Effects. */
  public static final int FEATURE_EFFECTS = 0x12;

  /** NVMe-MI Commands Supported and Effects. */
  public static final int NVME_MI_EFFECTS = 0x13;

  /** Command and Feature Lockdown. */
  public static final int LOCKDOWN = 0x14;

  /** Boot Partition. */
  public static final int BOOT_PARTITION = 0x15;

  /** Discovery. */
  public static final int DISCOVERY = 0x70;

  /** Reservation Notification: 64 bytes. */
  public static final int RESERVATION_NOTIFICATION = 0x80;

  /** Sanitize Status. */
  public static final int SANITIZE_STATUS = 0x81;

  private LogPageId() {}
}
