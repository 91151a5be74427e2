package io.nvmetcp.e2e.sim.target;

import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.HostAccess;
import io.nvmetcp.target.subsystem.Subsystem;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A subsystem of a target where those try things out who have no application: it gives few
 * controllers, forbids hosts and lets them in again, is taken away and comes back.
 */
public final class Playground {
  private final int index;
  private final int controllers;
  private @Nullable SubsystemDirectory directory;
  private @Nullable Subsystem subsystem;
  private boolean retired;
  private boolean away;

  /**
   * @param index which of its target's subsystems it is, the last
   * @param controllers that there may be at a time
   */
  public Playground(int index, int controllers) {
    this.index = index;
    this.controllers = controllers;
  }

  /** Which of its target's subsystems it is. */
  int index() {
    return index;
  }

  /** What its controllers offer. */
  ControllerLimits limits(ControllerLimits others) {
    return new ControllerLimits(
        others.queueEntries(),
        others.ioQueues(),
        others.maxTransferBytes(),
        others.inCapsuleBytes(),
        controllers);
  }

  /** A life of its target begins. */
  void opened(SubsystemDirectory at, Subsystem fresh) {
    directory = at;
    subsystem = fresh;
    retired = false;
    away = false;
  }

  /** The life is over. */
  void gone() {
    directory = null;
    subsystem = null;
  }

  /**
   * Changes who may come, or whether anybody may.
   *
   * @return what, for people
   */
  public String change(Dice dice) {
    SubsystemDirectory at = directory;
    Subsystem now = subsystem;
    if (at == null || now == null) {
      return "has no playground";
    }
    if (away) {
      Subsystem fresh =
          Subsystem.nvm(now.nqn(), now.serial(), now.model(), now.limits(), now.namespaces());
      subsystem = fresh;
      at.add(fresh);
      away = false;
      return "serves its playground again";
    }
    if (retired) {
      at.remove(now);
      retired = false;
      away = true;
      return "takes its playground out of its directory";
    }
    if (dice.oneIn(6)) {
      // A host on another thread may have found it just before, so it can still be found for a
      // while.
      if (dice.oneIn(2)) {
        now.access(HostAccess.only(Set.of()), false);
      }
      now.retire("not served any more");
      retired = true;
      return "takes its playground away";
    }
    boolean forbid = now.access().anyHost() && !dice.oneIn(3);
    now.access(forbid ? HostAccess.only(Set.of()) : HostAccess.ANY, dice.oneIn(2));
    return forbid ? "closes its playground" : "opens its playground";
  }

  /** The subsystem of the moment, to change what it serves; null if its target is down. */
  @Nullable Subsystem served() {
    return subsystem;
  }
}
