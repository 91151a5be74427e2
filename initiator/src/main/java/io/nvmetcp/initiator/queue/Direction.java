package io.nvmetcp.initiator.queue;

/** Which way a command's data goes. */
public enum Direction {
  /** No data. */
  NONE,
  /** Controller to host. */
  READ,
  /** Host to controller. */
  WRITE
}
