package io.nvmetcp.e2e.sim.net;

/** Told of each PDU's header as it is sent, whatever wire it is on. */
public interface WireEar {
  /**
   * A header is complete.
   *
   * @param wire its connection
   * @param fromHost who sends it
   * @param header borrowed; its first {@code length} bytes count
   */
  void header(int wire, boolean fromHost, byte[] header, int length);
}
