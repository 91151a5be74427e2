package io.nvmetcp.initiator;

import io.netty.channel.EventLoop;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.health.Deadlines;
import io.nvmetcp.initiator.health.KeepAlive;
import io.nvmetcp.initiator.health.ParkedCommands;
import io.nvmetcp.nvme.AsyncEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One association with a controller: its admin queue, its I/O queues, and what keeps watch over
 * them. It is lost as a whole, since a fault on any queue ends the controller. Confined to the
 * admin queue's event loop, but for what says otherwise.
 */
final class Association implements ParkedCommands.Association<IoCommand> {
  private static final Logger LOG = LoggerFactory.getLogger(Association.class);

  /** Hears of what happens; on the admin queue's event loop. */
  interface Listener extends CommandOwner {
    /** It cannot go on; told at least once unless it is ended first. */
    void lost(Association association, String why, boolean silent);

    /** The controller reported something. */
    void reported(Association association, AsyncEvent event);
  }

  private final int number;
  private final InitiatorOptions options;
  private final AdminQueue admin;
  private final List<QueueConnection> queues;
  private final List<QueueConnection> all;
  private final ControllerFacts facts;
  private final ControllerInfo info;
  private final int maxSegments;
  private final long aliveNs;
  private final QueueChoice choice;
  private final AbortDesk aborts;
  private final Promise<Void> gone;
  private volatile Map<Long, String> mismatches = Map.of();
  private @Nullable Listener listener;
  private @Nullable Heartbeat heartbeat;

  /**
   * @param aliveNs when the controller had a sign of life of this host last
   */
  Association(
      int number,
      InitiatorOptions options,
      NetClient client,
      AdminQueue admin,
      List<QueueConnection> queues,
      ControllerFacts facts,
      ControllerInfo info,
      int maxSegments,
      long aliveNs) {
    this.number = number;
    this.options = options;
    this.admin = admin;
    this.queues = List.copyOf(queues);
    this.facts = facts;
    this.info = info;
    this.maxSegments = maxSegments;
    this.aliveNs = aliveNs;
    all = new ArrayList<>(queues);
    all.add(admin.connection());
    choice = new QueueChoice(queues);
    aborts = new AbortDesk(admin, facts.aborts());
    gone = context().promise();
    // This also holds the client: Vert.x closes one that nobody holds, and its connections with it.
    allGone(all, context()).eventually(client::close).onComplete(done -> gone.complete());
  }

  /**
   * Completes on {@code context} when all connections have ended, and everybody who was told of it
   * has done what was to be done.
   */
  static Future<Void> allGone(List<QueueConnection> connections, ContextInternal context) {
    List<Future<Void>> ends = new ArrayList<>();
    for (QueueConnection connection : connections) {
      Promise<Void> told = context.promise();
      connection.ended().onComplete(ended -> after(connection.eventLoop(), told));
      ends.add(told.future());
    }
    return Future.join(ends).mapEmpty();
  }

  private static void after(EventLoop loop, Promise<Void> told) {
    try {
      loop.execute(told::complete);
    } catch (RejectedExecutionException e) {
      // Vert.x is closed.
      told.complete();
    }
  }

  // ---- what it is; any thread

  @Override
  public int number() {
    return number;
  }

  ControllerFacts facts() {
    return facts;
  }

  ControllerInfo info() {
    return info;
  }

  /** Most pieces of a buffer that the device takes. */
  int maxSegments() {
    return maxSegments;
  }

  AdminQueue admin() {
    return admin;
  }

  /** The admin queue's context. */
  ContextInternal context() {
    return admin.connection().context();
  }

  List<QueueConnection> queues() {
    return queues;
  }

  /** The queue for a command from this event loop, or from none. */
  QueueConnection queue(@Nullable EventLoop loop) {
    return choice.next(loop);
  }

  @Override
  public @Nullable String wrong(IoCommand command, int from) {
    String mismatch =
        ParkedCommands.mismatch(from, number, command.dataBytes(), info.maxTransferBytes());
    return mismatch == null && from != number ? mismatches.get(command.nsid()) : mismatch;
  }

  /** Namespaces that are not what they were on the association before, and why. */
  void mismatches(Map<Long, String> value) {
    mismatches = Map.copyOf(value);
  }

  // ---- its life

  /** Begins to watch. */
  void start(Listener told) {
    listener = told;
    for (QueueConnection connection : all) {
      connection.ended().onSuccess(why -> context().execute(() -> lost(why, false)));
      connection.eventLoop().execute(() -> watch(connection, told));
    }
    startKeepAlive();
    new EventRequests(admin, event -> told.reported(this, event)).start();
  }

