package io.nvmetcp.e2e.sim;

import io.nvmetcp.ddp.Capability;
import io.nvmetcp.e2e.sim.cover.DeviceWatch;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.host.Host;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.e2e.sim.target.TargetNode;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whoever does things to a world: for each class of faults that is on, so many of them, one after
 * the other, at times that its dice draw. What it takes down it brings up again, whatever happens.
 */
final class Operator {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final int MOST_NAMESPACES = 5;
  private static final int MOST_BLOCKS = 250;

  private final Scenario scenario;
  private final Surroundings around;
  private final List<TargetNode> targets;
  private final Volumes volumes;
  private final List<Host> hosts;
  private final List<Host> strangers;
  private final boolean[] targetBusy;
  private final boolean[] hostBusy;
  private final boolean[] deviceDown;
  private boolean strangersBusy;
  private boolean calm;

  Operator(
      Scenario scenario,
      Surroundings around,
      List<TargetNode> targets,
      Volumes volumes,
      List<Host> hosts,
      List<Host> strangers) {
    this.scenario = scenario;
    this.around = around;
    this.targets = targets;
    this.volumes = volumes;
    this.hosts = hosts;
    this.strangers = strangers;
    targetBusy = new boolean[targets.size()];
    hostBusy = new boolean[hosts.size()];
    deviceDown = new boolean[hosts.size()];
  }

  /** Begins, with everything that the seed has in store. */
  void start() {
    hand(Trouble.STALLS, 40, this::stall);
    hand(Trouble.RESETS, 20, this::reset);
    hand(Trouble.PARTITIONS, 8, this::part);
    hand(Trouble.POWER_CUTS, 6, dice -> kill(dice, true));
    hand(Trouble.KILLS, 6, dice -> kill(dice, false));
    hand(Trouble.DRAINS, 6, this::drain);
    hand(Trouble.CLOSES, 8, this::close);
    hand(Trouble.DRAINS, "drains of connections", 40, this::drainConnection);
    hand(Trouble.CLOSES, "leaves", 8, this::leave);
    hand(Trouble.CLOSES, "closes of strangers", 8, this::closeStranger);
    hand(Trouble.DEVICE_SWITCHED, 20, this::switchDevice);
    if (scenario.has(Trouble.DEVICE_SWITCHED)) {
      hand(Trouble.RESETS, "breaks of devices", 10, this::breakTogether);
    }
    hand(Trouble.NAMESPACES, 20, this::change);
  }

  /** Nothing bad begins any more, and the network and the disks do nothing bad. */
  void calm() {
    calm = true;
    around.network().calm();
    targets.forEach(TargetNode::calm);
  }

  /** Does so many things of a class of faults, if that is on. */
  void hand(Trouble trouble, int most, Consumer<Dice> act) {
    hand(trouble, trouble.option(), most, act);
  }

  private void hand(Trouble trouble, String name, int most, Consumer<Dice> act) {
    if (scenario.has(trouble)) {
      Dice dice = scenario.dice("operator of " + name);
      next(dice, dice.between(1, most), dice.spread(MILLI, 500 * MILLI), act);
    }
  }

  private void next(Dice dice, int left, long mostGapNs, Consumer<Dice> act) {
    if (left == 0) {
      return;
    }
    around
        .agenda()
        .after(
            dice.spread(20 * MICRO, mostGapNs),
            () -> {
              if (!calm) {
                act.accept(dice);
                next(dice, left - 1, mostGapNs, act);
              }
            });
  }

  private void note(String what) {
    around.journal().note("operator", () -> what);
  }

  // ---- the network

  private void stall(Dice dice) {
    List<Wire> wires = around.network().wires();
    if (!wires.isEmpty()) {
      Wire wire = dice.pick(wires);
      boolean toTarget = dice.oneIn(2);
      note("holds up wire %d to the %s".formatted(wire.id(), toTarget ? "target" : "host"));
      wire.freeze(toTarget);
      around
          .agenda()
          .after(
              dice.spread(10 * MICRO, 3_000 * MILLI),
              () -> {
                if (!around.network().apart(wire.host(), wire.target())) {
                  wire.thaw(0);
                }
              });
    }
  }

  private void reset(Dice dice) {
    List<Wire> wires = around.network().wires();
    if (!wires.isEmpty()) {
      Wire wire = dice.pick(wires);
      note("resets wire " + wire.id());
      wire.reset();
    }
  }

  private void part(Dice dice) {
    int host = dice.below(hosts.size());
    int target = dice.oneIn(2) ? hosts.get(host).target() : dice.below(targets.size());
    if (!around.network().apart(host, target)) {
      note("parts host %d from target %d".formatted(host, target));
      around.network().part(host, target);
      around
          .agenda()
          .after(
              dice.spread(100 * MICRO, 5_000 * MILLI),
              () -> {
                note("joins host %d and target %d".formatted(host, target));
                around.network().join(host, target);
              });
    }
  }

  // ---- targets

  private void kill(Dice dice, boolean power) {
    int number = dice.below(targets.size());
    TargetNode target = targets.get(number);
    // Also in the middle of being drained.
    if (target.up()) {
      target.kill(power || dice.oneIn(2), power);
      targetBusy[number] = true;
      startLater(dice, number);
    }
  }

