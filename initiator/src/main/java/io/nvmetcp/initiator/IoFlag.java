package io.nvmetcp.initiator;

/** What a command may be asked beside its range; a command ignores none that it is given. */
public enum IoFlag {
  /**
   * Force unit access: the future succeeds only when the data is on the medium. For a read: what is
   * read comes from there, too. For {@code read}, {@code write}, {@code compare}, {@code
   * compareAndWrite}, {@code writeZeroes}, {@code verify} and {@code copy}.
   */
  FUA(1L << 30),
  /** Limited retry: the device gives up sooner. For the same commands. */
  LIMITED_RETRY(1L << 31),
  /** Deallocates the blocks if that leaves them zero. For {@code writeZeroes}. */
  DEALLOCATE(1L << 25);

  private final long dword12;

  IoFlag(long dword12) {
    this.dword12 = dword12;
  }

  /** The bits of dword 12 for these flags (NVM command set specification 3.2). */
  static int dword12(IoFlag... flags) {
    long bits = 0;
    for (IoFlag flag : flags) {
      bits |= flag.dword12;
    }
    return (int) bits;
  }
}
