package io.nvmetcp.nvme;

/**
 * Dwords 10 and 11 of the reservation commands (Base specification 7.5 to 7.8). Bits 2:0 of dword
 * 10 are the action; bit 3 asks to ignore the existing key; bits 15:8 are the type.
 */
public final class ReservationCommand {
  /** RREGA: register a key. */
  public static final int REGISTER = 0;

  /** RREGA: give the registration up. */
  public static final int UNREGISTER = 1;

  /** RREGA: replace the key. */
  public static final int REPLACE = 2;

  /** RACQA: acquire. */
  public static final int ACQUIRE = 0;

  /** RACQA: preempt. */
  public static final int PREEMPT = 1;

  /** RACQA: preempt, and abort the commands of those preempted. */
  public static final int PREEMPT_AND_ABORT = 2;

  /** RRELA: release the reservation. */
  public static final int RELEASE = 0;

  /** RRELA: release it and drop all registrations. */
  public static final int CLEAR = 1;

  /** CPTPL of Register: persistence through power loss stays as it is. */
  public static final int PERSISTENCE_UNCHANGED = 0;

  /** CPTPL of Register: registrations are lost with power. */
  public static final int PERSISTENCE_OFF = 2;

  /** CPTPL of Register: registrations survive. */
  public static final int PERSISTENCE_ON = 3;

  private static final int IEKEY_BIT = 3;
  private static final int RTYPE_SHIFT = 8;
  private static final int CPTPL_SHIFT = 30;

  private ReservationCommand() {}

  /** RREGA, RACQA or RRELA. */
  public static int action(byte[] b, int at) {
    return dword10(b, at) & 0x7;
  }

  /** IEKEY: the existing key is not to be looked at. */
  public static boolean ignoresKey(byte[] b, int at) {
    return (dword10(b, at) >>> IEKEY_BIT & 1) != 0;
  }

  /** RTYPE of Acquire and Release, see {@link ReservationType#byCode}. */
  public static int type(byte[] b, int at) {
    return dword10(b, at) >>> RTYPE_SHIFT & 0xFF;
  }

  /** CPTPL of Register. */
  public static int persistence(byte[] b, int at) {
    return dword10(b, at) >>> CPTPL_SHIFT;
  }

  /** Bytes that a Report wants: NUMD is 0-based and counts dwords. */
  public static long reportBytes(byte[] b, int at) {
    return (Sqe.cdw(b, at, 10) + 1) * 4;
  }

  /** EDS of Report: the extended structure is wanted, needed for 128-bit host identifiers. */
  public static boolean wantsExtended(byte[] b, int at) {
    return (Sqe.cdw(b, at, 11) & 1) != 0;
  }

  /** Writes a Register; its 16 bytes of data are {@link ReservationKeys}. */
  public static void register(
      byte[] b, int at, int cid, long nsid, int action, boolean ignoreKey, int persistence) {
    Sqe.init(b, at, IoOpcode.RESERVATION_REGISTER, cid, nsid);
    Sqe.cdw(b, at, 10, head(action, ignoreKey) | (persistence & 0x3L) << CPTPL_SHIFT);
  }

  /** Writes an Acquire; its 16 bytes of data are {@link ReservationKeys}. */
  public static void acquire(
      byte[] b, int at, int cid, long nsid, int action, boolean ignoreKey, ReservationType type) {
    Sqe.init(b, at, IoOpcode.RESERVATION_ACQUIRE, cid, nsid);
    Sqe.cdw(b, at, 10, head(action, ignoreKey) | (long) type.code() << RTYPE_SHIFT);
  }

  /** Writes a Release; its 8 bytes of data are the current key. */
  public static void release(
      byte[] b, int at, int cid, long nsid, int action, boolean ignoreKey, ReservationType type) {
    Sqe.init(b, at, IoOpcode.RESERVATION_RELEASE, cid, nsid);
    Sqe.cdw(b, at, 10, head(action, ignoreKey) | (long) type.code() << RTYPE_SHIFT);
  }

  /** Writes a Report for {@code bytes} bytes, a multiple of four. */
  public static void report(byte[] b, int at, int cid, long nsid, long bytes, boolean extended) {
    if (bytes < 4 || bytes % 4 != 0) {
      throw new IllegalArgumentException(bytes + " bytes are no dwords");
    }
    Sqe.init(b, at, IoOpcode.RESERVATION_REPORT, cid, nsid);
    Sqe.cdw(b, at, 10, bytes / 4 - 1);
    Sqe.cdw(b, at, 11, extended ? 1 : 0);
  }

  private static int dword10(byte[] b, int at) {
    return (int) Sqe.cdw(b, at, 10);
  }

  private static long head(int action, boolean ignoreKey) {
    return (action & 0x7) | (ignoreKey ? 1L << IEKEY_BIT : 0);
  }
}
