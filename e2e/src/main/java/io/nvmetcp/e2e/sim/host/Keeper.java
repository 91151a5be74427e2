package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.cover.ParkedWatch;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.health.Backoff;
import io.nvmetcp.initiator.health.ControllerLife;
import io.nvmetcp.initiator.health.ParkedCommands;
import io.nvmetcp.initiator.health.ReconnectPolicy;
import io.nvmetcp.initiator.health.ReplayPolicy;
import io.nvmetcp.nvme.AsyncEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a controller through losses: carries out the orders of its life, and keeps the commands
 * that have no association. On the host's home loop.
 */
final class Keeper implements ControllerLife.Orders, Association.Listener {

  /** Makes attempts to connect. */
  interface Connector {
    Attempt attempt(int number, Attempt.Listener listener);
  }

  /** Told how it goes. */
  interface Watcher {
    /** There is a new association. */
    void attached(Association association);

    /** An association is lost, or closed. */
    void detached(Association association, String why);

    /** The controller reported something. */
    void reported(AsyncEvent event);

    /** It is over. */
    void ended(String why);
  }

  private final Surroundings around;
  private final HostOptions options;
  private final Connector connector;
  private final Watcher watcher;
  private final ControllerLife life;
  private final ReplayPolicy policy;
  private final ParkedCommands<HostCommand, Association> parked;
  private final ParkedWatch line;
  private final Alarm timer;
  private Association association;
  private @Nullable Attempt attempt;
  private int made;
  // Times that the timer was set or cancelled.
  private long armed;
  private boolean silent;
  private boolean over;

  Keeper(
      Surroundings around,
      HostOptions options,
      Connector connector,
      Association first,
      long backoffSeed,
      Loop home,
      Watcher watcher) {
    this.around = around;
    this.options = options;
    this.connector = connector;
    this.watcher = watcher;
    life =
        new ControllerLife(
            options.reconnect(),
            new Backoff(options.firstDelayNs(), options.maxDelayNs(), backoffSeed),
            around.agenda().nowNs(),
            this);
    policy =
        new ReplayPolicy(
            options.commandsWait(),
            options.replayReads(),
            options.replayWrites(),
            options.quiesceMarginNs());
    long queues = options.ioQueues();
    parked =
        new ParkedCommands<>(queues * options.waitingCommands(), queues * options.entries(), first);
    line = new ParkedWatch(around.coverage(), parked);
    timer = new Alarm(around.agenda(), () -> rings(home));
    association = first;
    made = first.number();
    begin(first);
  }

  Association association() {
    return association;
  }

  ControllerLife life() {
    return life;
  }

  /** Commands that wait for an association. */
  int waiting() {
    return parked.size();
  }

  /** True while there is an association. */
  boolean live() {
    return life.state() == ControllerLife.State.LIVE;
  }

  private void visit(Event event) {
    around.coverage().visit(Machine.CONTROLLER_LIFE, life.state(), event);
  }

  private void begin(Association next) {
    next.start(this);
    next.whenGone(
        () -> {
          visit(Event.GONE);
          life.gone(around.agenda().nowNs());
          arm();
        });
  }

  // A timer belongs to the loop: one that is set anew before the loop comes to it does not ring.
  private void rings(Loop home) {
    long which = armed;
    home.run(
        () -> {
          if (armed == which) {
            wake();
          }
        });
  }

  private void arm() {
    armed++;
    long nowNs = around.agenda().nowNs();
    long inNs = Math.min(life.wakeInNs(nowNs), parked.quiesceNs(nowNs));
    timer.set(inNs == ReconnectPolicy.NEVER ? Agenda.NEVER : nowNs + inNs);
  }

  private void wake() {
    visit(Event.WAKE);
    life.wake(around.agenda().nowNs());
    ParkedCommands.Released<HostCommand> released = parked.release(around.agenda().nowNs());
    boolean none = released.goes().isEmpty() && released.fails().isEmpty();
    line.visit(none ? Event.WAIT : Event.RELEASED);
    release(released);
    arm();
  }

  private void release(ParkedCommands.Released<HostCommand> released) {
    released.fails().forEach(failure -> failure.command().neverSent(failure.reason()));
    Association to = association;
    for (HostCommand command : released.goes()) {
      command.counted();
      send(command, to);
    }
  }

  private static void send(HostCommand command, Association to) {
    HostQueue queue = to.next();
    command.moveTo(queue);
    queue.loop().execute(command);
  }

  // ---- what associations tell

