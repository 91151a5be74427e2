package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.discovery.Lookout;
import io.nvmetcp.initiator.discovery.ReferralWalk;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features;
import io.nvmetcp.nvme.Sqe;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A discovery service that is watched: the keeper holds the association, and each report, and each
 * new association, is followed by a look at the logs. One look at a time. Confined to the keeper's
 * home, but for what says otherwise.
 */
final class DiscoveryShell implements DiscoveryWatch, ControllerKeeper.Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryShell.class);
  // Without one, a discovery controller ends the connection (Base specification 3.1.2.3).
  private static final long KEEP_ALIVE_MILLIS = 30_000;
  private static final long NO_TIMER = -1;

  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final RegionRegistry registry;
  private final DiscoveryAddress address;
  private final DiscoveryOptions bounds;
  private final ContextInternal home;
  private final ControllerKeeper keeper;
  private final Promise<DiscoveryWatch> first;
  private final List<Changes> listening = new CopyOnWriteArrayList<>();
  private volatile DiscoveryResult result = new DiscoveryResult(0, List.of(), List.of());
  private volatile boolean over;
  private final Lookout lookout = new Lookout();
  private long timer = NO_TIMER;

  private DiscoveryShell(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      DiscoveryAddress address,
      DiscoveryOptions bounds,
      Associator associator,
      Association association) {
    this.vertx = vertx;
    this.options = options;
    this.registry = registry;
    this.address = address;
    this.bounds = bounds;
    home = associator.home();
    first = home.promise();
    keeper = new ControllerKeeper(options, associator, association, this);
  }

  /**
   * Connects to a service and looks.
   *
   * @return on the caller's context
   */
  static Future<DiscoveryWatch> connect(
      VertxInternal vertx,
      InitiatorOptions given,
      RegionRegistry registry,
      DiscoveryAddress address,
      DiscoveryOptions bounds) {
    InitiatorOptions options = new InitiatorOptions(given);
    if (options.getKeepAliveMillis() == 0) {
      options.setKeepAliveMillis(KEEP_ALIVE_MILLIS);
    }
    DiscoveryOptions copied = new DiscoveryOptions(bounds);
    Promise<DiscoveryWatch> promise = vertx.getOrCreateContext().promise();
    Associator associator = Associator.discovery(vertx, options, registry, address);
    associator
        .run(associator.attempt(), associator.home())
        .compose(
            association -> {
              DiscoveryShell shell =
                  new DiscoveryShell(
                      vertx, options, registry, address, copied, associator, association);
              shell.attached(association);
              return shell.first.future();
            })
        .onComplete(promise);
    return promise.future();
  }

  // ---- what the keeper tells

  @Override
  public void state(ControllerState next, String why) {
    LOG.debug("discovery service: {}, {}", next, why);
  }

  @Override
  public Map<Long, String> compare(ControllerFacts now) {
    return Map.of();
  }

  @Override
  public void attached(Association association) {
    // Asked for before the log is read, so that no change goes by unseen.
    askForReports(association.admin()).onComplete(done -> news());
  }

  private static Future<AdminQueue.Answer> askForReports(AdminQueue admin) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.SET_FEATURES, 0, 0);
    Sqe.cdw(sqe, 0, 10, FeatureId.ASYNC_EVENT_CONFIGURATION);
    Sqe.cdw(sqe, 0, 11, Integer.toUnsignedLong(Features.AsyncEvents.DISCOVERY));
    return admin.submit(sqe, Direction.NONE, new byte[0]);
  }

  @Override
  public void reported(AsyncEvent event) {
    if (event.type() == AsyncEvent.NOTICE && event.information() == AsyncEvent.DISCOVERY_CHANGED) {
      news();
    }
  }

  @Override
  public void ended(String why) {
    over = true;
    lookout.end();
    vertx.cancelTimer(timer);
    first.tryFail(new NvmeException.NeverSent(why));
    listening.forEach(Changes::end);
  }

  // ---- looking

  private void news() {
    if (lookout.news()) {
      look();
    }
  }

  private void look() {
    Discovery discovery = new Discovery(home, address, bounds, this::ask);
    discovery
        .run()
        .onSuccess(this::found)
        .onFailure(this::failed)
        .onComplete(done -> looked(done.succeeded() && discovery.whole()));
  }

  private void looked(boolean whole) {
    if (lookout.looked(System.nanoTime(), whole)) {
      look();
    } else {
      arm();
    }
  }

  private void arm() {
    vertx.cancelTimer(timer);
    long inNs = lookout.wakeInNs(System.nanoTime());
    if (inNs != Lookout.NEVER) {
      // Vert.x has no timer that is due at once.
      timer = home.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(inNs)), id -> wake());
    }
  }

  private void wake() {
    if (lookout.wake(System.nanoTime())) {
      look();
    } else {
      arm();
    }
  }

  private Future<DiscoveryLogReader.Step.Done> ask(ReferralWalk.Stop stop) {
    return stop.depth() == 0
        ? DiscoveryLogReading.of(keeper.association().admin())
        : new DiscoveryVisit(vertx, options, registry, stop.host(), stop.port()).log();
  }

  private void found(DiscoveryResult now) {
    result = now;
    first.tryComplete(this);
    listening.forEach(stream -> stream.found(now));
  }

  // After a loss the next association brings a look of its own. Otherwise the service cannot answer
  // now, and is asked again later.
  private void failed(Throwable cause) {
    LOG.debug("the discovery log cannot be read: {}", cause.getMessage());
    if (first.tryFail(cause)) {
      lookout.end();
      keeper.close().onComplete(done -> LOG.debug("not watched"));
    }
  }

  // ---- the watch; any thread

  @Override
  public DiscoveryResult result() {
    return result;
  }

  @Override
  public ReadStream<DiscoveryChange> changes() {
    ContextInternal caller = vertx.getOrCreateContext();
    Changes stream = new Changes(caller, result);
    listening.add(stream);
    // What was found, or ended, while it was added.
    stream.found(result);
    if (over) {
      stream.end();
    }
    return stream;
  }

  @Override
  public Future<String> ended() {
    return here(keeper.ended());
  }

  @Override
  public Future<Void> close() {
    return here(keeper.close());
  }

  private <T> Future<T> here(Future<T> future) {
    Promise<T> promise = vertx.getOrCreateContext().promise();
    future.onComplete(promise);
    return promise.future();
  }

  /** The difference between what its reader knows and what was found last. */
  private final class Changes extends ContextStream<DiscoveryChange> {
    private DiscoveryResult told;
    private DiscoveryChange next;
    private boolean noMore;

    Changes(ContextInternal context, DiscoveryResult told) {
      super(context);
      this.told = told;
      next = DiscoveryChange.between(told, told);
    }

    void found(DiscoveryResult now) {
      onContext(
          () -> {
            next = DiscoveryChange.between(told, now);
            drain();
          });
    }

    void end() {
      onContext(
          () -> {
            noMore = true;
            drain();
          });
    }

    @Override
    boolean isReady() {
      return !next.isEmpty();
    }

    @Override
    DiscoveryChange take() {
      DiscoveryChange taken = next;
      told = taken.result();
      next = DiscoveryChange.between(told, told);
      return taken;
    }

    @Override
    boolean isOver() {
      boolean isOver = noMore && next.isEmpty();
      if (isOver) {
        listening.remove(this);
      }
      return isOver;
    }
  }
}
