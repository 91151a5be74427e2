package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.check.NamespaceHistory;
import io.nvmetcp.e2e.sim.check.Ticks;
import io.nvmetcp.e2e.sim.disk.Medium;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.kernel.Dice;
import java.util.ArrayList;
import java.util.List;

/** All namespaces of a world, those that were taken away included. */
final class Volumes {
  private final Ticks ticks;
  // Of each target, of each subsystem: what it serves. The lists are shared, and change.
  private final List<List<List<Volume>>> served = new ArrayList<>();
  private final List<Volume> every = new ArrayList<>();
  // An identifier is used once: what is under way to an old namespace must not come to a new one.
  private final int[][] lastNsid;

  // Subsystems from here on are for strangers.
  private final int judged;
  private final boolean powerFails;

  /**
   * @param judged subsystems of a target for those who keep to the protocol
   * @param strange subsystems besides
   * @param powerFails what is in a cache may be lost
   */
  Volumes(Ticks ticks, int targets, int judged, int strange, boolean powerFails) {
    this.powerFails = powerFails;
    this.ticks = ticks;
    this.judged = judged;
    int subsystems = judged + strange;
    lastNsid = new int[targets][subsystems];
    for (int target = 0; target < targets; target++) {
      List<List<Volume>> ofTarget = new ArrayList<>();
      for (int subsystem = 0; subsystem < subsystems; subsystem++) {
        ofTarget.add(new ArrayList<>());
      }
      served.add(ofTarget);
    }
  }

  /** The namespaces of each subsystem of a target. */
  List<List<Volume>> of(int target) {
    return served.get(target);
  }

  /** The namespaces of a subsystem. */
  List<Volume> of(int target, int subsystem) {
    return served.get(target).get(subsystem);
  }

  /** Every one that ever was. */
  List<Volume> every() {
    return every;
  }

  /** A new one, which nobody serves yet. */
  Volume make(Dice dice, int target, int subsystem) {
    int nsid = ++lastNsid[target][subsystem];
    int blockBytes = dice.oneIn(3) ? 4096 : 512;
    int blocks = dice.between(8, 200);
    boolean cached = powerFails ? !dice.oneIn(4) : dice.oneIn(2);
    boolean paged = dice.oneIn(8);
    Medium medium = new Medium((long) blocks * blockBytes, blockBytes, paged, cached, dice);
    String name = "namespace %d of subsystem %d of target %d".formatted(nsid, subsystem, target);
    Volume volume =
        new Volume(
            nsid,
            medium,
            new NamespaceHistory(name, blocks, cached && powerFails, subsystem < judged, ticks));
    every.add(volume);
    return volume;
  }
}
