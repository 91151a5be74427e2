package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.connect.Shutdown;
import io.nvmetcp.initiator.health.Deadlines;
import io.nvmetcp.initiator.health.KeepAlive;
import io.nvmetcp.initiator.health.ParkedCommands;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One association with a controller: its queues, and what keeps watch over them. It is lost as a
 * whole. On the host's home loop, but for what says otherwise.
 */
final class Association implements ParkedCommands.Association<HostCommand> {
  private static final long TICK_NS = 1_000_000_000;
  private static final int MOST_ABORTS = 4;
  private static final int EVENTS_AT_A_TIME = 16;
  private static final long EVENT_PAUSE_NS = 1_000_000_000;

  /** Hears of what happens. */
  interface Listener extends CommandOwner {
    /**
     * It cannot go on; told at least once.
     *
     * @param silent the controller does not answer
     */
    void lost(Association association, String why, boolean silent);

    /** The controller reported something. */
    void reported(Association association, AsyncEvent event);
  }

  private record Order(int qid, int cid) {}

  private final Surroundings around;
  private final HostOptions options;
  private final int number;
  private final AdminDesk admin;
  private final List<HostQueue> queues;
  private final List<HostQueue> all;
  private final ControllerFacts facts;
  private final long maxTransferBytes;
  private final Loop home;
  private final Alarm keepAliveAlarm;
  private final Alarm eventAlarm;
  private final ArrayDeque<Order> aborts = new ArrayDeque<>();
  private final List<Runnable> whenGone = new ArrayList<>();
  private @Nullable KeepAlive keepAlive;
  private @Nullable Listener listener;
  private int abortsRunning;
  private int burst;
  private int turn;
  private boolean gone;

  Association(
      Surroundings around,
      HostOptions options,
      int number,
      AdminDesk admin,
      List<HostQueue> queues,
      ControllerFacts facts,
      DeviceLimits limits,
      Loop home) {
    this.around = around;
    this.options = options;
    this.number = number;
    this.admin = admin;
    this.queues = List.copyOf(queues);
    this.facts = facts;
    this.home = home;
    maxTransferBytes = limits.bound(Math.min(facts.maxTransferBytes(), 1 << 20));
    all = new ArrayList<>(queues);
    all.add(admin.queue());
    keepAliveAlarm = new Alarm(around.agenda(), () -> home.run(this::checkKeepAlive));
    eventAlarm = new Alarm(around.agenda(), () -> home.run(this::requestEvents));
    for (HostQueue queue : all) {
      queue.whenEnded(ended -> home.execute(this::tellIfGone));
    }
  }

  @Override
  public String toString() {
    return "association %d with queues %s".formatted(number, all);
  }

  @Override
  public int number() {
    return number;
  }

  // A namespace keeps its number for good here: there is no other one to mistake for it.
  @Override
  public @Nullable String wrong(HostCommand command, int from) {
    return ParkedCommands.mismatch(from, number, command.lengthBytes(), maxTransferBytes);
  }

  ControllerFacts facts() {
    return facts;
  }

  AdminDesk admin() {
    return admin;
  }

  List<HostQueue> queues() {
    return queues;
  }

  List<HostQueue> all() {
    return all;
  }

  long maxTransferBytes() {
    return maxTransferBytes;
  }

  /** The queue for the next command. */
  HostQueue next() {
    turn = (turn + 1) % queues.size();
    return queues.get(turn);
  }

  /** Begins to watch. */
  void start(Listener told) {
    listener = told;
    for (HostQueue queue : all) {
      queue.whenEnded(why -> home.execute(() -> lost(why, false)));
      queue.loop().execute(() -> watch(queue, told));
    }
    startKeepAlive();
    requestEvents();
  }

  // On the queue's loop.
  private void watch(HostQueue queue, Listener told) {
    queue.owner(told, number);
    long limitNs = queue == admin.queue() ? options.adminTimeoutNs() : options.commandTimeoutNs();
    Deadlines deadlines =
        limitNs == 0
            ? null
            : new Deadlines(
                queue.entries(), limitNs, options.abortTimeoutNs(), around.agenda().nowNs());
    long everyNs = deadlines == null ? TICK_NS : Math.min(TICK_NS, deadlines.sweepIntervalNs());
    int qid = queue.pair().qid();
    queue.watch(
        deadlines,
        everyNs,
        new Deadlines.Late() {
          @Override
          public void abort(int cid) {
            home.execute(() -> Association.this.abort(qid, cid));
          }

          @Override
          public void reset(int cid) {
            home.execute(() -> lost("command %04Xh of queue %d is late".formatted(cid, qid), true));
          }
        });
  }

  // ---- keep-alive

  private void startKeepAlive() {
    long katoNs = options.katoMillis() * 1_000_000;
    if (katoNs > 0) {
      KeepAlive machine = new KeepAlive(katoNs, facts.countsTraffic(), around.agenda().nowNs());
      keepAlive = machine;
      keepAliveAlarm.in(machine.checkIntervalNs());
    }
  }

