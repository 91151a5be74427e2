package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.check.Outcomes;
import io.nvmetcp.e2e.sim.kernel.Dice;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a world is like, as its seed draws it and the settings limit it. Each aspect has dice of its
 * own, so that limiting one leaves the others as they are.
 *
 * @param seed decides everything
 * @param settings what is not left to it
 * @param troubles classes of faults that occur
 * @param hosts number of hosts
 * @param targets number of targets
 * @param subsystems subsystems of a target
 * @param operations operations of all applications together
 * @param durationNs how long the applications should take for them; 0 as fast as they can
 */
public record Scenario(
    long seed,
    Settings settings,
    Set<Trouble> troubles,
    int hosts,
    int targets,
    int subsystems,
    int operations,
    long durationNs) {
  private static final int CALM_ONE_IN = 10;
  private static final int BULK_ONE_IN = 5;
  private static final int TINKERS_ONE_IN = 3;
  private static final int BUSY_ONE_IN = 6;
  private static final long LEAST_BUSY_NS = 20_000;
  private static final long MOST_BUSY_NS = 500_000;
  private static final int LEAST_OPERATIONS = 300;
  private static final int MOST_OPERATIONS = 6_000;
  private static final long LEAST_DURATION_NS = 20_000_000;
  private static final long MOST_DURATION_NS = 8_000_000_000L;

  /** Draws a world. */
  public static Scenario draw(long seed, Settings settings) {
    Dice dice = Dice.of(seed, "scenario");
    boolean calm = dice.oneIn(CALM_ONE_IN);
    EnumSet<Trouble> troubles = EnumSet.noneOf(Trouble.class);
    for (Trouble trouble : Trouble.values()) {
      // What came to be drawn later has dice of its own, so that old seeds draw the rest as before.
      boolean later = trouble.compareTo(Trouble.DISCOVERY) >= 0;
      int oneIn =
          switch (trouble) {
            case BULK -> BULK_ONE_IN;
            case TINKERS -> TINKERS_ONE_IN;
            default -> 2;
          };
      boolean on = (later ? Dice.of(seed, trouble.option()) : dice).oneIn(oneIn);
      if (on && !calm && !settings.off().contains(trouble)) {
        troubles.add(trouble);
      }
    }
    if (troubles.contains(Trouble.AMBUSHES)) {
      meet(seed, settings, troubles);
    }
    int hosts = dice.between(1, 4);
    int targets = dice.between(1, 3);
    int subsystems = dice.between(1, 2);
    int operations = (int) dice.spread(LEAST_OPERATIONS, MOST_OPERATIONS);
    long durationNs = dice.spread(LEAST_DURATION_NS, MOST_DURATION_NS);
    boolean fast = dice.oneIn(3);
    return new Scenario(
        seed,
        settings,
        troubles,
        Settings.limit(hosts, settings.hosts()),
        Settings.limit(targets, settings.targets()),
        subsystems,
        settings.operations() > 0 ? settings.operations() : operations,
        fast ? 0 : durationNs);
  }

  // What is off as often as not hardly ever is on with four others: here it is.
  private static void meet(long seed, Settings settings, EnumSet<Trouble> troubles) {
    Dice dice = Dice.of(seed, "what meets");
    for (Trouble trouble : Ambushes.OF_USE) {
      if (dice.oneIn(2) && !settings.off().contains(trouble)) {
        troubles.add(trouble);
      }
    }
  }

  /** True if a class of faults occurs. */
  public boolean has(Trouble trouble) {
    return troubles.contains(trouble);
  }

  /** True if any of these occurs. */
  public boolean hasAny(Trouble... some) {
    for (Trouble trouble : some) {
      if (troubles.contains(trouble)) {
        return true;
      }
    }
    return false;
  }

  /** Hosts besides, which lie or are lied to. */
  public int strangers() {
    return (has(Trouble.HOSTILE_HOST) ? 1 : 0) + (has(Trouble.HOSTILE_TARGET) ? 1 : 0);
  }

  /**
   * True if applications move much at a time, and targets and disks take it as fast as it comes.
   */
  public boolean bulk() {
    return has(Trouble.BULK);
  }

  /** How long the busiest loops keep a task waiting at most. */
  public long busyLoopNs(String whose, long drawnNs) {
    Dice dice = dice("busy loops of " + whose);
    return dice.oneIn(BUSY_ONE_IN) ? dice.spread(LEAST_BUSY_NS, MOST_BUSY_NS) : drawnNs;
  }

  /** Dice for one aspect. */
  public Dice dice(String aspect) {
    return Dice.of(seed, aspect);
  }

  /** Which ends of commands can be explained. */
  public Outcomes outcomes() {
    return new Outcomes(
        has(Trouble.FLIPS),
        has(Trouble.DISK_ERRORS),
        has(Trouble.NAMESPACES),
        hasAny(Trouble.ABORTS, Trouble.TIMEOUTS),
        has(Trouble.TIGHT),
        has(Trouble.CLOSES),
        false);
  }

  /** In words. */
  public String describe() {
    return "%d hosts, %d targets with %d subsystems each, %,d operations%s; faults: %s"
        .formatted(
            hosts,
            targets,
            subsystems,
            operations,
            durationNs == 0
                ? " as fast as they can"
                : " in about %.0f ms".formatted(durationNs / 1e6),
            troubles.isEmpty()
                ? "none"
                : String.join(", ", troubles.stream().sorted().map(Trouble::option).toList()));
  }
}
