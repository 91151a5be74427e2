package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.target.Catalogue;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.discovery.ReferralWalk;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search: asks a discovery service, and those that it refers to, one after the other. On the
 * host's home loop.
 */
final class Search {

  /** Told of the end. */
  interface Listener {
    /**
     * It is over.
     *
     * @param found false if the first service could not be asked
     */
    void over(Search search, boolean found);
  }

  private final Scout scout;
  private final @Nullable Association lasting;
  private final Listener listener;
  private final ReferralWalk walk;
  private final Set<Integer> read = new HashSet<>();
  private List<String> first = List.of();
  private int asked;
  private int unread;

  /**
   * @param target where it begins
   * @param lasting an association with it; null if it is to be visited
   */
  Search(Scout scout, int target, @Nullable Association lasting, Listener listener) {
    this.scout = scout;
    this.lasting = lasting;
    this.listener = listener;
    SearchBounds bounds = scout.bounds();
    walk =
        new ReferralWalk(
            new ReferralWalk.Stop(Catalogue.address(target), Catalogue.PORT, 0),
            bounds.depth(),
            bounds.services(),
            bounds.entries(),
            Catalogue.PORT);
  }

  void start() {
    scout.home().execute(this::step);
  }

  private void step() {
    ReferralWalk.Stop stop = walk.next().orElse(null);
    checkBounds(stop);
    if (stop == null) {
      checkReferrals();
      listener.over(this, true);
      return;
    }
    asked++;
    int target = Catalogue.target(stop.host(), scout.targets());
    LogReading.Listener told =
        new LogReading.Listener() {
          @Override
          public void read(DiscoveryLogReader.Step.Done log) {
            visited(stop, target, log);
          }

          @Override
          public void failed(String why) {
            notVisited(stop, target, why);
          }
        };
    Association on = stop.depth() == 0 ? lasting : null;
    if (target < 0) {
      scout.home().execute(() -> told.failed("nobody is reached there"));
    } else if (on != null) {
      scout.read(target, on, told);
    } else {
      scout.visit(target, told);
    }
  }

  private void visited(ReferralWalk.Stop stop, int target, DiscoveryLogReader.Step.Done log) {
    read.add(target);
    if (stop.depth() == 0) {
      first = Scout.texts(log.entries());
    }
    walk.visited(stop, log.generation(), log.entries());
    step();
  }

  private void notVisited(ReferralWalk.Stop stop, int target, String why) {
    if (target >= 0) {
      unread++;
    }
    if (walk.failed(stop, why)) {
      step();
    } else {
      listener.over(this, false);
    }
  }

  // Whatever the services say.
  private void checkBounds(ReferralWalk.@Nullable Stop stop) {
    SearchBounds bounds = scout.bounds();
    int entries = walk.entries().size();
    int problems = walk.problems().size();
    boolean within =
        entries <= bounds.entries()
            && problems <= bounds.entries() + bounds.services() + 1
            && asked <= bounds.services()
            && (stop == null || asked < bounds.services() && stop.depth() <= bounds.depth());
    if (!within) {
      throw new Violation(
          Rule.MEMORY,
          "host %d keeps %d entries and %d problems of %d services, bounds: %s, next: %s"
              .formatted(scout.number(), entries, problems, asked, bounds, stop));
    }
  }

  // Who is referred to was asked, or it is known that he cannot be.
  private void checkReferrals() {
    if (!scout.judged() || unread > 0) {
      return;
    }
    for (DiscoveryEntry entry : walk.entries()) {
      int target = Catalogue.target(entry.address(), scout.targets());
      if (entry.kind() == DiscoveryEntry.Kind.REFERRAL && target >= 0 && !read.contains(target)) {
        throw new Violation(
            Rule.DISCOVERY,
            "host %d was referred to target %d and did not ask it"
                .formatted(scout.number(), target));
      }
    }
  }

  // ---- what came of it

  /** What was found. */
  List<DiscoveryEntry> entries() {
    return walk.entries();
  }

  /** The log of the first service. */
  List<String> first() {
    return first;
  }

  /** True if every service that was to be visited could be read. */
  boolean whole() {
    return walk.whole();
  }

  /** Targets whose service could not be read. */
  int unread() {
    return unread;
  }
}
