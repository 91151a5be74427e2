package io.nvmetcp.initiator;

import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What changed in what a discovery service knows.
 *
 * @param added entries that are new
 * @param removed entries that are not there any more
 * @param result everything that is known now
 */
public record DiscoveryChange(
    List<DiscoveryEntry> added, List<DiscoveryEntry> removed, DiscoveryResult result) {

  /** Copies the lists. */
  public DiscoveryChange {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /** The difference between two results. */
  static DiscoveryChange between(DiscoveryResult before, DiscoveryResult after) {
    return new DiscoveryChange(
        without(after.entries(), before.entries()),
        without(before.entries(), after.entries()),
        after);
  }

  private static List<DiscoveryEntry> without(
      List<DiscoveryEntry> entries, List<DiscoveryEntry> others) {
    Set<DiscoveryEntry> left = new LinkedHashSet<>(entries);
    others.forEach(left::remove);
    return List.copyOf(left);
  }

  /** True if nothing changed. */
  boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty();
  }
}
