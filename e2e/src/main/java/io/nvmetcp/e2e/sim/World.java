package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.check.Conduct;
import io.nvmetcp.e2e.sim.check.Ledger;
import io.nvmetcp.e2e.sim.check.Outcomes;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.cover.Coverage;
import io.nvmetcp.e2e.sim.ground.Moments;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.host.Host;
import io.nvmetcp.e2e.sim.host.HostOptions;
import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.kernel.Fingerprint;
import io.nvmetcp.e2e.sim.kernel.Journal;
import io.nvmetcp.e2e.sim.net.LeaseFault;
import io.nvmetcp.e2e.sim.net.Network;
import io.nvmetcp.e2e.sim.net.PduLines;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.e2e.sim.plant.Plants;
import io.nvmetcp.e2e.sim.target.TargetNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A world: hosts and targets, the network between them, and what befalls them. It runs in acts:
 * applications do their work while faults occur; the world calms down and they finish; every block
 * is read once more; everybody closes; and nothing may be left.
 */
final class World {
  private static final long WORK_BOUND_NS = 60_000_000_000L;
  private static final long CALM_BOUND_NS = 60_000_000_000L;
  // Two visits, on each of which somebody naps for two minutes, and then sleeps longer than the
  // four
  // for which a target keeps an association that does nothing.
  private static final long ASLEEP_BOUND_NS = 1_000_000_000_000L;
  private static final long MOST_EVENTS_PER_OPERATION = 10_000;
  private static final long FREE_EVENTS = 2_000_000;

  private final Scenario scenario;
  private final Agenda agenda;
  private final Fingerprint fingerprint = new Fingerprint();
  private final Surroundings around;
  private final List<TargetNode> targets = new ArrayList<>();
  private final Volumes volumes;
  private final List<Host> hosts = new ArrayList<>();
  // Those that lie, and those that are lied to.
  private final List<Host> strangers = new ArrayList<>();
  private final Operator operator;
  private final @Nullable Discoveries discoveries;
  private final @Nullable Tinkers tinkers;
  private final @Nullable Ambushes ambushes;
  private final long mostEvents;
  private int undone;

  World(Scenario scenario, Agenda agenda, Journal journal) {
    this.scenario = scenario;
    this.agenda = agenda;
    Plants plants = new Plants(scenario.settings().plant(), scenario.dice("plants"));
    Network network =
        new Network(
            agenda,
            scenario.dice("network"),
            fingerprint,
            new DrawnClimate(scenario, hostFault(plants), targetFault(plants)),
            scenario.hosts() + scenario.strangers() + 1 + Tinkers.MOST,
            scenario.targets(),
            plants,
            journal.on() ? new PduLines(journal) : null);
    around =
        new Surroundings(
            agenda,
            network,
            new Ledger(),
            new Conduct(),
            plants,
            journal,
            new Coverage(),
            new Moments(),
            scenario.seed());
    mostEvents = FREE_EVENTS + MOST_EVENTS_PER_OPERATION * scenario.operations();
    volumes =
        new Volumes(
            around.ledger().ticks(),
            scenario.targets(),
            scenario.subsystems(),
            strange() + (scenario.has(Trouble.TINKERS) ? 1 : 0),
            scenario.has(Trouble.POWER_CUTS));
    makeTargets();
    makeHosts();
    operator = new Operator(scenario, around, targets, volumes, hosts, strangers);
    discoveries =
        scenario.has(Trouble.DISCOVERY)
            ? new Discoveries(scenario, around, targets, hosts, strangers)
            : null;
    tinkers =
        scenario.has(Trouble.TINKERS)
            ? new Tinkers(
                scenario,
                around,
                targets,
                volumes,
                scenario.subsystems() + strange(),
                scenario.hosts() + strangers.size() + 1)
            : null;
    ambushes =
        scenario.has(Trouble.AMBUSHES)
            ? new Ambushes(scenario, around, targets, hosts, operator)
            : null;
  }

  // Subsystems of each target for those who lie or are lied to.
  private int strange() {
    return scenario.strangers() > 0 ? 1 : 0;
  }

