package io.nvmetcp.nvme;

/**
 * Dword 0 of an Asynchronous Event Request's completion (Base specification, section 5.2).
 *
 * @param type of event, 0 to 7
 * @param information what happened, by type
 * @param logPage the log page to read, which clears the event
 */
public record AsyncEvent(int type, int information, int logPage) {
  /** Type: error status. */
  public static final int ERROR = 0;

  /** Type: SMART / health status. */
  public static final int HEALTH = 1;

  /** Type: notice. */
  public static final int NOTICE = 2;

  /** Type: of the I/O command set: a reservation or a sanitize operation. */
  public static final int COMMAND_SET = 6;

  /** Type: a vendor's own. */
  public static final int VENDOR = 7;

  /** Command set event: a reservation notification waits in its log. */
  public static final int RESERVATION_LOG = 0x00;

  /** Notice: namespace attributes changed. */
  public static final int NAMESPACE_CHANGED = 0x00;

  /** Notice: asymmetric namespace access changed. */
  public static final int ANA_CHANGED = 0x03;

  /** Notice: the discovery log changed. */
  public static final int DISCOVERY_CHANGED = 0xF0;

  /** The dword. */
  public int encode() {
    return (type & 0x7) | (information & 0xFF) << 8 | (logPage & 0xFF) << 16;
  }

  /** Reads the dword. */
  public static AsyncEvent decode(int dw0) {
    return new AsyncEvent(dw0 & 0x7, dw0 >>> 8 & 0xFF, dw0 >>> 16 & 0xFF);
  }
}
