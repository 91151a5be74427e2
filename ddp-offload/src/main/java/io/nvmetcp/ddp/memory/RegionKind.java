package io.nvmetcp.ddp.memory;

/** What kind of memory a region is. */
public enum RegionKind {
  /** Off-heap memory of this process. */
  HOST
}
