package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.target.TargetNode;
import java.util.List;

/** Whoever does things to a world. */
final class Operator {
  private final Surroundings around;
  private final List<TargetNode> targets;

  Operator(Surroundings around, List<TargetNode> targets) {
    this.around = around;
    this.targets = targets;
  }

  /** Nothing bad happens any more, and what is down is up again. */
  void calm() {
    around.network().calm();
    targets.forEach(TargetNode::calm);
  }
}