  private void makeTargets() {
    Dice dice = scenario.dice("volumes");
    for (int target = 0; target < scenario.targets(); target++) {
      for (int subsystem = 0; subsystem < scenario.subsystems() + strange(); subsystem++) {
        int count = dice.between(1, 3);
        for (int i = 0; i < count; i++) {
          volumes.of(target, subsystem).add(volumes.make(dice, target, subsystem));
        }
      }
      targets.add(
          new TargetNode(
              around, target, TargetDrawing.options(scenario, target), volumes.of(target)));
    }
  }

  private void makeHosts() {
    Dice dice = scenario.dice("hosts");
    for (int host = 0; host < scenario.hosts(); host++) {
      int target = dice.below(targets.size());
      int subsystem = dice.below(scenario.subsystems());
      hosts.add(host(host, target, subsystem, HostDrawing.options(scenario, host)));
    }
    makeStrangers();
  }

  private Host host(int number, int target, int subsystem, HostOptions options) {
    boolean judged = subsystem < scenario.subsystems();
    return new Host(
        around,
        number,
        target,
        TargetNode.nqn(target, subsystem),
        options,
        HostDrawing.load(scenario, number),
        judged ? scenario.outcomes() : Outcomes.ANY,
        volumes.of(target, subsystem));
  }

  // They share targets with the others, but no subsystem.
  private void makeStrangers() {
    Dice dice = scenario.dice("strangers");
    for (Trouble trouble : List.of(Trouble.HOSTILE_HOST, Trouble.HOSTILE_TARGET)) {
      int target = dice.below(targets.size());
      int oneIn = (int) dice.spread(5, 500);
      if (scenario.has(trouble)) {
        int number = scenario.hosts() + strangers.size();
        around.conduct().stranger(number);
        if (trouble == Trouble.HOSTILE_HOST) {
          around.network().hostLies(number, oneIn);
        } else {
          around.network().targetLies(number, oneIn);
        }
        HostOptions options = HostDrawing.options(scenario, number).withTimeLimits();
        strangers.add(host(number, target, scenario.subsystems(), options));
      }
    }
  }

  private static LeaseFault hostFault(Plants plants) {
    return plants.has(Plant.HOST_LEASE_LOST)
        ? LeaseFault.LOST
        : plants.has(Plant.HOST_OUTPUT_KEPT) ? LeaseFault.KEPT : LeaseFault.NONE;
  }

  private static LeaseFault targetFault(Plants plants) {
    if (plants.has(Plant.TARGET_LEASE_EARLY)) {
      return LeaseFault.EARLY;
    }
    return plants.has(Plant.TARGET_LEASE_LOST)
        ? LeaseFault.LOST
        : plants.has(Plant.TARGET_OUTPUT_KEPT) ? LeaseFault.KEPT : LeaseFault.NONE;
  }

  // ---- the acts

  /** Runs it to its end; a {@link Violation} says that something did not hold. */
  void run() {
    targets.forEach(TargetNode::start);
    hosts.forEach(Host::open);
    strangers.forEach(Host::open);
    operator.start();
    if (discoveries != null) {
      discoveries.start(operator);
    }
    if (tinkers != null) {
      tinkers.start(operator);
    }
    if (ambushes != null) {
      ambushes.start();
    }
    boolean worked = until(WORK_BOUND_NS, this::allDone);
    // However many operations there are, they must go on: the bound is on standing still.
    long ended = -1;
    while (!worked && ended < around.ledger().ended()) {
      ended = around.ledger().ended();
      worked = until(WORK_BOUND_NS, this::allDone);
    }
    operator.calm();
    if (ambushes != null) {
      ambushes.calm();
    }
    if (discoveries != null) {
      discoveries.calm();
    }
    strangers.forEach(Host::stop);
    if (!worked || !allDone()) {
      require("applications finish once nothing is disturbed any more", this::allDone);
    }
    require("hosts are connected again", this::allLive);
    hosts.forEach(Host::verify);
    require("every block is read once more", this::allDone);
    discover();
    close();
    leftOver();
  }

