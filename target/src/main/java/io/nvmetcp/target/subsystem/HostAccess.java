package io.nvmetcp.target.subsystem;

import java.util.Set;

/**
 * Which hosts may connect to a subsystem, by their NQN. A name proves nothing: this keeps hosts
 * apart that mean well; it does not keep out one that lies.
 *
 * @param anyHost everybody may
 * @param hosts who may if not everybody
 */
public record HostAccess(boolean anyHost, Set<String> hosts) {
  /** Every host may connect. */
  public static final HostAccess ANY = new HostAccess(true, Set.of());

  /** Copies the names. */
  public HostAccess {
    hosts = Set.copyOf(hosts);
  }

  /** Only these hosts may connect; nobody if there are none. */
  public static HostAccess only(Set<String> hosts) {
    return new HostAccess(false, hosts);
  }

  /** True if the host of this NQN may connect. */
  public boolean allows(String hostNqn) {
    return anyHost || hosts.contains(hostNqn);
  }
}
