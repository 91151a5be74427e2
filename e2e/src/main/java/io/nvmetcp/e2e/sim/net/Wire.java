package io.nvmetcp.e2e.sim.net;

import org.jspecify.annotations.Nullable;

/** A connection as the network sees it: two sockets and two pipes. */
public final class Wire {
  private final int id;
  private final int host;
  private final int target;
  private final Pipe toTarget;
  private final Pipe toHost;
  private final Socket hostSocket;
  private final Socket targetSocket;
  private final @Nullable PduWatch hostWatch;
  private final @Nullable PduWatch targetWatch;

  Wire(
      int id,
      int host,
      int target,
      Pipe toTarget,
      Pipe toHost,
      Socket hostSocket,
      Socket targetSocket,
      @Nullable PduWatch hostWatch,
      @Nullable PduWatch targetWatch) {
    this.id = id;
    this.host = host;
    this.target = target;
    this.toTarget = toTarget;
    this.toHost = toHost;
    this.hostSocket = hostSocket;
    this.targetSocket = targetSocket;
    this.hostWatch = hostWatch;
    this.targetWatch = targetWatch;
  }

  /** Counts connections from 1. */
  public int id() {
    return id;
  }

  /** The host's number. */
  public int host() {
    return host;
  }

  /** The target's number. */
  public int target() {
    return target;
  }

  /** The host's end. */
  public Socket hostSocket() {
    return hostSocket;
  }

  /** The target's end. */
  public Socket targetSocket() {
    return targetSocket;
  }

  /** Bits that were flipped on it. */
  public long flips() {
    return (hostWatch == null ? 0 : hostWatch.flips())
        + (targetWatch == null ? 0 : targetWatch.flips());
  }

  /** Nothing arrives in a direction until {@link #thaw}. */
  public void freeze(boolean toTheTarget) {
    (toTheTarget ? toTarget : toHost).freeze();
  }

  /** What was held up arrives. */
  public void thaw(long delayNs) {
    toTarget.thaw(delayNs);
    toHost.thaw(delayNs);
  }

  /** True if nothing arrives in one direction or both. */
  public boolean frozen() {
    return toTarget.frozen() || toHost.frozen();
  }

  /** Something in between ends the connection; both ends hear of it. */
  public void reset() {
    hostSocket.reset();
    targetSocket.reset();
  }

  /** Whichever end tells lies does so now. */
  public void provoke() {
    toTarget.provoke();
    toHost.provoke();
  }

  /** No more bits are flipped. */
  void calm() {
    toTarget.calm();
    toHost.calm();
    if (hostWatch != null) {
      hostWatch.calm();
    }
    if (targetWatch != null) {
      targetWatch.calm();
    }
  }

  /** True while the host has not closed its end. */
  public boolean used() {
    return hostSocket.open();
  }

  /** True if nobody has anything to do with it any more. */
  boolean over() {
    return hostSocket.settled() && targetSocket.settled();
  }

  @Override
  public String toString() {
    return "wire %d (host %d, target %d)".formatted(id, host, target);
  }
}
