package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.List;

/**
 * An NVMe/TCP host. It registers memory and connects to subsystems; safe for use by many threads.
 */
public final class NvmeInitiator {
  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final RegionRegistry regions = new RegionRegistry();

  private NvmeInitiator(VertxInternal vertx, InitiatorOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /**
   * An initiator that runs on {@code vertx}'s event loops.
   *
   * @param vertx borrowed; closing it stays the caller's job
   * @param options must not change afterwards
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
    return new ControllerConnector(vertx, options, regions, address).connect();
  }

  /**
   * Asks a discovery service which subsystems there are. One round trip of connections: nothing
   * stays open, and referrals are not followed.
   *
   * @param host name or address
   * @param port TCP port, 8009 by custom
   * @return the entries of its log, at most 1024; fails with {@link NvmeException.NeverSent} and a
   *     sentence
   */
  public Future<List<DiscoveryEntry>> discover(String host, int port) {
    return new Discovery(vertx, options, regions, host, port).entries();
  }
}