  // On the connection's event loop.
  private void watch(QueueConnection connection, Listener told) {
    boolean ofAdmin = connection == admin.connection();
    connection.owner(told, number);
    long limitMillis =
        ofAdmin ? options.getAdminTimeoutMillis() : options.getCommandTimeoutMillis();
    Deadlines deadlines =
        limitMillis == 0
            ? null
            : new Deadlines(
                connection.entries(),
                TimeUnit.MILLISECONDS.toNanos(limitMillis),
                TimeUnit.MILLISECONDS.toNanos(options.getAbortTimeoutMillis()),
                System.nanoTime());
    long everyNs = TimeUnit.SECONDS.toNanos(1);
    if (deadlines != null) {
      everyNs = Math.min(everyNs, deadlines.sweepIntervalNs());
    }
    long katoNs = TimeUnit.MILLISECONDS.toNanos(options.getKeepAliveMillis());
    if (katoNs > 0 && facts.countsTraffic()) {
      // Traffic must be seen at every check.
      everyNs = Math.min(everyNs, new KeepAlive(katoNs, true, 0).checkIntervalNs());
    }
    connection.watch(deadlines, everyNs, new Late(connection.pair().qid()));
  }

  /** Commands of a queue that take too long; told on the queue's event loop. */
  private final class Late implements Deadlines.Late {
    private final int qid;

    Late(int qid) {
      this.qid = qid;
    }

    @Override
    public void abort(int cid) {
      LOG.debug("command {} of queue {} takes too long and is aborted", cid, qid);
      context().execute(() -> aborts.abort(qid, cid));
    }

    @Override
    public void reset(int cid) {
      context()
          .execute(
              () ->
                  lost(
                      "command %04Xh of queue %d was not answered in time, nor aborted"
                          .formatted(cid, qid),
                      true));
    }
  }

  private void startKeepAlive() {
    long katoNs = TimeUnit.MILLISECONDS.toNanos(options.getKeepAliveMillis());
    if (katoNs > 0) {
      heartbeat =
          new Heartbeat(
              admin,
              new KeepAlive(katoNs, facts.countsTraffic(), aliveNs),
              new QueueTraffic(),
              () -> lost("the controller did not answer Keep Alive", true));
    }
  }

  /** What the I/O queues saw. */
  private final class QueueTraffic implements Heartbeat.Traffic {
    @Override
    public long answered() {
      return queues.stream().mapToLong(QueueConnection::answeredSeen).sum();
    }

    @Override
    public long submitted() {
      return queues.stream().mapToLong(QueueConnection::submittedSeen).sum();
    }
  }

  private void lost(String why, boolean silent) {
    Listener told = listener;
    if (told != null) {
      told.lost(this, why, silent);
    }
  }

  /**
   * Ends every connection; any number of times.
   *
   * @param atOnce without last words, which nobody would read
   */
  void end(String why, boolean atOnce) {
    Heartbeat beats = heartbeat;
    if (beats != null) {
      beats.stop();
    }
    for (QueueConnection connection : all) {
      connection
          .eventLoop()
          .execute(
              () -> {
                if (atOnce) {
                  connection.cut(why);
                } else {
                  connection.end(why);
                }
              });
    }
  }

  /**
   * Shuts the controller down: new commands are refused, those that run end first. Completes when
   * the controller has shut down, or will not; {@link #end} is still to be called.
   */
  Future<Void> shutDown() {
    return Future.join(queues.stream().map(this::drained).toList())
        .eventually(admin::shutDown)
        .mapEmpty();
  }

  private Future<Void> drained(QueueConnection queue) {
    Promise<Void> promise = context().promise();
    queue.eventLoop().execute(() -> queue.drain(promise));
    return promise.future();
  }

  /** Completes when nothing of it is left: every command has ended, every socket is closed. */
  Future<Void> gone() {
    return gone.future();
  }

  /** What its I/O queues counted so far; also when it is gone. */
  Future<InitiatorStatistics> statistics() {
    List<Future<InitiatorStatistics>> parts = new ArrayList<>();
    for (QueueConnection queue : queues) {
      Promise<InitiatorStatistics> part = context().promise();
      queue
          .eventLoop()
          .execute(
              () -> {
                InitiatorStatistics counted = new InitiatorStatistics();
                queue.addTo(counted);
                part.complete(counted);
              });
      parts.add(part.future());
    }
    return Future.all(parts)
        .map(
            counted -> {
              InitiatorStatistics sum = new InitiatorStatistics();
              counted.<InitiatorStatistics>list().forEach(sum::addAll);
              sum.aborted(aborts.sent(), aborts.notDone());
              return sum;
            });
  }
}
