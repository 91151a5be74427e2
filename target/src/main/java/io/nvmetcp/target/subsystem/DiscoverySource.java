package io.nvmetcp.target.subsystem;

/** Makes the discovery log page of a discovery subsystem. Any thread. */
@FunctionalInterface
public interface DiscoverySource {

  /**
   * The whole page as it stands now.
   *
   * @param hostNqn the host that asks; it sees what it may connect to
   * @param localAddress the address at which it reached this target, or "" if that is not known
   */
  byte[] discoveryLog(String hostNqn, String localAddress);
}
