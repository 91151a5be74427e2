package io.nvmetcp.e2e.sim.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a discovery service has to tell at one moment, as the world knows it: written down by
 * whoever changes it, not asked of the service.
 */
public final class Listing {
  private record Line(String text, @Nullable Set<String> hosts) {}

  private final List<Line> lines = new ArrayList<>();

  /** Nothing. */
  public Listing() {}

  /**
   * One record more.
   *
   * @param hosts NQNs of the hosts that may see it; null for all
   */
  public void add(String text, @Nullable Set<String> hosts) {
    lines.add(new Line(text, hosts));
  }

  /** A record in words: two are the same record if these are the same. */
  public static String text(String kind, String nqn, String address, int port, int portId) {
    return "%s %s at %s:%d, port %d".formatted(kind, nqn, address, port, portId);
  }

  /** The records that a host may see, in order. */
  public List<String> of(String hostNqn) {
    List<String> seen = new ArrayList<>();
    for (Line line : lines) {
      if (line.hosts == null || line.hosts.contains(hostNqn)) {
        seen.add(line.text);
      }
    }
    return seen;
  }
}
