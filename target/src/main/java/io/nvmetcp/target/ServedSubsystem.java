package io.nvmetcp.target;

import java.util.List;

/**
 * A subsystem that a running target serves, as it stood when it was asked.
 *
 * @param nqn its name
 * @param allowedHosts who may connect
 * @param namespaces its namespaces, by identifier
 * @param controllers associations now
 */
public record ServedSubsystem(
    String nqn, AllowedHosts allowedHosts, List<ServedNamespace> namespaces, int controllers) {
  /** Copies the list. */
  public ServedSubsystem {
    namespaces = List.copyOf(namespaces);
  }
}
