package io.nvmetcp.ddp;

/** When the teardown of a mapping starts. */
public enum TeardownMode {
  /** The upper layer asks for it when the response has arrived. */
  LAZY,
  /** The last expected byte starts it, so that it may be done before the response arrives. */
  EAGER
}
