package io.nvmetcp.nvme;

/**
 * The Supported Log Pages log, 1024 bytes: a dword for each of 256 identifiers (Base specification
 * 5.16.1.1).
 */
public final class SupportedLogPages {
  /** Size of the page. */
  public static final int BYTES = 1024;

  /** The log page is supported (LSUPP). */
  public static final int SUPPORTED = 1;

  /** Its offset is an index of entries if the command says so (IOS). */
  public static final int INDEX_OFFSET = 1 << 1;

  private SupportedLogPages() {}

  /** What the page says of log page {@code id}. */
  public static int entry(byte[] b, int id) {
    return LittleEndian.i32(b, id * 4);
  }

  /** Sets what the page says of log page {@code id}. */
  public static void entry(byte[] b, int id, int bits) {
    LittleEndian.put32(b, id * 4, bits);
  }

  /** True if log page {@code id} is supported. */
  public static boolean isSupported(byte[] b, int id) {
    return (entry(b, id) & SUPPORTED) != 0;
  }
}