  private void drain(Dice dice) {
    int number = dice.below(targets.size());
    TargetNode target = targets.get(number);
    if (target.up() && !targetBusy[number]) {
      targetBusy[number] = true;
      Runnable then = () -> startLater(dice, number);
      if (dice.oneIn(2)) {
        target.drain(dice.spread(MILLI, 5_000 * MILLI), then);
      } else {
        target.stop(then);
      }
    }
  }

  private void drainConnection(Dice dice) {
    TargetNode target = dice.pick(targets);
    note("drains a connection of a target");
    target.drainOne(dice);
  }

  private void startLater(Dice dice, int number) {
    around
        .agenda()
        .after(
            dice.spread(100 * MICRO, 3_000 * MILLI),
            () -> {
              around.network().lighten(number);
              targetBusy[number] = false;
              targets.get(number).start();
            });
  }

  // ---- hosts

  private void close(Dice dice) {
    int number = dice.below(hosts.size());
    Host host = hosts.get(number);
    if (dice.oneIn(2)) {
      note("crashes the network of host " + number);
      around.network().crash(number);
    } else if (!hostBusy[number]) {
      hostBusy[number] = true;
      note("closes host " + number);
      host.close(
          () ->
              around
                  .agenda()
                  .after(
                      dice.spread(10 * MICRO, 1_000 * MILLI),
                      () -> {
                        hostBusy[number] = false;
                        host.open();
                      }));
    } else {
      host.closeAgain();
    }
  }

  private void leave(Dice dice) {
    Host host = dice.pick(hosts);
    note("makes host %d leave its controller".formatted(host.number()));
    host.leave(dice, scenario.has(Trouble.ABORTS));
    if (scenario.has(Trouble.DRAINS)) {
      TargetNode target = targets.get(host.target());
      around.agenda().after(dice.spread(MICRO, 2 * MILLI), () -> target.drainOne(dice));
    }
  }

  private void closeStranger(Dice dice) {
    if (!strangers.isEmpty() && !strangersBusy) {
      strangersBusy = true;
      Host host = dice.pick(strangers);
      note("closes host " + host.number());
      host.close(() -> around.agenda().after(dice.spread(MILLI, 300 * MILLI), () -> reopen(host)));
    }
  }

  // At the end of the world nobody would close it again.
  private void reopen(Host stranger) {
    if (!calm) {
      strangersBusy = false;
      stranger.open();
    }
  }

  // A connection breaks, and so does the device, while the other connections come to an end.
  private void breakTogether(Dice dice) {
    int number = dice.below(hosts.size());
    List<Wire> wires =
        around.network().wires().stream().filter(wire -> wire.host() == number).toList();
    if (!wires.isEmpty()) {
      Wire wire = dice.pick(wires);
      note("resets wire %d, and then its host's device is taken down".formatted(wire.id()));
      wire.reset();
      around.agenda().after(1 + dice.below(40 * MICRO), () -> takeDown(dice, number));
    }
  }

  private void switchDevice(Dice dice) {
    int number = dice.below(hosts.size());
    Host host = hosts.get(number);
    if (dice.oneIn(2)) {
      EnumSet<Capability> wanted = EnumSet.noneOf(Capability.class);
      for (Capability each : Capability.values()) {
        if (dice.oneIn(2)) {
          wanted.add(each);
        }
      }
      note("wants of the device of host %d: %s".formatted(number, wanted));
      host.device().capabilities().want(wanted);
    } else {
      takeDown(dice, number);
    }
  }

  /** Takes a host's device down, and up again a while later. */
  void takeDown(Dice dice, int number) {
    Host host = hosts.get(number);
    if (!deviceDown[number]) {
      deviceDown[number] = true;
      note("takes the device of host %d down".formatted(number));
      DeviceWatch watch = new DeviceWatch(around.coverage(), host.device());
      watch.visit(Event.DEVICE_DOWN);
      host.device().down();
      around
          .agenda()
          .after(
              dice.spread(10 * MICRO, 200 * MILLI),
              () -> {
                deviceDown[number] = false;
                watch.visit(Event.DEVICE_UP);
                host.device().up();
                // Once more changes nothing.
                watch.visit(Event.DEVICE_UP);
                host.device().up();
              });
    } else {
      new DeviceWatch(around.coverage(), host.device()).visit(Event.DEVICE_DOWN);
      host.device().down();
    }
  }

  // ---- namespaces

  private void change(Dice dice) {
    int number = dice.below(targets.size());
    int subsystem = dice.below(scenario.subsystems());
    TargetNode target = targets.get(number);
    List<Volume> served = volumes.of(number, subsystem);
    int what = dice.below(6);
    if (what == 0 && served.size() < MOST_NAMESPACES) {
      Volume fresh = volumes.make(dice, number, subsystem);
      note("adds nsid %d to target %d".formatted(fresh.nsid(), number));
      served.add(fresh);
      target.add(subsystem, fresh);
    } else if (what == 1 && served.size() > 1) {
      Volume gone = served.remove(dice.below(served.size()));
      note("removes nsid %d from target %d".formatted(gone.nsid(), number));
      gone.takeAway();
      target.remove(subsystem, gone);
    } else {
      Volume volume = dice.pick(served);
      int blocks = dice.between(4, MOST_BLOCKS);
      note("gives nsid %d of target %d %d blocks".formatted(volume.nsid(), number, blocks));
      target.resize(subsystem, volume, blocks);
    }
  }
}
