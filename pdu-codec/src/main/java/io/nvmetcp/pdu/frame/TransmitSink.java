package io.nvmetcp.pdu.frame;

import java.lang.foreign.MemorySegment;

/** Where a {@link PduWriter} puts its bytes. Confined to the writer's thread. */
public interface TransmitSink {

  /** Appends {@code length} bytes, copied before the call returns. */
  void bytes(byte[] source, int offset, int length);

  /**
   * Appends payload, by reference or by copy as the sink sees fit.
   *
   * @param source borrowed until {@code lease} is released; must not change before
   * @param lease released exactly once, possibly within the call
   */
  void payload(MemorySegment source, long offset, int length, PayloadLease lease);

  /**
   * A PDU that has data is complete. A good moment to give leases back: whoever gets one may write
   * the next PDU within that call.
   */
  default void pduDone() {}

  /**
   * Gives back what is held only to be copied together with more; not to be called within a PDU.
   */
  default void settle() {}
}
