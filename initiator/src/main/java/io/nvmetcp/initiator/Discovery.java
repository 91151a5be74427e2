package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.discovery.ReferralWalk;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.Optional;

/** A discovery: visits a discovery service, and those that it refers to, one after the other. */
final class Discovery {
  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final RegionRegistry registry;
  private final ContextInternal context;
  private final ReferralWalk walk;
  private final Promise<DiscoveryResult> result;
  private long generation;

  Discovery(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      DiscoveryAddress address,
      DiscoveryOptions bounds) {
    this.vertx = vertx;
    this.options = options;
    this.registry = registry;
    context = vertx.getOrCreateContext();
    result = context.promise();
    walk =
        new ReferralWalk(
            new ReferralWalk.Stop(address.host(), address.port(), 0),
            bounds.getMaxDepth(),
            bounds.getMaxServices(),
            bounds.getMaxEntries(),
            DiscoveryAddress.DEFAULT_PORT);
  }

  /** Completes on the caller's context. */
  Future<DiscoveryResult> run() {
    context.runOnContext(ignored -> step());
    return result.future();
  }

  private void step() {
    Optional<ReferralWalk.Stop> next = walk.next();
    if (next.isEmpty()) {
      result.complete(DiscoveryResult.of(generation, walk));
      return;
    }
    ReferralWalk.Stop stop = next.get();
    new DiscoveryVisit(vertx, options, registry, stop.host(), stop.port())
        .log()
        .onSuccess(log -> visited(stop, log))
        .onFailure(cause -> failed(stop, cause));
  }

  private void visited(ReferralWalk.Stop stop, DiscoveryLogReader.Step.Done log) {
    if (stop.depth() == 0) {
      generation = log.generation();
    }
    walk.visited(stop, log.entries());
    step();
  }

  // Without the first service there is nothing; without another one, less.
  private void failed(ReferralWalk.Stop stop, Throwable cause) {
    if (stop.depth() == 0) {
      result.fail(cause);
    } else {
      walk.failed(stop, String.valueOf(cause.getMessage()));
      step();
    }
  }
}
