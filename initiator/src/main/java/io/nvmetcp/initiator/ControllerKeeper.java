package io.nvmetcp.initiator;

import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.health.Backoff;
import io.nvmetcp.initiator.health.ControllerLife;
import io.nvmetcp.initiator.health.ParkedCommands;
import io.nvmetcp.initiator.health.ReconnectPolicy;
import io.nvmetcp.initiator.health.ReplayPolicy;
import io.nvmetcp.nvme.AsyncEvent;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a controller: the shell round {@link ControllerLife}. It has one association at a time,
 * makes the next when that is lost, and decides about the commands that are caught in between.
 * Confined to {@link Associator#home}, but for what says otherwise.
 */
final class ControllerKeeper implements ControllerLife.Orders, Association.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerKeeper.class);
  private static final long NO_TIMER = -1;
  private static final String CLOSED = "the controller is closed";

  /** What the keeper asks and tells; on the home event loop. */
  interface Watcher {
    /** The life went on. */
    void state(ControllerState next, String why);

    /** Namespaces that are not what they were before, and why; the others may be used as before. */
    Map<Long, String> compare(ControllerFacts now);

    /** There is a new association. */
    void attached(Association association);

    /** The controller reported something. */
    void reported(AsyncEvent event);

    /** It is over. */
    void ended(String why);
  }

  private final InitiatorOptions options;
  private final Associator associator;
  private final Watcher watcher;
  private final ContextInternal home;
  private final ControllerLife life;
  private final ReplayPolicy policy;
  private final ParkedCommands<IoCommand, Association> parked;
  private final InitiatorStatistics past = new InitiatorStatistics();
  private final Promise<String> ended;
  private final Promise<Void> closed;
  // Before the event loops go that could tell callers how their commands ended.
  private final Closeable closeHook = completion -> close().onComplete(completion);
  private volatile Association association;
  // No command waits any more.
  private volatile boolean over;
  private @Nullable Association counted;
  private @Nullable ConnectAttempt attempt;
  private boolean silent;
  // Why the last attempt failed.
  private String told = "";
  private long timer = NO_TIMER;

  /**
   * @param first an association that was just made
   */
  ControllerKeeper(
      InitiatorOptions options, Associator associator, Association first, Watcher watcher) {
    this.options = options;
    this.associator = associator;
    this.watcher = watcher;
    home = associator.home();
    ReconnectOptions reconnect = options.getReconnect();
    life =
        new ControllerLife(
            new ReconnectPolicy(
                orNever(reconnect.getLossTimeoutMillis()),
                orNever(reconnect.getFailFastMillis()),
                ns(reconnect.getMaxDelayMillis()),
                ns(options.getConnectTimeoutMillis())),
            new Backoff(
                ns(reconnect.getFirstDelayMillis()),
                ns(reconnect.getMaxDelayMillis()),
                ThreadLocalRandom.current().nextLong()),
            System.nanoTime(),
            this);
    policy =
        new ReplayPolicy(
            reconnect.isCommandsWait(),
            reconnect.isReplayReads(),
            reconnect.isReplayWrites(),
            ns(reconnect.getQuiesceMarginMillis()));
    long queues = options.getIoQueues();
    parked =
        new ParkedCommands<>(
            queues * options.getWaitingCommands(), queues * options.getQueueEntries(), first);
    ended = home.promise();
    closed = home.promise();
    association = first;
    home.owner().addCloseHook(closeHook);
    begin(first);
  }

  private static long ns(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static long orNever(long millis) {
    return millis < 0 ? ReconnectPolicy.NEVER : ns(millis);
  }

  /** The association of the moment, or the last one; any thread. */
  Association association() {
    return association;
  }

  /** Completes with the reason when it is over, on the home context. */
  Future<String> ended() {
    return ended.future();
  }

  private void begin(Association next) {
    next.start(this);
    next.gone()
        .compose(gone -> next.statistics())
        .onComplete(
            sum -> {
              if (sum.succeeded()) {
                past.addAll(sum.result());
              }
              counted = next;
              life.gone(System.nanoTime());
              arm();
            });
  }

  // After each event: when is the next one due by itself?
  private void arm() {
    if (timer != NO_TIMER) {
      home.owner().cancelTimer(timer);
      timer = NO_TIMER;
    }
    long nowNs = System.nanoTime();
    long inNs = Math.min(life.wakeInNs(nowNs), parked.quiesceNs(nowNs));
    if (inNs != ReconnectPolicy.NEVER) {
      timer =
          home.setTimer(
              Math.max(1, TimeUnit.NANOSECONDS.toMillis(inNs) + 1),
              id -> {
                timer = NO_TIMER;
                life.wake(System.nanoTime());
                release(parked.release(System.nanoTime()));
                arm();
              });
    }
  }

  // ---- what associations tell

  @Override
  public void lost(Association of, String why, boolean silent) {
    if (of != association) {
      return;
    }
    this.silent = silent;
    boolean live = life.state() == ControllerLife.State.LIVE;
    life.lost(System.nanoTime(), why);
    if (live && life.reconnecting()) {
      LOG.info("{} lost, connecting again: {}", associator.name(), why);
      watcher.state(ControllerState.RECONNECTING, why);
    }
    arm();
  }

  @Override
  public void reported(Association of, AsyncEvent event) {
    if (of == association) {
      watcher.reported(event);
    }
  }

  // ---- commands in between; any thread

  @Override
  public void unsent(IoCommand command, String reason) {
    if (over) {
      command.neverSent(reason);
      return;
    }
    follow(command, parked.unsent(command, policy.waits(command), reason));
  }

  @Override
  public void lost(IoCommand command, String reason) {
    if (over) {
      command.neverSent(reason);
      return;
    }
    switch (policy.lost(command.changesNothing(), command.mayBeSentAgain())) {
      case NEVER -> command.neverSent(reason);
      case AT_ONCE -> follow(command, parked.again(command));
      case AFTER_QUIESCE -> follow(command, parked.again(command, System.nanoTime() + quiesceNs()));
    }
  }

  private long quiesceNs() {
    ControllerFacts facts = association.facts();
    return policy.quiesceNs(
        ns(options.getKeepAliveMillis()), facts.countsTraffic(), ns(facts.quiesceMillis()));
  }

  @Override
  public Duration retryDelay(int status) {
    return association.facts().retryDelay(status);
  }

  private static void follow(IoCommand command, ParkedCommands.Fate<Association> fate) {
    switch (fate) {
      case ParkedCommands.Fate.Waits<Association> _ -> {}
      case ParkedCommands.Fate.Goes<Association>(Association to) -> send(command, to);
      case ParkedCommands.Fate.Fails<Association>(String why) -> command.neverSent(why);
    }
  }

  private static void send(IoCommand command, Association to) {
    QueueConnection queue = to.queue(command.queue().eventLoop());
    command.moveTo(queue);
    try {
      queue.eventLoop().execute(command);
    } catch (RejectedExecutionException e) {
      command.neverSent("Vert.x is closed");
    }
  }

  private void release(ParkedCommands.Released<IoCommand> released) {
    released.fails().forEach(failure -> failure.command().neverSent(failure.reason()));
    Association to = association;
    for (IoCommand command : released.goes()) {
      command.counted();
      send(command, to);
    }
  }

  // ---- orders of the life

  @Override
  public void endAssociation(String why) {
    parked.detach();
    if (!life.reconnecting()) {
      // Before the connections end, so that their commands do not wait for what will not come.
      refuse(why);
    }
    association.end(why, silent);
  }

  @Override
  public void connect(int number) {
    ConnectAttempt begun = associator.attempt();
    attempt = begun;
    associator
        .run(begun, home)
        .onComplete(
            done -> {
              attempt = null;
              if (done.failed()) {
                String why = String.valueOf(done.cause().getMessage());
                tell(number, why);
                life.refused(System.nanoTime(), why, begun.again());
              } else {
                connected(done.result());
              }
              arm();
            });
  }

  // Each reason once, not every few seconds for as long as it is tried.
  private void tell(int number, String why) {
    if (why.equals(told)) {
      LOG.debug("{}: attempt {} failed: {}", associator.name(), number, why);
    } else {
      LOG.info("{}: attempt {} failed: {}", associator.name(), number, why);
    }
    told = why;
  }

  private void connected(Association made) {
    String other = otherSubsystem(made);
    if (other != null || !life.attached(System.nanoTime())) {
      String why = other == null ? "nobody wants it any more" : other;
      made.end(why, false);
      made.gone()
          .onComplete(
              gone -> {
                life.refused(System.nanoTime(), why, false);
                arm();
              });
      return;
    }
    made.mismatches(watcher.compare(made.facts()));
    association = made;
    watcher.attached(made);
    begin(made);
    past.reconnected();
    told = "";
    LOG.info("{} connected again", associator.name());
    watcher.state(ControllerState.LIVE, "connected again");
    release(parked.attach(made, System.nanoTime()));
  }

  // The name is not repeated: it comes from the network.
  private @Nullable String otherSubsystem(Association made) {
    return made.facts().subsystemNqn().equals(association.facts().subsystemNqn())
        ? null
        : "another subsystem answers at %s port %d"
            .formatted(associator.address().host(), associator.address().port());
  }

  @Override
  public void abandonAttempt(String why) {
    ConnectAttempt running = attempt;
    if (running != null) {
      running.giveUp(why);
    }
  }

  @Override
  public void shutDown() {
    Association now = association;
    now.shutDown().onComplete(done -> now.end("closed by this host", false));
  }

  @Override
  public void failWaiting(String why) {
    for (IoCommand command : parked.refuse(why)) {
      command.neverSent(why);
    }
  }

  private void refuse(String why) {
    over = true;
    failWaiting(why);
  }

  @Override
  public void ended(String why) {
    refuse(why);
    home.owner().removeCloseHook(closeHook);
    watcher.ended(why);
    ended.tryComplete(why);
    closed.tryComplete();
  }

  // ---- the host's wishes; any thread

  /**
   * Closes, from any state; any number of times. Completes when it is over, on the home context.
   */
  Future<Void> close() {
    try {
      home.runOnContext(ignored -> closeNow());
    } catch (RejectedExecutionException e) {
      // Vert.x is closed, and with it every connection.
      closed.tryComplete();
    }
    return closed.future();
  }

  private void closeNow() {
    if (life.state() == ControllerLife.State.ENDED) {
      return;
    }
    refuse(CLOSED);
    silent = false;
    life.close(System.nanoTime());
    arm();
  }

  /** What all associations counted; completes on the home context. */
  Future<InitiatorStatistics> statistics() {
    Promise<InitiatorStatistics> promise = home.promise();
    try {
      home.runOnContext(ignored -> count().onComplete(promise));
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(new NvmeException.NeverSent("Vert.x is closed"));
    }
    return promise.future();
  }

  private Future<InitiatorStatistics> count() {
    Association now = association;
    InitiatorStatistics all = new InitiatorStatistics();
    all.parked(parked.size());
    if (now == counted) {
      all.addAll(past);
      return home.succeededFuture(all);
    }
    return now.statistics()
        .map(
            sum -> {
              all.addAll(past);
              // It may have been counted among those past meanwhile.
              if (now != counted) {
                all.addAll(sum);
              }
              return all;
            });
  }
}