  private void checkKeepAlive() {
    KeepAlive machine = keepAlive;
    if (machine == null) {
      return;
    }
    long submitted = 0;
    long answered = 0;
    for (HostQueue queue : queues) {
      answered += queue.pair().statistics().completed();
      submitted += queue.pair().statistics().submitted();
    }
    keepAliveAlarm.in(machine.checkIntervalNs());
    switch (machine.check(around.agenda().nowNs(), submitted, answered)) {
      case WAIT -> around.coverage().visit(machine, Event.WAIT);
      case LOST -> {
        around.coverage().visit(machine, Event.LOST);
        lost("the controller did not answer Keep Alive", true);
      }
      case SEND -> {
        around.coverage().visit(machine, Event.SEND);
        byte[] sqe = new byte[Sqe.BYTES];
        Sqe.init(sqe, 0, AdminOpcode.KEEP_ALIVE, 0, 0);
        machine.sent(around.agenda().nowNs());
        admin.submitUrgent(
            sqe,
            answer -> {
              if (answer != null) {
                around.coverage().visit(machine, Event.ANSWERED);
                machine.answered();
              }
            });
      }
    }
  }

  // ---- aborts and events

  /** Asks for an abort of a command. */
  void abort(int qid, int cid) {
    aborts.add(new Order(qid, cid));
    nextAbort();
  }

  private void nextAbort() {
    Order order;
    while (abortsRunning < MOST_ABORTS && (order = aborts.poll()) != null) {
      abortsRunning++;
      byte[] sqe = new byte[Sqe.BYTES];
      Sqe.init(sqe, 0, AdminOpcode.ABORT, 0, 0);
      Sqe.cdw(sqe, 0, 10, order.qid | (long) order.cid << 16);
      admin.submitUrgent(
          sqe,
          answer -> {
            abortsRunning--;
            if (answer != null) {
              nextAbort();
            }
          });
    }
  }

  private void requestEvents() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.ASYNC_EVENT_REQUEST, 0, 0);
    admin.submitUrgent(
        sqe,
        answer -> {
          if (answer == null || !Status.isSuccess(answer.status())) {
            return;
          }
          if (++burst < EVENTS_AT_A_TIME) {
            requestEvents();
          } else {
            burst = 0;
            eventAlarm.in(EVENT_PAUSE_NS);
          }
          Listener told = listener;
          if (told != null) {
            told.reported(this, AsyncEvent.decode((int) answer.result()));
          }
        });
  }

  // ---- the end

  private void lost(String why, boolean silent) {
    Listener told = listener;
    if (told != null) {
      told.lost(this, why, silent);
    }
  }

  /**
   * Ends every connection; any number of times.
   *
   * @param atOnce without last words
   */
  void end(String why, boolean atOnce) {
    keepAliveAlarm.cancel();
    eventAlarm.cancel();
    for (HostQueue queue : all) {
      queue
          .loop()
          .execute(
              () -> {
                if (atOnce) {
                  queue.cut(why);
                } else {
                  queue.end(why);
                }
              });
    }
  }

  /**
   * Leaves a queue, or disables the controller: it is lost by that.
   *
   * @param aborts what runs on the queue is aborted
   */
  void leave(int which, boolean aborts) {
    if (which < queues.size()) {
      HostQueue queue = queues.get(which);
      disconnect(queue);
      if (aborts) {
        abortAll(queue);
      }
    } else {
      Quirks.disable(admin);
    }
  }

  /** Leaves one of its I/O queues. */
  void disconnect(HostQueue queue) {
    queue.loop().execute(() -> Quirks.disconnect(queue));
  }

  /** Aborts what runs on one of its I/O queues. */
  void abortAll(HostQueue queue) {
    queue
        .loop()
        .execute(
            () -> {
              for (int cid : queue.identifiers().running()) {
                home.execute(() -> abort(queue.pair().qid(), cid));
              }
            });
  }

  /** Shuts the controller down, once what runs has ended; tells when it has, or will not. */
  void shutDown(Runnable then) {
    int[] left = {queues.size()};
    if (queues.isEmpty()) {
      shutDownNow(then);
    }
    for (HostQueue queue : queues) {
      queue
          .loop()
          .execute(
              () ->
                  queue.drain(
                      () ->
                          home.execute(
                              () -> {
                                if (--left[0] == 0) {
                                  shutDownNow(then);
                                }
                              })));
    }
  }

  private void shutDownNow(Runnable then) {
    Shutdown machine = new Shutdown();
    step(machine, machine.start(), then);
  }

  private void step(Shutdown machine, Action action, Runnable then) {
    switch (action) {
      case Action.Command command ->
          admin.submit(
              command,
              answer -> {
                if (answer == null) {
                  around.coverage().visit(machine, Event.NO_ANSWER);
                  then.run();
                } else {
                  boolean good = Status.isSuccess(answer.status());
                  around.coverage().visit(machine, good ? Event.ANSWERED : Event.REFUSED);
                  step(machine, machine.completed(answer.status(), answer.result()), then);
                }
              });
      case Action.Pause(long millis) ->
          around
              .agenda()
              .after(
                  millis * 1_000_000,
                  () ->
                      home.run(
                          () -> {
                            around.coverage().visit(machine, Event.RESUMED);
                            step(machine, machine.resumed(), then);
                          }));
      default -> then.run();
    }
  }

  private void tellIfGone() {
    if (gone || !all.stream().allMatch(HostQueue::over)) {
      return;
    }
    gone = true;
    keepAliveAlarm.cancel();
    eventAlarm.cancel();
    List<Runnable> told = List.copyOf(whenGone);
    whenGone.clear();
    told.forEach(home::execute);
  }

  /** Told when nothing of it is left: every command has ended, every socket is closed. */
  void whenGone(Runnable action) {
    if (gone) {
      home.execute(action);
    } else {
      whenGone.add(action);
    }
  }
}
