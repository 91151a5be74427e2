package io.nvmetcp.nvme;

/** Opcodes of the NVM command set (NVM command set specification, section 3). */
public final class IoOpcode {
  /** Flush. */
  public static final int FLUSH = 0x00;

  /** Write. */
  public static final int WRITE = 0x01;

  /** Read. */
  public static final int READ = 0x02;

  private IoOpcode() {}
}
