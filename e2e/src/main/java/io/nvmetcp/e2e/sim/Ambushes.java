package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.host.Host;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.e2e.sim.target.TargetNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Does what operators do, where chance alone hardly ever would: to a connection one of whose
 * machines is in a certain state, or several things to one connection, one right after the other.
 * Nothing but what the classes of faults that are on would do too; whoever lies is made to do so.
 */
final class Ambushes {
  /** Classes without which there is less to lie in wait with, or for. */
  static final List<Trouble> OF_USE =
      List.of(
          Trouble.CUTS,
          Trouble.STALLS,
          Trouble.RESETS,
          Trouble.SLOW_DISKS,
          Trouble.DEVICE,
          Trouble.DEVICE_SWITCHED,
          Trouble.DRAINS,
          Trouble.CLOSES,
          Trouble.ABORTS,
          Trouble.TIGHT);

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final int MOST_OF_AN_ACT = 2;
  private static final int MOST_OF_SEVERAL = 6;
  private static final int MOST_PASSES = 6;
  // A host looks so often whether a connection that it ends has ended.
  private static final long LOOKED_AT_NS = 100 * MILLI;

  /** What is done to a connection that is in a certain state. */
  private enum Act {
    /** It is drained. */
    DRAIN,
    /** It breaks. */
    BREAK,
    /** Another of the same host breaks, so that this one is ended; it may stand still meanwhile. */
    BREAK_BESIDE,
    /** As before, and the device of its host goes down shortly before or after. */
    BREAK_WITH_DEVICE,
    /** It stands still, its host leaves its queue and aborts what runs, it is drained. */
    SEVERAL
  }

  /** What lies in wait for one state of a machine. */
  private final class Trap {
    private final Dice dice;
    private final int oneIn;
    private final int[] left = new int[Act.values().length];
    private int allLeft;

    Trap(Dice dice, boolean armed) {
      this.dice = dice;
      oneIn = (int) dice.spread(1, MOST_PASSES);
      for (Act act : Act.values()) {
        int most = act == Act.SEVERAL ? MOST_OF_SEVERAL : MOST_OF_AN_ACT;
        left[act.ordinal()] = armed && may(act) ? dice.between(1, most) : 0;
        allLeft += left[act.ordinal()];
      }
    }

    private void near(Wire wire) {
      if (allLeft == 0 || !dice.oneIn(oneIn)) {
        return;
      }
      int which = dice.below(allLeft);
      int act = 0;
      while (which >= left[act]) {
        which -= left[act++];
      }
      left[act]--;
      allLeft--;
      around.journal().note("operator", () -> "lay in wait for wire " + wire.id());
      strike(dice, Act.values()[act], wire);
    }
  }

  private final Scenario scenario;
  private final Surroundings around;
  private final List<TargetNode> targets;
  private final List<Host> hosts;
  private final Operator operator;
  private final Map<Machine, Trap[]> traps = new EnumMap<>(Machine.class);
  private boolean calm;
  private int struck;

  Ambushes(
      Scenario scenario,
      Surroundings around,
      List<TargetNode> targets,
      List<Host> hosts,
      Operator operator) {
    this.scenario = scenario;
    this.around = around;
    this.targets = targets;
    this.hosts = hosts;
    this.operator = operator;
  }

  void start() {
    around.moments().watch(this::told);
  }

  /** Nothing is done any more. */
  void calm() {
    calm = true;
    around.moments().watch(null);
  }

  /** Times that something was done to a connection in a certain state. */
  int struck() {
    return struck;
  }

  private void after(long delayNs, Runnable act) {
    around
        .agenda()
        .after(
            delayNs,
            () -> {
              if (!calm) {
                act.run();
              }
            });
  }

  // ---- in certain states

  private Trap[] traps(Machine machine) {
    return traps.computeIfAbsent(machine, this::arm);
  }