  private void discover() {
    Discoveries all = discoveries;
    if (all != null) {
      require("searches end", all::idle, all);
      all.verify();
      require("everything is discovered once more", all::idle, all);
      require("who watches a discovery service knows what it tells", all::upToDate, all);
    }
  }

  // It is asked after each step: first the one that was not done when it was asked last.
  private boolean allDone() {
    if (undone < hosts.size() && !hosts.get(undone).done()) {
      return false;
    }
    for (undone = 0; undone < hosts.size(); undone++) {
      if (!hosts.get(undone).done()) {
        return false;
      }
    }
    return true;
  }

  private boolean allLive() {
    for (Host host : hosts) {
      if (!host.live()) {
        return false;
      }
    }
    return true;
  }

  private void close() {
    List<Host> all = new ArrayList<>(hosts);
    all.addAll(strangers);
    int[] open = {all.size()};
    for (Host host : all) {
      host.close(() -> open[0]--);
    }
    require("hosts close", () -> open[0] == 0);
    if (discoveries != null) {
      discoveries.close();
      require("watches close", discoveries::closed, discoveries);
    }
    Tinkers some = tinkers;
    if (some != null) {
      some.close();
      require("tinkers leave, or are thrown out", some::closed, some, ASLEEP_BOUND_NS);
    }
    require("no host stays", () -> around.network().wires().stream().noneMatch(Wire::used));
    int[] up = {targets.size()};
    for (TargetNode target : targets) {
      target.stop(() -> up[0]--);
    }
    require("targets stop", () -> up[0] == 0);
  }

  // False if it did not come to pass in time.
  private boolean until(long boundNs, BooleanSupplier goal) {
    long lastNs = agenda.nowNs() + boundNs;
    while (!goal.getAsBoolean()) {
      if (agenda.nextNs() > lastNs) {
        return false;
      }
      step();
    }
    return true;
  }

  private void step() {
    boolean unused = agenda.step();
    if (agenda.done() > mostEvents) {
      throw new Violation(Rule.LIVENESS, "the world turns in a circle");
    }
  }

  private void require(String what, BooleanSupplier goal) {
    require(what, goal, hosts);
  }

  private void require(String what, BooleanSupplier goal, Object who) {
    require(what, goal, who, CALM_BOUND_NS);
  }

  private void require(String what, BooleanSupplier goal, Object who, long boundNs) {
    if (!until(boundNs, goal)) {
      throw new Violation(
          Rule.LIVENESS, "in %d s not yet: %s; %s".formatted(boundNs / 1_000_000_000, what, who));
    }
  }

  private void leftOver() {
    if (!until(CALM_BOUND_NS, agenda::isEmpty)) {
      throw new Violation(Rule.LEFT_OVER, "a timer still runs: " + agenda.next());
    }
    if (around.ledger().running() > 0) {
      throw new Violation(Rule.OUTCOME, around.ledger().running() + " operations never ended");
    }
    hosts.forEach(Host::checkLeftOver);
    strangers.forEach(Host::checkLeftOver);
    if (discoveries != null) {
      discoveries.checkLeftOver();
    }
    if (tinkers != null) {
      tinkers.checkLeftOver();
    }
    targets.forEach(TargetNode::checkLeftOver);
    targets.forEach(TargetNode::close);
    for (Volume volume : volumes.every()) {
      if (volume.medium().lent() > 0) {
        throw new Violation(Rule.LEFT_OVER, volume.medium().lent() + " leases of a disk");
      }
      volume.medium().close();
    }
    if (!around.network().wires().isEmpty()) {
      throw new Violation(Rule.LEFT_OVER, "connections: " + around.network().wires());
    }
    fingerprint.add(agenda.nowNs(), agenda.done(), around.ledger().ticks().now());
  }

  // ---- what came of it

  long fingerprint() {
    return fingerprint.value();
  }

  Surroundings around() {
    return around;
  }

  int ambushes() {
    return ambushes == null ? 0 : ambushes.struck();
  }

  List<Host> hosts() {
    return hosts;
  }
}
