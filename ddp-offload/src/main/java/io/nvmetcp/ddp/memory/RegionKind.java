package io.nvmetcp.ddp.memory;

/** What kind of memory a region is. */
public enum RegionKind {
  /** Off-heap memory of this process. */
  HOST,
  /** A file, mapped: what is written here is in the file. */
  MAPPED,
  /** A file that another process maps too: it sees what is written here. */
  SHARED,
  /** Memory that host code cannot touch: an accelerator's. See {@link DeviceMemory}. */
  DEVICE;

  /** True if host code may read and write it. */
  public boolean hostAccess() {
    return this != DEVICE;
  }
}
