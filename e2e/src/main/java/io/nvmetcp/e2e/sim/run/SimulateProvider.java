package io.nvmetcp.e2e.sim.run;

import io.nvmetcp.cli.CommandProvider;

/** Adds {@code nvmetcp simulate}. */
public final class SimulateProvider implements CommandProvider {
  /** For the service loader. */
  public SimulateProvider() {}

  @Override
  public Object command() {
    return new SimulateCommand();
  }
}
