package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.Controller;
import picocli.CommandLine.Option;

/** A command of a host on one subsystem. */
abstract class SubsystemCommand extends HostCommand {
  @Option(
      names = {"-n", "--nqn"},
      paramLabel = "NQN",
      required = true,
      description = "The subsystem.")
  private String nqn = "";

  /** The subsystem's name. */
  String nqn() {
    return nqn;
  }

  /** Its controller. */
  Controller connect(HostSession session) {
    return session.connect(host().subsystem(nqn));
  }
}
