package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.disk.DiskOptions;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.target.TargetOptions;
import io.nvmetcp.target.schedule.Schedule;
import io.nvmetcp.target.schedule.SchedulePolicy;
import io.nvmetcp.target.schedule.ScheduleRule;
import io.nvmetcp.target.session.SessionLimits;
import io.nvmetcp.target.session.SessionOptions;
import io.nvmetcp.target.session.SuccessMode;
import io.nvmetcp.target.session.TransferSizes;
import io.nvmetcp.target.subsystem.ControllerLimits;
import java.util.ArrayList;
import java.util.List;

/** Draws what a target is like. */
final class TargetDrawing {
  private static final long MILLI = 1_000_000;
  private static final long MICRO = 1_000;
  private static final int BULK_BYTES = 16 << 10;

  private TargetDrawing() {}

  static TargetOptions options(Scenario scenario, int target) {
    Dice dice = scenario.dice("options of target " + target);
    boolean tight = scenario.has(Trouble.TIGHT);
    boolean digests = scenario.has(Trouble.FLIPS);
    SessionOptions session =
        new SessionOptions(
            digests || !dice.oneIn(8),
            digests || !dice.oneIn(8),
            dice.oneIn(3) ? dice.between(1, 31) : 0,
            dice.oneIn(2),
            dice.oneIn(2) ? SuccessMode.AUTO : SuccessMode.NEVER,
            holding(scenario, target, schedule(dice)),
            window(scenario, target, bulk(scenario, target, sizes(dice))),
            patience(scenario, target, limits(dice, tight)));
    ControllerLimits limits =
        new ControllerLimits(
            dice.oneIn(3) ? dice.between(2, 16) : 128,
            dice.between(1, 4),
            4096 << Math.max(dice.between(1, 6), scenario.bulk() ? 5 : 1),
            inCapsule(scenario, target, dice.oneIn(3) ? 0 : dice.pick(512, 4096, 8192)),
            64);
    return new TargetOptions(
        session,
        limits,
        atOnce(scenario, target, disk(scenario, dice)),
        tight ? 256 << 10 : 16 << 20,
        1 << 20,
        dice.between(1, 3),
        scenario.busyLoopNs("target " + target, dice.oneIn(2) ? 0 : dice.spread(100, 20_000)),
        dice.between(50, 500) * MILLI,
        dice.oneIn(2) || scenario.bulk());
  }

  private static SessionLimits limits(Dice dice, boolean tight) {
    boolean shortTurns = dice.oneIn(3);
    return new SessionLimits(
        tight ? 8192L << dice.between(0, 4) : 16 << 20,
        shortTurns ? dice.between(1, 8) : 256,
        shortTurns ? 4096 * dice.between(1, 4) : 4 << 20,
        5_000 * MILLI,
        10_000 * MILLI);
  }

  // Some do not wait long for a host that owes them something.
  private static SessionLimits patience(Scenario scenario, int target, SessionLimits limits) {
    if (slow(scenario, target)) {
      return limits.withDataTimeout(
          scenario.dice("impatience of target " + target).between(5, 20) * MILLI);
    }
    Dice dice = scenario.dice("patience of target " + target);
    if (!dice.oneIn(3)) {
      return limits;
    }
    long icReqNs = dice.spread(50, 500) * MILLI;
    long connectNs = icReqNs + dice.spread(1, 500) * MILLI;
    return limits.withTimeouts(icReqNs, connectNs).withDataTimeout(dice.spread(20, 500) * MILLI);
  }

  private static TransferSizes sizes(Dice dice) {
    return new TransferSizes(
        dice.oneIn(2) ? 1 << 20 : 4096 * dice.between(1, 4),
        dice.oneIn(2) ? TransferSizes.UNCUT : 512 * dice.between(1, 16),
        dice.oneIn(2) ? TransferSizes.UNCUT : 4096 * dice.between(1, 4),
        dice.between(1, 16));
  }

