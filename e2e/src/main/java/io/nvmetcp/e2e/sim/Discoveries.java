package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.check.Listings;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.host.Explorer;
import io.nvmetcp.e2e.sim.host.Host;
import io.nvmetcp.e2e.sim.host.Scout;
import io.nvmetcp.e2e.sim.host.SearchBounds;
import io.nvmetcp.e2e.sim.host.Watch;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.target.Catalogue;
import io.nvmetcp.e2e.sim.target.TargetNode;
import io.nvmetcp.nvme.Fabrics;
import java.util.ArrayList;
import java.util.List;

/**
 * Discovery in a world: what each target has to tell, and which host looks for its subsystem, now
 * and then for everything, or stays to hear of changes. One host more believes services that lie.
 */
final class Discoveries {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final int MOST_CHANGES = 30;
  private static final int MOST_AT_ONCE = 60;

  private final Scenario scenario;
  private final Surroundings around;
  private final int targets;
  private final Listings listings;
  private final List<Catalogue> catalogues = new ArrayList<>();
  private final List<Scout> scouts = new ArrayList<>();
  private final List<Explorer> explorers = new ArrayList<>();
  // Those whose searches must succeed once nothing is disturbed any more.
  private final List<Explorer> honest = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<Watch> honestWatches = new ArrayList<>();
  private boolean calm;
  private int open;

  Discoveries(
      Scenario scenario,
      Surroundings around,
      List<TargetNode> nodes,
      List<Host> hosts,
      List<Host> strangers) {
    this.scenario = scenario;
    this.around = around;
    targets = nodes.size();
    listings = new Listings(targets);
    List<String> names = new ArrayList<>();
    hosts.forEach(host -> names.add(Host.nqn(host.number())));
    for (int i = 0; i < targets; i++) {
      Catalogue catalogue =
          new Catalogue(
              i,
              nodes.get(i).limits(),
              around.plants(),
              listings,
              names,
              targets,
              scenario.dice("endless log of target " + i));
      catalogues.add(catalogue);
      nodes.get(i).shows(catalogue);
    }
    hosts.forEach(this::give);
    for (Host stranger : strangers) {
      Dice dice = scenario.dice("discovery of host " + stranger.number());
      Scout scout = scout(stranger.number(), bounds(dice), Fabrics.DISCOVERY_NQN, false);
      watches.add(new Watch(scout, dice.below(targets)));
    }
    if (scenario.has(Trouble.HOSTILE_TARGET)) {
      believer(scenario.hosts() + strangers.size());
    }
  }

  private void give(Host host) {
    Dice dice = scenario.dice("discovery of host " + host.number());
    Scout scout = scout(host.number(), bounds(dice), Fabrics.DISCOVERY_NQN, true);
    int entry = dice.oneIn(2) ? host.target() : dice.below(targets);
    if (entry != host.target()) {
      catalogues.get(entry).refers(host.target());
    }
    int searches = dice.oneIn(3) ? 0 : (int) dice.spread(1, 40);
    long gapNs = dice.spread(50 * MICRO, 100 * MILLI);
    boolean finds = !dice.oneIn(3);
    boolean watch = !dice.oneIn(3);
    int watched = dice.below(targets);
    if (finds) {
      host.finds(scout, entry);
    }
    Explorer explorer = new Explorer(scout, entry, searches, gapNs);
    explorers.add(explorer);
    honest.add(explorer);
    if (watch) {
      Watch made = new Watch(scout, watched);
      watches.add(made);
      honestWatches.add(made);
    }
  }

  private static SearchBounds bounds(Dice dice) {
    return new SearchBounds(dice.between(2, 4), dice.between(6, 32), dice.between(1024, 4096));
  }

  private void believer(int number) {
    Dice dice = scenario.dice("believer");
    SearchBounds bounds =
        new SearchBounds(dice.between(0, 5), dice.between(1, 8), (int) dice.spread(1, 2048));
    Scout scout = scout(number, bounds, Catalogue.ENDLESS_NQN, false);
    explorers.add(
        new Explorer(scout, dice.below(targets), dice.between(1, 4), dice.spread(MICRO, MILLI)));
  }

  private Scout scout(int number, SearchBounds bounds, String nqn, boolean judged) {
    boolean mayFail =
        scenario.hasAny(
            Trouble.STALLS,
            Trouble.RESETS,
            Trouble.PARTITIONS,
            Trouble.FLIPS,
            Trouble.POWER_CUTS,
            Trouble.KILLS,
            Trouble.DRAINS,
            Trouble.CLOSES);
    Scout scout =
        new Scout(
            around,
            listings,
            number,
            targets,
            HostDrawing.options(scenario, number),
            bounds,
            nqn,
            judged,
            mayFail,
            scenario.has(Trouble.TIGHT));
    scouts.add(scout);
    return scout;
  }

  void start(Operator operator) {
    explorers.forEach(Explorer::start);
    watches.forEach(Watch::open);
    operator.hand(Trouble.DISCOVERY, MOST_CHANGES, this::change);
  }

  // One change, or many, each soon after the other: in the middle of a reading, and faster than it.
  private void change(Dice dice) {
    int target = dice.below(targets);
    int more = dice.oneIn(3) ? (int) dice.spread(1, MOST_AT_ONCE) : 0;
    change(dice, target, more, dice.spread(5 * MICRO, 2 * MILLI));
  }

  private void change(Dice dice, int target, int more, long gapNs) {
    if (calm) {
      return;
    }
    String what = catalogues.get(target).change(dice);
    around.journal().note("target " + target, () -> what);
    if (more > 0) {
      around.agenda().after(dice.between(1, gapNs), () -> change(dice, target, more - 1, gapNs));
    }
  }

  /** Nothing changes any more, and nobody searches of himself. */
  void calm() {
    calm = true;
    explorers.forEach(Explorer::stop);
  }

  /** Every host that keeps to the protocol discovers everything once more. */
  void verify() {
    honest.forEach(Explorer::verify);
  }

  /** True if nobody searches. */
  boolean idle() {
    return explorers.stream().allMatch(Explorer::done);
  }

  /** True if every host that watches knows what there is to know. */
  boolean upToDate() {
    return honestWatches.stream().allMatch(Watch::upToDate);
  }

  void close() {
    open = watches.size();
    for (int i = 0; i < targets; i++) {
      tellLate(scenario.dice("last news of target " + i), catalogues.get(i));
    }
    watches.forEach(watch -> watch.close(() -> open--));
  }

  // There may be news for those who do not want any more.
  private void tellLate(Dice dice, Catalogue catalogue) {
    if (dice.oneIn(2)) {
      around
          .agenda()
          .after(
              dice.spread(MICRO, MILLI),
              () -> {
                String unused = catalogue.change(dice);
              });
    }
  }

  /** True if no watch is left. */
  boolean closed() {
    return open == 0 && watches.stream().allMatch(Watch::idle);
  }

  void checkLeftOver() {
    scouts.forEach(Scout::checkLeftOver);
  }

  @Override
  public String toString() {
    return explorers + ", " + watches;
  }
}
