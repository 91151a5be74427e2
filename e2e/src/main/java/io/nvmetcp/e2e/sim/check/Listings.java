package io.nvmetcp.e2e.sim.check;

import java.util.ArrayList;
import java.util.List;

/**
 * All that the discovery services of a world ever had to tell. A log that was read is one of the
 * listings that its service had between the beginning and the end of the reading: whole, and in no
 * parts of two.
 */
public final class Listings {
  private final List<List<Listing>> ofTargets = new ArrayList<>();
  private long judged;

  /** Nobody had anything to tell so far. */
  public Listings(int targets) {
    for (int i = 0; i < targets; i++) {
      ofTargets.add(new ArrayList<>());
    }
  }

  /** The service of a target tells this from now on. */
  public void tells(int target, Listing listing) {
    ofTargets.get(target).add(listing);
  }

  /** What the service of a target tells a host now; nothing if it never ran. */
  public List<String> now(int target, String hostNqn) {
    List<Listing> told = ofTargets.get(target);
    return told.isEmpty() ? List.of() : told.getLast().of(hostNqn);
  }

  /** To be kept when a reading begins. */
  public int mark(int target) {
    return Math.max(0, ofTargets.get(target).size() - 1);
  }

  /** How often what a target's service tells has changed since a mark. */
  public int changesSince(int target, int mark) {
    return mark(target) - mark;
  }

  /** Logs that were judged. */
  public long judged() {
    return judged;
  }

  /** A host has read this log of a target. */
  public void read(int target, int mark, String hostNqn, List<String> log) {
    judged++;
    List<Listing> told = ofTargets.get(target);
    for (int i = mark; i < told.size(); i++) {
      if (told.get(i).of(hostNqn).equals(log)) {
        return;
      }
    }
    throw new Violation(
        Rule.DISCOVERY,
        "%s read of target %d what it never told meanwhile: %s; now it tells %s"
            .formatted(hostNqn, target, log, now(target, hostNqn)));
  }
}