  private Trap[] arm(Machine machine) {
    boolean armed = !scenario.dice("ambush at " + machine).oneIn(4);
    return machine.states().stream()
        .map(state -> new Trap(scenario.dice("ambush at " + machine + " " + state), armed))
        .toArray(Trap[]::new);
  }

  private boolean may(Act act) {
    return switch (act) {
      case DRAIN -> scenario.has(Trouble.DRAINS);
      case BREAK, BREAK_BESIDE -> scenario.has(Trouble.RESETS);
      case BREAK_WITH_DEVICE ->
          scenario.has(Trouble.RESETS) && scenario.has(Trouble.DEVICE_SWITCHED);
      case SEVERAL -> scenario.hasAny(Trouble.CLOSES, Trouble.ABORTS);
    };
  }

  private void told(Machine machine, long states, Wire wire) {
    Trap[] all = traps(machine);
    for (long left = states; left != 0; left &= left - 1) {
      all[Long.numberOfTrailingZeros(left)].near(wire);
    }
  }

  // After what goes on at the connection, but before anything else.
  private void strike(Dice dice, Act act, Wire wire) {
    struck++;
    switch (act) {
      case DRAIN -> after(1, () -> drain(wire));
      case BREAK -> after(1, wire::reset);
      case BREAK_BESIDE -> {
        if (scenario.has(Trouble.STALLS)) {
          wire.freeze(false);
          thaw(wire, dice.spread(LOOKED_AT_NS, 20 * LOOKED_AT_NS));
        }
        breakBeside(dice, wire);
      }
      case BREAK_WITH_DEVICE -> {
        breakBeside(dice, wire);
        if (wire.host() < hosts.size()) {
          after(1 + dice.below(50 * MICRO), () -> operator.takeDown(dice, wire.host()));
        }
      }
      case SEVERAL -> oneAfterTheOther(dice, wire);
    }
  }

  private void breakBeside(Dice dice, Wire wire) {
    List<Wire> others =
        around.network().wires().stream()
            .filter(other -> other.host() == wire.host() && other != wire && other.used())
            .toList();
    if (others.isEmpty()) {
      return;
    }
    // Whoever lies may do so while the connection is about to be ended.
    wire.provoke();
    Wire other = dice.pick(others);
    after(1 + dice.below(50 * MICRO), other::reset);
  }

  private void drain(Wire wire) {
    targets.get(wire.target()).drain(wire);
  }

  private void thaw(Wire wire, long delayNs) {
    around
        .agenda()
        .after(
            delayNs,
            () -> {
              if (!around.network().apart(wire.host(), wire.target())) {
                wire.thaw(0);
              }
            });
  }

  private void oneAfterTheOther(Dice dice, Wire wire) {
    if (wire.host() >= hosts.size()) {
      return;
    }
    Host host = hosts.get(wire.host());
    boolean stalls = drawn(dice, Trouble.STALLS);
    boolean toTarget = dice.oneIn(3);
    if (stalls) {
      wire.freeze(toTarget);
    }
    long atNs = dice.spread(MICRO, 2 * MILLI);
    if (drawn(dice, Trouble.CLOSES)) {
      after(atNs, () -> host.disconnect(wire));
    }
    atNs += dice.spread(MICRO, 10 * MILLI);
    if (drawn(dice, Trouble.ABORTS)) {
      after(atNs, () -> host.abortAll(wire));
    }
    atNs += dice.spread(MICRO, 2 * MILLI);
    if (dice.oneIn(2) && scenario.has(Trouble.DRAINS)) {
      after(atNs, () -> drain(wire));
    }
    atNs += dice.spread(MICRO, 10 * MILLI);
    if (stalls) {
      thaw(wire, atNs);
    }
  }

  // What is to meet is more likely in than out.
  private boolean drawn(Dice dice, Trouble trouble) {
    return !dice.oneIn(4) && scenario.has(trouble);
  }
}
