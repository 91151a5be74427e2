package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import java.util.BitSet;

/** The identifiers of a queue's commands that have not ended: none may be given a second time. */
final class Identifiers {
  private final int entries;
  private final BitSet open = new BitSet();
  private int count;

  Identifiers(int entries) {
    this.entries = entries;
  }

  /** A command was submitted and got this one. */
  void began(int cid) {
    if (open.get(cid)) {
      throw new Violation(
          Rule.IDENTIFIER, "%04Xh is given to a command while another has it".formatted(cid));
    }
    open.set(cid);
    if (++count > entries) {
      throw new Violation(
          Rule.IDENTIFIER, "%d commands on a queue of %d entries".formatted(count, entries));
    }
  }

  /** Those of commands that have not ended. */
  int[] running() {
    return open.stream().toArray();
  }

  /** True while a command has this one. */
  boolean open(int cid) {
    return open.get(cid);
  }

  /** Its command has ended. */
  void ended(int cid) {
    if (!open.get(cid)) {
      throw new Violation(
          Rule.IDENTIFIER, "the command %04Xh ends, which is not under way".formatted(cid));
    }
    open.clear(cid);
    count--;
  }
}
