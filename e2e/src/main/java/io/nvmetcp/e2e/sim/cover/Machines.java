package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.target.session.TargetSession;

/** The states of machines that tell nobody. */
final class Machines {
  static final StateOf BRING_UP = new StateOf(BringUp.class);
  static final StateOf SESSION = new StateOf(TargetSession.class);

  private Machines() {}
}
