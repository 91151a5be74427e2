package io.nvmetcp.target;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which hosts may connect to a subsystem, by NQN. A name proves nothing: this keeps well-meaning
 * hosts apart. Immutable.
 *
 * @param anyHost everybody may
 * @param nqns who may if not everybody; nobody if it is empty
 */
public record AllowedHosts(boolean anyHost, Set<String> nqns) {
  /** Checks and copies the names. */
  public AllowedHosts {
    nqns = nqns.stream().map(SubsystemOptions::checkedNqn).collect(Collectors.toUnmodifiableSet());
    if (anyHost && !nqns.isEmpty()) {
      throw new IllegalArgumentException("either any host may connect, or those of a list");
    }
  }

  /** Everybody may connect. */
  public static AllowedHosts any() {
    return new AllowedHosts(true, Set.of());
  }

  /** Only these may connect. */
  public static AllowedHosts only(Collection<String> nqns) {
    return new AllowedHosts(false, Set.copyOf(nqns));
  }
}
