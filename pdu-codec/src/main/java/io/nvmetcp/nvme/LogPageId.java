package io.nvmetcp.nvme;

/** Log page identifiers of Get Log Page (Base specification, section 5.16.1). */
public final class LogPageId {
  /** Error Information: 64 bytes per entry. */
  public static final int ERROR_INFORMATION = 0x01;

  /** SMART / Health Information: 512 bytes. */
  public static final int SMART = 0x02;

  /** Firmware Slot Information: 512 bytes. */
  public static final int FIRMWARE_SLOT = 0x03;

  /** Commands Supported and Effects: 4096 bytes. */
  public static final int COMMANDS_SUPPORTED = 0x05;

  /** Discovery. */
  public static final int DISCOVERY = 0x70;

  private LogPageId() {}
}
