package io.nvmetcp.nvme;

/**
 * Dword 10 of Set and Get Features (Base specification 5.15 and 5.27), and the answer to the
 * question what a feature can.
 */
public final class FeatureCommand {
  /** SEL of Get Features: the current value. */
  public static final int CURRENT = 0;

  /** SEL of Get Features: the value before anything was set. */
  public static final int DEFAULT = 1;

  /** SEL of Get Features: the value that survives a reset. */
  public static final int SAVED = 2;

  /** SEL of Get Features: what can be done with the feature. */
  public static final int CAPABILITIES = 3;

  /** Capability bit: the value can be saved. */
  public static final int SAVEABLE = 1;

  /** Capability bit: each namespace has its own value. */
  public static final int NAMESPACE_SPECIFIC = 1 << 1;

  /** Capability bit: the value can be set. */
  public static final int CHANGEABLE = 1 << 2;

  private static final int SAVE_BIT = 31;

  private FeatureCommand() {}

  /** Feature identifier. */
  public static int id(byte[] b, int at) {
    return (int) Sqe.cdw(b, at, 10) & 0xFF;
  }

  /** SEL of Get Features. */
  public static int select(byte[] b, int at) {
    return (int) Sqe.cdw(b, at, 10) >>> 8 & 0x7;
  }

  /** SV of Set Features: the value is to survive a reset. */
  public static boolean save(byte[] b, int at) {
    return (Sqe.cdw(b, at, 10) >>> SAVE_BIT & 1) != 0;
  }

  /** Writes a Get Features. */
  public static void get(byte[] b, int at, int cid, long nsid, int id, int select) {
    Sqe.init(b, at, AdminOpcode.GET_FEATURES, cid, nsid);
    Sqe.cdw(b, at, 10, (id & 0xFF) | (select & 0x7) << 8);
  }

  /** Writes a Set Features; {@code value} is dword 11. */
  public static void set(byte[] b, int at, int cid, long nsid, int id, boolean save, int value) {
    Sqe.init(b, at, AdminOpcode.SET_FEATURES, cid, nsid);
    Sqe.cdw(b, at, 10, (id & 0xFF) | (save ? 1L << SAVE_BIT : 0));
    Sqe.cdw(b, at, 11, value);
  }
}
