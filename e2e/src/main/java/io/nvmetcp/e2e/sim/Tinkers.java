package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.host.Tinker;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.target.Playground;
import io.nvmetcp.e2e.sim.target.TargetNode;
import io.nvmetcp.nvme.Fabrics;
import java.util.ArrayList;
import java.util.List;

/** Hosts that try out what controllers do, and the places where they may. */
final class Tinkers {
  /** Most that there are in a world. */
  static final int MOST = 3;

  private static final int MOST_VISITS = 20;
  private static final int MOST_CONTROLLERS = 3;
  private static final int MOST_CHANGES = 40;
  private static final int MOST_BLOCKS = 100;

  private final Surroundings around;
  private final List<TargetNode> targets;
  private final List<Playground> playgrounds = new ArrayList<>();
  private final List<List<Volume>> volumes = new ArrayList<>();
  private final List<Tinker> tinkers = new ArrayList<>();
  private final boolean discovery;
  private final int subsystem;

  /**
   * @param subsystem which of each target's subsystems is the playground
   * @param first number of the first of them
   */
  Tinkers(
      Scenario scenario,
      Surroundings around,
      List<TargetNode> targets,
      Volumes all,
      int subsystem,
      int first) {
    this.around = around;
    this.targets = targets;
    this.subsystem = subsystem;
    discovery = scenario.has(Trouble.DISCOVERY);
    Dice dice = scenario.dice("playgrounds");
    for (int i = 0; i < targets.size(); i++) {
      Playground made = new Playground(subsystem, dice.between(1, MOST_CONTROLLERS));
      targets.get(i).playground(made);
      playgrounds.add(made);
      volumes.add(all.of(i, subsystem));
      volumes.get(i).add(all.make(dice, i, subsystem));
    }
    int count = dice.between(1, MOST);
    for (int i = 0; i < count; i++) {
      int number = first + i;
      tinkers.add(
          new Tinker(
              around,
              number,
              HostDrawing.options(scenario, number),
              this::place,
              dice.between(1, MOST_VISITS)));
    }
  }

  private Tinker.Place place(Dice which) {
    int target = which.below(targets.size());
    return discovery && which.oneIn(2)
        ? new Tinker.Place(target, Fabrics.DISCOVERY_NQN, List.of(), true)
        : new Tinker.Place(target, TargetNode.nqn(target, subsystem), volumes.get(target), false);
  }

  void start(Operator operator) {
    tinkers.forEach(Tinker::start);
    operator.hand(Trouble.TINKERS, MOST_CHANGES, this::change);
  }

  private void change(Dice dice) {
    int target = dice.below(targets.size());
    if (dice.oneIn(3)) {
      String what = playgrounds.get(target).change(dice);
      around.journal().note("target " + target, () -> what);
    } else {
      targets
          .get(target)
          .resize(subsystem, volumes.get(target).getFirst(), dice.between(4, MOST_BLOCKS));
    }
  }

  /** They make no more visits, and leave. */
  void close() {
    tinkers.forEach(Tinker::close);
  }

  /** True if all have left. */
  boolean closed() {
    return tinkers.stream().allMatch(Tinker::done);
  }

  void checkLeftOver() {
    tinkers.forEach(Tinker::checkLeftOver);
  }

  @Override
  public String toString() {
    return tinkers.toString();
  }
}
