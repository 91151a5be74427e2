package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.Subsystem;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.lang.invoke.VarHandle;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What watches the controllers of one life of a target. Nothing depends on the order of either. */
public final class ControllersWatch {
  private static final VarHandle BY_NQN = Fields.of(SubsystemDirectory.class, "byNqn");

  private final Coverage coverage;
  private final Map<String, Subsystem> byNqn;
  private final Map<Controller, ControllerWatch> controllers = new IdentityHashMap<>();
  private final Map<Subsystem, SubsystemWatch> subsystems = new IdentityHashMap<>();

  /**
   * @param directory where its hosts find them
   */
  @SuppressWarnings("unchecked") // by its declaration
  public ControllersWatch(Coverage coverage, SubsystemDirectory directory) {
    this.coverage = coverage;
    byNqn = (Map<String, Subsystem>) BY_NQN.get(directory);
  }

  /** Whoever watches this one, from the Connect on that made it; null if it has ended. */
  @Nullable ControllerWatch of(Controller controller) {
    ControllerWatch watch = controllers.get(controller);
    if (watch == null && !controller.hasEnded()) {
      watch = new ControllerWatch(coverage, controller, of(controller.subsystem()));
      controllers.put(controller, watch);
    }
    return watch;
  }

  private SubsystemWatch of(Subsystem subsystem) {
    return subsystems.computeIfAbsent(subsystem, missing -> new SubsystemWatch(coverage, missing));
  }

  /** Forgets one that has ended: it would keep all of its sessions. */
  void forget(Controller controller) {
    if (controller.hasEnded()) {
      controllers.remove(controller);
    }
  }

  /** A Connect was refused. */
  public void refused(ConnectData asked, int status) {
    Subsystem subsystem = byNqn.get(asked.subnqn());
    if (subsystem == null) {
      return;
    }
    Controller controller = find(subsystem, asked.cntlid());
    ControllerWatch watch = controller == null ? null : of(controller);
    if (watch != null) {
      watch.queueRefused();
    } else {
      of(subsystem).refused(status);
    }
  }

  private static @Nullable Controller find(Subsystem subsystem, int cntlid) {
    for (Controller each : subsystem.controllers()) {
      if (each.cntlid() == cntlid) {
        return each;
      }
    }
    return null;
  }
}
