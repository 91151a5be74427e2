package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.target.Catalogue;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import java.util.List;

/** Looks now and then what there is to discover, each time from the beginning. */
public final class Explorer {
  private static final long VERIFY_AGAIN_NS = 50_000_000;

  private final Scout scout;
  private final int entry;
  private final long mostGapNs;
  private int left;
  private boolean running;
  private boolean verifying;

  /**
   * @param entry the target whose service is asked first
   * @param searches how many
   * @param mostGapNs what is waited before each, at most
   */
  public Explorer(Scout scout, int entry, int searches, long mostGapNs) {
    this.scout = scout;
    this.entry = entry;
    this.mostGapNs = mostGapNs;
    left = searches;
  }

  @Override
  public String toString() {
    return "explorer of host %d: %d searches left%s"
        .formatted(scout.number(), left, running ? ", one runs" : "");
  }

  /** Begins. */
  public void start() {
    later(scout.dice().spread(1_000, mostGapNs));
  }

  private void later(long inNs) {
    scout.around().agenda().after(inNs, this::next);
  }

  private void next() {
    if (running || left == 0 && !verifying) {
      return;
    }
    left -= verifying ? 0 : 1;
    running = true;
    new Search(scout, entry, null, this::over).start();
  }

  private void over(Search search, boolean found) {
    running = false;
    if (verifying) {
      verifying = !found || search.unread() > 0;
      later(VERIFY_AGAIN_NS);
    } else if (left > 0) {
      later(scout.dice().spread(1_000, mostGapNs));
    }
  }

  /** No more searches. */
  public void stop() {
    left = 0;
  }

  /** One search more, until it finds everything. */
  public void verify() {
    verifying = true;
    next();
  }

  /** True if no search runs and none is wanted. */
  public boolean done() {
    return !running && !verifying && left == 0;
  }

  /** True if one of these is the subsystem at a target. */
  static boolean names(List<DiscoveryEntry> entries, String subsystem, int target) {
    return entries.stream()
        .anyMatch(
            it ->
                it.kind() == DiscoveryEntry.Kind.SUBSYSTEM
                    && it.nqn().equals(subsystem)
                    && it.address().equals(Catalogue.address(target)));
  }
}
