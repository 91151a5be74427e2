package io.nvmetcp.target.hostile;

import io.nvmetcp.target.session.HostSide;
import org.jspecify.annotations.Nullable;

/** A connection on which a host may send anything: a socket, or a session without one. */
public interface HostilePeer extends AutoCloseable {

  /** The host's half of the codec. */
  HostSide host();

  /** Sends bytes, however little sense they make. */
  void send(byte[] bytes);

  /** Sends nothing more, in a way that the target can see. */
  void halfClose();

  /** The next PDU, or null if the target has closed. */
  HostSide.@Nullable Pdu next();

  /** True if the end came as a reset, which can take what was sent before it along. */
  boolean reset();

  @Override
  void close();
}
