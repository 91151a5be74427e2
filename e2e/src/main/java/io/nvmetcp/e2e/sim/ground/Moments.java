package io.nvmetcp.e2e.sim.ground;

import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.net.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Whoever does something with a connection says after it what states its machines are in, to
 * whoever lies in wait for some of them.
 */
public final class Moments {
  /** Lies in wait. */
  public interface Watcher {
    /**
     * A connection's machines are in these states.
     *
     * @param states a bit for each, by its place in {@link Machine#states}
     * @param wire the connection, in the middle of something that is not to be disturbed
     */
    void told(Machine machine, long states, Wire wire);
  }

  private @Nullable Watcher watcher;

  /** Nobody lies in wait. */
  public Moments() {}

  /** Somebody does; null is nobody any more. */
  public void watch(@Nullable Watcher value) {
    watcher = value;
  }

  /** True if somebody does: else there is nothing to look for. */
  public boolean watched() {
    return watcher != null;
  }

  /** As {@link Watcher#told} has it. */
  public void tell(Machine machine, long states, Wire wire) {
    Watcher told = watcher;
    if (told != null && states != 0) {
      told.told(machine, states, wire);
    }
  }
}
