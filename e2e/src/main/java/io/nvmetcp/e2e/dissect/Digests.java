package io.nvmetcp.e2e.dissect;

/** How far tshark can check the digests of a capture. */
enum Digests {
  /** It checks header and data digests. */
  CHECKED,
  /**
   * It checks header digests and prints data digests: where padding stands before the data, it runs
   * its CRC over as many bytes more as the padding is long, past the PDU's end, and gives up on the
   * PDU.
   */
  PADDED
}
