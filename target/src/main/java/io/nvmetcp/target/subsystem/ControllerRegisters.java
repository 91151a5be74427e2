package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.Cc;
import io.nvmetcp.nvme.Csts;
import java.util.EnumSet;
import java.util.Set;

/**
 * CC and CSTS as a machine (Base specification 3.1.4.5, 3.1.4.6, 3.5 to 3.7): what a host writes,
 * what the controller has to do about it, and what the host reads while that takes its time.
 * Guarded by the controller.
 */
final class ControllerRegisters {
  /** What follows from a write of CC. */
  enum Effect {
    /** EN went from 1 to 0: {@link #resetDone} when nothing of before is going on any more. */
    RESET,
    /** SHN says that power may go, in time: {@link #shutdownDone} when everything is safe. */
    SHUTDOWN,
    /** SHN says that power goes at once: the shutdown is done already. */
    ABRUPT_SHUTDOWN
  }

  private static final int SHN_NORMAL = 1;

  private Cc cc = Cc.DISABLED;
  private int raw;
  private boolean ready;
  private boolean fatal;
  private boolean resetting;
  private int shutdownStatus;
  // Which shutdown it is: one that a reset cut short must not be done later.
  private int shutdowns;

  /** Commands other than Fabrics ones are executed. */
  boolean executes() {
    return ready && !resetting && shutdownStatus == 0;
  }

  int cc() {
    return raw;
  }

  int csts() {
    return new Csts(ready, fatal, shutdownStatus).encode();
  }

  Set<Effect> write(int value) {
    Set<Effect> effects = EnumSet.noneOf(Effect.class);
    Cc old = cc;
    cc = Cc.decode(value);
    raw = value;
    if (old.enable() && !cc.enable()) {
      resetting = true;
      effects.add(Effect.RESET);
    } else if (cc.enable() && !old.enable() && !resetting) {
      enable();
    }
    // A notification is a change of SHN: the reset that follows one may leave it set.
    if (cc.shutdown() != 0 && cc.shutdown() != old.shutdown()) {
      shutdowns++;
      boolean normal = cc.shutdown() == SHN_NORMAL;
      shutdownStatus = normal ? Csts.SHUTDOWN_OCCURRING : Csts.SHUTDOWN_COMPLETE;
      effects.add(normal ? Effect.SHUTDOWN : Effect.ABRUPT_SHUTDOWN);
    }
    return effects;
  }

  private void enable() {
    fatal = !acceptable(cc);
    ready = !fatal;
    shutdownStatus = 0;
  }

  private static boolean acceptable(Cc cc) {
    return cc.commandSet() == 0
        && cc.mps() == 0
        && cc.arbitration() == 0
        && cc.iosqes() == 6
        && cc.iocqes() == 4;
  }

  /** Everything that a reset ends has ended. The host may have set EN again in the meantime. */
  void resetDone() {
    if (!resetting) {
      return;
    }
    resetting = false;
    ready = false;
    fatal = false;
    // A shutdown that was notified together with the reset is as complete as it can be.
    shutdownStatus = cc.shutdown() != 0 && shutdownStatus != 0 ? Csts.SHUTDOWN_COMPLETE : 0;
    shutdowns++;
    if (cc.enable()) {
      enable();
    }
  }

  /** Names the shutdown under way. */
  int shutdown() {
    return shutdowns;
  }

  /** Everything is safe, if this is still the shutdown that is under way. */
  void shutdownDone(int which) {
    if (which == shutdowns && shutdownStatus == Csts.SHUTDOWN_OCCURRING) {
      shutdownStatus = Csts.SHUTDOWN_COMPLETE;
    }
  }
}
