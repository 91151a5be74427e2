package io.nvmetcp.initiator;

/**
 * Where a subsystem is reached.
 *
 * @param host name or address
 * @param port TCP port, 4420 by custom
 * @param nqn the subsystem's NQN
 */
public record SubsystemAddress(String host, int port, String nqn) {
  /** Refuses what cannot be an address. */
  public SubsystemAddress {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host must not be empty");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
    if (nqn.isBlank() || nqn.length() > 223) {
      throw new IllegalArgumentException("an NQN has 1 to 223 characters: '" + nqn + "'");
    }
  }
}
