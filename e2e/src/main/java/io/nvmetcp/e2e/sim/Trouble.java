package io.nvmetcp.e2e.sim;

import java.util.Locale;

/**
 * A class of faults; about half of them are switched off for each seed, so that the rest get deep.
 */
public enum Trouble {
  /** Streams are cut anywhere, and packets are late. */
  CUTS,
  /** A direction of a connection stands still for a while. */
  STALLS,
  /** Connections are reset. */
  RESETS,
  /** Machines are kept apart for a while. */
  PARTITIONS,
  /** Bits are flipped where a digest covers them. */
  FLIPS,
  /** Disks fail. */
  DISK_ERRORS,
  /** Disks are slow now and then. */
  SLOW_DISKS,
  /** The power of a target's machine is cut. */
  POWER_CUTS,
  /** The device loses and delays packets, runs out of tags, tears down late. */
  DEVICE,
  /** The device goes down and comes back, its capabilities are switched. */
  DEVICE_SWITCHED,
  /** A host that breaks the rules. */
  HOSTILE_HOST,
  /** A target that breaks the rules. */
  HOSTILE_TARGET,
  /** Namespaces come, go and change their size. */
  NAMESPACES,
  /** Targets die and are started again. */
  KILLS,
  /** Targets are drained, or stopped in good order, and started again. */
  DRAINS,
  /** Hosts close at any moment, or die, and come back. */
  CLOSES,
  /** Commands are aborted. */
  ABORTS,
  /** Commands have a time limit that some exceed. */
  TIMEOUTS,
  /** Targets have little memory, and sockets small buffers. */
  TIGHT,
  /** Hosts find what they use by discovery, and watch it; what there is to find changes. */
  DISCOVERY,
  /** Applications move much at a time, and targets and disks take it as fast as it comes. */
  BULK,
  /** Hosts without an application try out what controllers do. */
  TINKERS,
  /**
   * What the other classes do meets: it is done to connections in states that they seldom are in,
   * and one right after the other; targets hold requests, and some devices lose much.
   */
  AMBUSHES;

  /** Its name on the command line. */
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
