package io.nvmetcp.e2e.sim.net;

/** What a socket does wrong with the memory it was lent, on purpose, to see that it is found. */
public enum LeaseFault {
  /** Nothing. */
  NONE,
  /** It gives memory back before it has read it. */
  EARLY,
  /** It never gives memory back. */
  LOST,
  /** What it has sent stays where it was. */
  KEPT
}
