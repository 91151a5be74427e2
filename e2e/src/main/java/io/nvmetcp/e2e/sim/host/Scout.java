package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.e2e.sim.check.Listing;
import io.nvmetcp.e2e.sim.check.Listings;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Status;
import java.util.List;
import java.util.UUID;

/**
 * What a host needs to discover, and what is judged of it: reads the log of one service at a time,
 * on a visit or on an association that lasts.
 */
public final class Scout {
  // The reader gives a log up that has changed so often.
  private static final int MOST_CHANGES = 8;
  // One that lasts, and a visit each of the watch, the explorer and whoever looks for a subsystem.
  private static final int MOST_CONNECTIONS = 4;

  private final Surroundings around;
  private final Listings listings;
  private final int number;
  private final int targets;
  private final HostOptions options;
  private final SearchBounds bounds;
  private final String nqn;
  private final boolean judged;
  private final boolean mayFail;
  private final boolean tight;
  private final Dice dice;
  private final Loop home;
  private final RegionRegistry registry;

  /**
   * @param number of the host
   * @param targets how many there are
   * @param nqn name of the discovery subsystems that it asks
   * @param judged what it is told must be so
   * @param mayFail what is done to this world explains that a service cannot be read
   * @param tight targets have too little memory for all that hosts send
   */
  public Scout(
      Surroundings around,
      Listings listings,
      int number,
      int targets,
      HostOptions options,
      SearchBounds bounds,
      String nqn,
      boolean judged,
      boolean mayFail,
      boolean tight) {
    this.around = around;
    this.listings = listings;
    this.number = number;
    this.targets = targets;
    this.options = options.forDiscovery();
    registry =
        new RegionRegistry(
            new MeteredArenas(MOST_CONNECTIONS * HostBudget.registeredBytes(this.options, 0)));
    this.bounds = bounds;
    this.nqn = nqn;
    this.judged = judged;
    this.mayFail = mayFail;
    this.tight = tight;
    dice = Dice.of(around.seed(), "scout of host " + number);
    home = new Loop(around.agenda(), dice, options.maxLoopDelayNs());
  }

  Surroundings around() {
    return around;
  }

  HostOptions options() {
    return options;
  }

  SearchBounds bounds() {
    return bounds;
  }

  Loop home() {
    return home;
  }

  Dice dice() {
    return dice;
  }

  int targets() {
    return targets;
  }

  boolean judged() {
    return judged;
  }

  int number() {
    return number;
  }

  /** What the service of a target tells this host now. */
  List<String> now(int target) {
    return listings.now(target, Host.nqn(number));
  }

  /**
   * An attempt to connect to a discovery controller.
   *
   * @param katoMillis without one it is only visited
   */
  Attempt attempt(int target, long katoMillis, int made, Attempt.Listener listener) {
    ConnectParameters parameters =
        new ConnectParameters(
            new ConnectData(
                new UUID(around.seed(), number + 1), Fabrics.CNTLID_DYNAMIC, nqn, Host.nqn(number)),
            Attempt.ADMIN_ENTRIES,
            0,
            0,
            katoMillis,
            0,
            options.disableFlowControl());
    return new Attempt(
        around,
        options,
        registry,
        new NoneDevice(registry),
        parameters,
        number,
        target,
        home,
        List.of(),
        made,
        listener);
  }

  /** Reads the log of a target on a visit. */
  void visit(int target, LogReading.Listener then) {
    Visit visit = new Visit(around, this, judge(target, then));
    attempt(target, 0, 0, visit).start();
  }

  /** Reads the log of a target on an association with it. */
  void read(int target, Association on, LogReading.Listener then) {
    LogReading.start(on.admin(), around, judge(target, then));
  }

  private LogReading.Listener judge(int target, LogReading.Listener then) {
    int mark = listings.mark(target);
    return new LogReading.Listener() {
      @Override
      public void read(DiscoveryLogReader.Step.Done log) {
        if (judged) {
          listings.read(target, mark, Host.nqn(number), texts(log.entries()));
        }
        then.read(log);
      }

      @Override
      public void failed(String why) {
        around.journal().note("host " + number, () -> "cannot read target " + target + ": " + why);
        boolean explained =
            mayFail
                || tight && why.contains(Status.describe(Status.COMMAND_INTERRUPTED))
                || listings.changesSince(target, mark) >= MOST_CHANGES;
        if (judged && !explained) {
          throw new Violation(
              Rule.OUTCOME,
              "host %d cannot read the log of target %d, which nothing explains: %s"
                  .formatted(number, target, why));
        }
        then.failed(why);
      }
    };
  }

  /** Entries in the words of a listing. */
  static List<String> texts(List<DiscoveryEntry> entries) {
    return entries.stream()
        .map(it -> Listing.text(it.kind().name(), it.nqn(), it.address(), it.port(), it.portId()))
        .toList();
  }

  /** Checks that nothing is left. */
  public void checkLeftOver() {
    if (registry.liveRegions() > 0) {
      throw new Violation(
          Rule.LEFT_OVER,
          "the scout of host " + number + " has " + registry.liveRegions() + " regions");
    }
  }
}
