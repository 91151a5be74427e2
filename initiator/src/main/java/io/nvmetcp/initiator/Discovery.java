package io.nvmetcp.initiator;

import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.discovery.ReferralWalk;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.Optional;
import java.util.function.Function;

/**
 * A discovery: asks a discovery service, and those that it refers to, one after the other. Confined
 * to its context.
 */
final class Discovery {
  private final ContextInternal context;
  private final Function<ReferralWalk.Stop, Future<DiscoveryLogReader.Step.Done>> ask;
  private final ReferralWalk walk;
  private final Promise<DiscoveryResult> result;

  /**
   * @param context where it runs and its future completes
   * @param address where it begins
   * @param ask reads the log of a service
   */
  Discovery(
      ContextInternal context,
      DiscoveryAddress address,
      DiscoveryOptions bounds,
      Function<ReferralWalk.Stop, Future<DiscoveryLogReader.Step.Done>> ask) {
    this.context = context;
    this.ask = ask;
    result = context.promise();
    walk =
        new ReferralWalk(
            new ReferralWalk.Stop(address.host(), address.port(), 0),
            bounds.getMaxDepth(),
            bounds.getMaxServices(),
            bounds.getMaxEntries(),
            DiscoveryAddress.DEFAULT_PORT);
  }

  /** Fails if the first service cannot be asked. */
  Future<DiscoveryResult> run() {
    context.runOnContext(ignored -> step());
    return result.future();
  }

  private void step() {
    Optional<ReferralWalk.Stop> next = walk.next();
    if (next.isEmpty()) {
      result.complete(DiscoveryResult.of(walk));
      return;
    }
    ReferralWalk.Stop stop = next.get();
    ask.apply(stop).onSuccess(log -> visited(stop, log)).onFailure(cause -> failed(stop, cause));
  }

  private void visited(ReferralWalk.Stop stop, DiscoveryLogReader.Step.Done log) {
    walk.visited(stop, log.generation(), log.entries());
    step();
  }

  private void failed(ReferralWalk.Stop stop, Throwable cause) {
    if (walk.failed(stop, String.valueOf(cause.getMessage()))) {
      step();
    } else {
      result.fail(cause);
    }
  }

  /** True if every service that was visited could be read. */
  boolean whole() {
    return walk.whole();
  }
}
