package io.nvmetcp.target.subsystem;

/** Makes the discovery log page of a discovery subsystem. Any thread. */
@FunctionalInterface
public interface DiscoverySource {

  /** The whole page as it stands now, for the host of this NQN. */
  byte[] discoveryLog(String hostNqn);
}
