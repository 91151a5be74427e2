package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.engine.BaseDevice;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees whether a device is up, and what happens to it then. */
public final class DeviceWatch {
  static final List<String> STATES = List.of("UP", "FULL", "DOWN");
  private static final VarHandle DOWN = Fields.of(BaseDevice.class, "down");

  private final Coverage coverage;
  // Null if it is none that is ever down.
  private final @Nullable BaseDevice device;

  /** Looks at this device. */
  public DeviceWatch(Coverage coverage, DdpDevice device) {
    this.coverage = coverage;
    this.device = device instanceof BaseDevice known ? known : null;
  }

  /** It is taken down, or brought up. */
  public void visit(Event event) {
    visit(state(), event);
  }

  int state() {
    BaseDevice known = device;
    if (known == null) {
      return 0;
    }
    return (boolean) DOWN.get(known) ? 2 : known.queues() >= known.limits().maxQueues() ? 1 : 0;
  }

  void visit(int state, Event event) {
    if (device != null) {
      coverage.visit(Machine.DEVICE, state, event);
    }
  }
}