  // Where much is moved at a time, R2Ts ask for what is worth a place of its own.
  private static TransferSizes bulk(Scenario scenario, int target, TransferSizes sizes) {
    if (!scenario.bulk()) {
      return sizes;
    }
    Dice dice = scenario.dice("bulk of target " + target);
    return new TransferSizes(
        BULK_BYTES * dice.between(1, 16),
        sizes.maxC2hDataBytes(),
        BULK_BYTES * dice.between(1, 3),
        sizes.maxR2ts());
  }

  // Some ask for little at a time: the default is more than a world's hosts ever write at once.
  private static TransferSizes window(Scenario scenario, int target, TransferSizes sizes) {
    Dice dice = scenario.dice("window of target " + target);
    return dice.oneIn(2)
        ? sizes
        : sizes.withWindow(
            scenario.bulk() ? BULK_BYTES * dice.between(1, 8) : 4096 * dice.between(1, 8));
  }

  private static DiskOptions atOnce(Scenario scenario, int target, DiskOptions disk) {
    return scenario.bulk()
        ? disk.atOnce(scenario.dice("haste of target " + target).between(1, 6))
        : disk;
  }

  // Where somebody lies in wait, commands stay in the states that they pass on their way: all data
  // is asked for, requests for it are held, and it is not waited for long.
  private static boolean slow(Scenario scenario, int target) {
    return scenario.has(Trouble.AMBUSHES) && scenario.dice("slowness of target " + target).oneIn(2);
  }

  private static int inCapsule(Scenario scenario, int target, int drawn) {
    return slow(scenario, target) ? 0 : drawn;
  }

  private static Schedule holding(Scenario scenario, int target, Schedule drawn) {
    if (!slow(scenario, target) || !drawn.requests().isEmpty()) {
      return drawn;
    }
    Dice dice = scenario.dice("requests of target " + target);
    SchedulePolicy policy =
        dice.oneIn(2)
            ? new SchedulePolicy.Hold(dice.between(1, 8), dice.between(1, 20))
            : policy(dice);
    return new Schedule(drawn.responses(), List.of(ScheduleRule.forAll(policy)));
  }

  private static Schedule schedule(Dice dice) {
    List<ScheduleRule> responses = new ArrayList<>();
    List<ScheduleRule> requests = new ArrayList<>();
    if (dice.oneIn(4)) {
      responses.add(new ScheduleRule(1, 0, policy(dice)));
    }
    if (!dice.oneIn(3)) {
      responses.add(ScheduleRule.forAll(policy(dice)));
    }
    if (dice.oneIn(2)) {
      requests.add(ScheduleRule.forAll(policy(dice)));
    }
    return new Schedule(responses, requests);
  }

  private static SchedulePolicy policy(Dice dice) {
    int window = dice.between(2, 16);
    return switch (dice.below(6)) {
      case 0 -> new SchedulePolicy.Reverse(window);
      case 1 -> new SchedulePolicy.Shuffle(window, dice.any());
      case 2 -> new SchedulePolicy.SmallFirst(window);
      case 3 -> new SchedulePolicy.Script(2, 3, 1);
      case 4 -> new SchedulePolicy.Interleave(window, 512 * dice.between(1, 8));
      default -> new SchedulePolicy.Hold(dice.between(1, 8), dice.between(1, 20));
    };
  }

  private static DiskOptions disk(Scenario scenario, Dice dice) {
    boolean errors = scenario.has(Trouble.DISK_ERRORS);
    boolean slow = scenario.has(Trouble.SLOW_DISKS);
    long least = dice.spread(1, 50) * MICRO;
    int slowOneIn = dice.between(10, 500);
    long slowNs = dice.spread(1, 150) * MILLI;
    int errorOneIn = (int) dice.spread(10, 1000);
    int badOneIn = dice.oneIn(2) ? 0 : dice.between(1, 5);
    return new DiskOptions(
        least,
        least * dice.between(1, 10),
        slow ? slowOneIn : 0,
        slowNs,
        dice.oneIn(2) ? 0 : dice.between(1, 20),
        dice.oneIn(2) ? 0 : dice.between(2, 20),
        errors ? errorOneIn : 0,
        badOneIn,
        dice.oneIn(2));
  }
}
