package io.nvmetcp.e2e.sim.ground;

import io.nvmetcp.e2e.sim.check.NamespaceHistory;
import io.nvmetcp.e2e.sim.disk.Medium;

/** A namespace of a subsystem: what its blocks lie on, and what is known of their values. */
public final class Volume {
  private final int nsid;
  private final Medium medium;
  private final NamespaceHistory history;
  private boolean served = true;

  /** A namespace of zeros. */
  public Volume(int nsid, Medium medium, NamespaceHistory history) {
    this.nsid = nsid;
    this.medium = medium;
    this.history = history;
  }

  /** Its identifier. */
  public int nsid() {
    return nsid;
  }

  /** What its blocks lie on. */
  public Medium medium() {
    return medium;
  }

  /** What is known of its blocks. */
  public NamespaceHistory history() {
    return history;
  }

  /** True until it is taken away. */
  public boolean served() {
    return served;
  }

  /** It is taken away, for good. */
  public void takeAway() {
    served = false;
  }
}
