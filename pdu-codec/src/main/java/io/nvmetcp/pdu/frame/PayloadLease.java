package io.nvmetcp.pdu.frame;

/**
 * Memory lent to a {@link TransmitSink}: {@link #release} is called exactly once, when the sink no
 * longer reads the bytes, whether or not they were sent.
 */
@FunctionalInterface
public interface PayloadLease {
  /** For memory that outlives the connection and does not change. */
  PayloadLease NONE = () -> {};

  /** The bytes are no longer read. Called on the thread of the connection. */
  void release();
}
