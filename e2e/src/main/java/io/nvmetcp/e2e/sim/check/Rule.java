package io.nvmetcp.e2e.sim.check;

/** What must hold in every world. */
public enum Rule {
  /** A read returns a value that some order of the writes allows. */
  VALUE,
  /** A block is all of one write. */
  TORN_BLOCK,
  /** A write that failed without having touched anything is never read. */
  FAILED_WRITE,
  /** Of two that compare with the same value and write, one succeeds. */
  COMPARE_AND_WRITE,
  /** A command ends once, in a way that what was done to it explains. */
  OUTCOME,
  /** A buffer holds what its owner left there while nobody was asked to write to it. */
  BUFFER,
  /** A command identifier comes again only when all debts of the command are paid. */
  IDENTIFIER,
  /** Well-behaved ends keep to the protocol, and their connections end for a reason. */
  CONNECTION,
  /** Some time after a host lost a controller, nothing that it asked for happens any more. */
  QUIESCE,
  /** What is discovered was there to be discovered, at one moment of the reading. */
  DISCOVERY,
  /** Once nothing is disturbed any more, everything ends in time. */
  LIVENESS,
  /** What was lent, opened, armed or registered is back at the end. */
  LEFT_OVER,
  /** Counters that count the same things agree. */
  COUNTERS,
  /** Memory stays within what was granted. */
  MEMORY
}