  @Override
  public void lost(Association of, String why, boolean unanswered) {
    if (of == association) {
      silent = unanswered;
      boolean live = life.state() == ControllerLife.State.LIVE;
      visit(Event.LOST);
      life.lost(around.agenda().nowNs(), why);
      if (live) {
        watcher.detached(of, why);
      }
      arm();
    }
  }

  @Override
  public void reported(Association of, AsyncEvent event) {
    if (of == association) {
      watcher.reported(event);
    }
  }

  // ---- commands in between

  @Override
  public void unsent(HostCommand command, String reason) {
    if (over) {
      command.neverSent(reason);
      return;
    }
    follow(command, parked.unsent(command, policy.waits(command), reason));
  }

  @Override
  public void lost(HostCommand command, String reason) {
    boolean harmless = command.changesNothing();
    boolean hasty = !harmless && around.plants().has(Plant.QUIESCE_SKIPPED);
    boolean early = around.plants().has(Plant.REPLAYED_EARLY);
    if (over) {
      command.neverSent(reason);
      return;
    }
    switch (hasty ? ReplayPolicy.Replay.AT_ONCE : policy.lost(harmless, true)) {
      case NEVER -> command.neverSent(reason);
      case AT_ONCE -> follow(command, parked.again(command));
      case AFTER_QUIESCE -> {
        if (early) {
          send(command, association);
        } else {
          follow(command, parked.again(command, around.agenda().nowNs() + quiesceNs()));
        }
      }
    }
  }

  private long quiesceNs() {
    ControllerFacts facts = association.facts();
    return policy.quiesceNs(
        options.katoMillis() * 1_000_000,
        facts.countsTraffic(),
        facts.quiesceMillis() * 1_000_000L);
  }

  private void follow(HostCommand command, ParkedCommands.Fate<Association> fate) {
    line.visit(
        switch (fate) {
          case ParkedCommands.Fate.Waits<Association> _ -> Event.WAITS;
          case ParkedCommands.Fate.Goes<Association> _ -> Event.GOES;
          case ParkedCommands.Fate.Fails<Association> _ -> Event.FAILED;
        });
    switch (fate) {
      case ParkedCommands.Fate.Waits<Association> _ ->
          HostBudget.checkParked(options, parked.size());
      case ParkedCommands.Fate.Goes<Association>(Association to) -> send(command, to);
      case ParkedCommands.Fate.Fails<Association>(String why) -> command.neverSent(why);
    }
  }

  // ---- orders of the life

  @Override
  public void endAssociation(String why) {
    parked.detach();
    line.visit(Event.LOST);
    if (!life.reconnecting()) {
      refuse(why);
    }
    association.end(why, silent);
  }

  @Override
  public void connect(int number) {
    Attempt begun =
        connector.attempt(
            made + 1,
            new Attempt.Listener() {
              @Override
              public void made(Association next) {
                attempt = null;
                connected(next);
                arm();
              }

              @Override
              public void failed(String why, boolean again) {
                attempt = null;
                visit(Event.REFUSED);
                life.refused(around.agenda().nowNs(), why, again);
                arm();
              }
            });
    attempt = begun;
    begun.start();
  }

  private void connected(Association next) {
    visit(Event.ATTACHED);
    if (!life.attached(around.agenda().nowNs())) {
      next.end("nobody wants it any more", false);
      next.whenGone(
          () -> {
            visit(Event.REFUSED);
            life.refused(around.agenda().nowNs(), "nobody wants it any more", false);
            arm();
          });
      return;
    }
    association = next;
    made = next.number();
    begin(next);
    watcher.attached(next);
    ParkedCommands.Released<HostCommand> released = parked.attach(next, around.agenda().nowNs());
    line.visit(Event.ATTACHED);
    release(released);
  }

  @Override
  public void abandonAttempt(String why) {
    Attempt running = attempt;
    if (running != null) {
      running.giveUp(why);
    }
  }

  @Override
  public void shutDown() {
    Association now = association;
    now.shutDown(() -> now.end("closed by this host", false));
  }

  @Override
  public void failWaiting(String why) {
    List<HostCommand> refused = parked.refuse(why);
    line.visit(Event.REFUSED);
    for (HostCommand command : refused) {
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
    armed++;
    timer.cancel();
    watcher.ended(why);
  }

  /** The host wants no more of it. */
  void close() {
    if (life.state() != ControllerLife.State.ENDED) {
      refuse("the controller is closed");
      silent = false;
      visit(Event.CLOSE);
      life.close(around.agenda().nowNs());
      arm();
    }
  }
}
