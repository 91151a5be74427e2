package io.nvmetcp.target.session;

/** When the last C2HData of a successful read carries SUCCESS and no response capsule follows. */
public enum SuccessMode {
  /** Only when SQ flow control is off: the flag carries no SQHD (TCP transport 3.6.2.10). */
  AUTO,
  /** Never. */
  NEVER,
  /** Always, which breaks SQ flow control: a test aid. */
  ALWAYS
}
