package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/**
 * An NVMe/TCP host. It registers memory and connects to subsystems; safe for use by many threads.
 */
public final class NvmeInitiator {
  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final RegionRegistry regions = new RegionRegistry();

  private NvmeInitiator(VertxInternal vertx, InitiatorOptions options) {
    this.vertx = vertx;
    this.options = new InitiatorOptions(options);
  }

  /**
   * An initiator that runs on {@code vertx}'s event loops.
   *
   * @param vertx borrowed; closing it stays the caller's job
   * @param options copied
   */
  public static NvmeInitiator create(Vertx vertx, InitiatorOptions options) {
    return new NvmeInitiator((VertxInternal) vertx, options);
  }

  /**
   * Where memory is registered. A buffer of a registered region is read and written without a copy
   * of ours; close a region when no I/O needs it any more.
   */
  public RegionRegistry regions() {
    return regions;
  }

  /**
   * Connects to a subsystem: one admin queue, as many I/O queues as the options and the controller
   * agree on.
   *
   * @return the controller, ready for I/O; fails with {@link NvmeException.NeverSent} and a
   *     sentence that names the step
   */
  public Future<Controller> connect(SubsystemAddress address) {
    if (options.getReconnect().isReplayWrites() && options.getKeepAliveMillis() == 0) {
      return BlockIo.refused(
          "replaying writes needs a keep-alive timeout: without one nobody knows when the old association is dead");
    }
    return ControllerShell.connect(vertx, options, regions, address);
  }

  /**
   * Asks a discovery service which subsystems there are, and those services that it refers to. A
   * log that changes while it is read is read again. Nothing stays open.
   *
   * @return fails with {@link NvmeException.NeverSent} and a sentence if the first service cannot
   *     be asked; what goes wrong at one that it refers to is said in the result
   */
  public Future<DiscoveryResult> discover(DiscoveryAddress address) {
    return discover(address, new DiscoveryOptions());
  }

  /** As {@link #discover(DiscoveryAddress)}, as far as {@code bounds} allow. */
  public Future<DiscoveryResult> discover(DiscoveryAddress address, DiscoveryOptions bounds) {
    return new Discovery(
            vertx.getOrCreateContext(),
            address,
            bounds,
            stop -> new DiscoveryVisit(vertx, options, regions, stop.host(), stop.port()).log())
        .run();
  }

  /**
   * Follows what a discovery service knows, and those that it refers to: asks them as {@link
   * #discover} does, stays connected to the first, and asks again when it reports a change.
   *
   * @param bounds as for {@link #discover(DiscoveryAddress, DiscoveryOptions)}
   * @return the watch, which has a result; fails as {@link #discover} does
   */
  public Future<DiscoveryWatch> watch(DiscoveryAddress address, DiscoveryOptions bounds) {
    return DiscoveryShell.connect(vertx, options, regions, address, bounds);
  }
}
