package io.nvmetcp.loadgen.job;

/** What one I/O does. The order is that of fio's data directions, by which its logs number them. */
public enum Operation {
  /** Reads blocks. */
  READ("read"),
  /** Writes blocks. */
  WRITE("write"),
  /** Deallocates blocks. */
  TRIM("trim"),
  /** Brings what was written to the medium. */
  SYNC("sync");

  private final String word;

  Operation(String word) {
    this.word = word;
  }

  /** The name in reports. */
  public String word() {
    return word;
  }
}
