package io.nvmetcp.e2e.sim.target;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.cover.SessionWatch;
import io.nvmetcp.e2e.sim.disk.IoOwner;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.net.Socket;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.session.Counter;
import io.nvmetcp.target.session.SessionCounters;
import io.nvmetcp.target.session.SessionHost;
import io.nvmetcp.target.session.TargetSession;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A simulated socket that runs a session: moves its bytes, ends its turns, tells it the time, as
 * the product's own connection does.
 */
final class TargetPort implements SessionHost, Socket.Handler, Executor, IoOwner {
  private static final int MOST_READS = 16;
  private static final int READ_BYTES = 64 << 10;

  private final Surroundings around;
  private final TargetNode node;
  private final Wire wire;
  private final Socket socket;
  private final Loop loop;
  private final SessionCounters counters = new SessionCounters();
  private final Alarm timer;
  private final Alarm linger;
  private final Runnable endTurnTask = this::endTurn;
  private final Runnable offerTask = this::offer;
  private @Nullable TargetSession session;
  private @Nullable SessionWatch watch;
  // Bytes that lie at their place, and that the session has not taken.
  private @Nullable MemorySegment heldMemory;
  private long heldAt;
  private int heldLength;
  private boolean heldBefore;
  private boolean blocked;
  private boolean offerQueued;
  private boolean ending;
  private boolean admin;
  private boolean closed;
  private boolean dead;
  private int operations;
  private String reason = "closed by the host";

  TargetPort(Surroundings around, TargetNode node, Wire wire) {
    this.around = around;
    this.node = node;
    this.wire = wire;
    socket = wire.targetSocket();
    loop = socket.loop();
    timer = new Alarm(around.agenda(), () -> loop.run(endTurnTask));
    linger = new Alarm(around.agenda(), () -> loop.run(socket::close));
  }

  void open() {
    TargetSession machine =
        new TargetSession(
            node.sessionOptions(),
            node.directory(),
            node.buffers(),
            JdkCrc32c.INSTANCE,
            socket.outbox(),
            this,
            counters,
            nowNs());
    session = machine;
    watch = new SessionWatch(around.coverage(), machine, node.controllers());
    socket.handler(this);
    arm(machine);
  }

  private SessionWatch watch() {
    SessionWatch seen = watch;
    if (seen == null) {
      throw new IllegalStateException("a port that was not opened");
    }
    return seen;
  }

  private long nowNs() {
    return around.agenda().nowNs();
  }

  Wire wire() {
    return wire;
  }

  SessionCounters counters() {
    return counters;
  }

  boolean carriesAdminQueue() {
    return admin;
  }

  // ---- bytes

  @Override
  public void readable() {
    if (ending || session == null) {
      discard();
      return;
    }
    if (!blocked) {
      take();
      endTurn();
    }
  }

  private void discard() {
    heldMemory = null;
    while (socket.available() > 0) {
      socket.consume(socket.together());
    }
  }

  private void take() {
    TargetSession machine = session;
    int reads = 0;
    while (machine != null && !ending && !blocked && reads++ < MOST_READS) {
      if (heldMemory != null) {
        offerHeld(machine, heldMemory);
      } else if (socket.available() == 0) {
        break;
      } else if (!placed(machine)) {
        takeBytes(machine);
      }
    }
    if (ending) {
      discard();
    }
  }

  private void takeBytes(TargetSession machine) {
    int length = Math.min(socket.together(), READ_BYTES);
    int most = node.places() ? machine.mostBytesWithoutPlace() : 0;
    if (most > 0) {
      length = Math.min(length, most);
    }
    watch().before(Event.BYTES);
    int taken = machine.accept(socket.memory(), socket.at(), length);
    watch().taken(taken);
    watch().after(Event.BYTES);
    socket.consume(taken);
    blocked = taken < length;
  }

  // Reads to where the data that comes next is collected, as a transport does that reads within
  // the call; what the session does not take at once is offered again, from there.
  private boolean placed(TargetSession machine) {
    int place = node.places() ? machine.findPlace() : 0;
    if (place <= 0) {
      return false;
    }
    MemorySegment memory = machine.placeMemory();
    heldMemory = memory;
    heldBefore = false;
    heldAt = machine.placeOffset();
    heldLength = Math.min(place, socket.together());
    socket.read(memory, heldAt, heldLength);
    return true;
  }

  private void offerHeld(TargetSession machine, MemorySegment memory) {
    watch().before(heldBefore ? Event.BYTES_OFFERED_AGAIN : Event.BYTES_IN_PLACE);
    int taken = machine.accept(memory, heldAt, heldLength);
    watch().taken(taken);
    watch().after(Event.BYTES);
    heldAt += taken;
    heldLength -= taken;
    heldBefore = heldLength > 0;
    if (heldBefore) {
      blocked = true;
    } else {
      heldMemory = null;
    }
  }

  private void endTurn() {
    TargetSession machine = session;
    if (machine != null) {
      watch().beforeTurn(nowNs());
      machine.turnEnd(nowNs());
      watch().afterTurn();
      checkMemory();
      socket.outbox().flush();
      updateReading();
      arm(machine);
      tell();
    }
  }

  private void tell() {
    if (around.moments().watched()) {
      around.moments().tell(Machine.INTAKE, watch().states(Machine.INTAKE), wire);
      around.moments().tell(Machine.COMMAND, watch().states(Machine.COMMAND), wire);
    }
  }

  // A session looks for room before it takes a command; all that it took may be answered at once.
  private void checkMemory() {
    long waiting = socket.outbox().pendingBytes();
    long most = socket.outbox().highBytes() + node.mostAnswerBytes(admin);
    if (waiting > most) {
      throw new Violation(
          Rule.MEMORY,
          "%d bytes wait at the target's end of %s, which may hold %d"
              .formatted(waiting, wire, most));
    }
    if (node.lentBytes() > node.transferBytes()) {
      throw new Violation(
          Rule.MEMORY,
          "%d bytes of data from hosts are held where %d are granted"
              .formatted(node.lentBytes(), node.transferBytes()));
    }
  }

  private void arm(TargetSession machine) {
    long deadlineNs = machine.deadlineNs();
    if (deadlineNs < timer.dueNs() && !ending) {
      timer.set(deadlineNs);
    }
  }

  @Override
  public void writabilityChanged() {
    // Not within the flush that caused it.
    if (socket.outbox().writable() && blocked) {
      loop.execute(endTurnTask);
    } else {
      updateReading();
    }
  }

  // While a peer lingers after the end, what it sends is read and discarded.
  private void updateReading() {
    socket.reading(ending || !blocked && socket.outbox().writable());
  }

  // ---- what the session asks

  @Override
  public Executor thread() {
    return this;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(
        () -> {
          task.run();
          watch().meanwhile(Event.TASK);
        });
  }

  @Override
  public void turnWanted() {
    if (around.plants().strike(Plant.TURN_FORGOTTEN)) {
      return;
    }
    loop.execute(endTurnTask);
  }

  @Override
  public void roomAgain() {
    if (!offerQueued) {
      offerQueued = true;
      loop.execute(offerTask);
    }
  }

  private void offer() {
    offerQueued = false;
    blocked = false;
    take();
    endTurn();
  }

  @Override
  public long outputRoomBytes() {
    return socket.outbox().bytesBeforeUnwritable();
  }

  @Override
  public void connected() {
    TargetSession machine = session;
    admin = machine != null && machine.qid() == 0;
  }

  @Override
  public void refused(ConnectData asked, int status) {
    node.controllers().refused(asked, status);
    around.journal().note("wire " + wire.id(), () -> "Connect refused: " + Status.describe(status));
  }

  @Override
  public void closing(String why, boolean lastWords) {
    if (ending) {
      return;
    }
    ending = true;
    reason = why;
    around.journal().note("wire " + wire.id(), () -> "target ends: " + why);
    judge();
    updateReading();
    loop.execute(lastWords ? this::farewell : socket::close);
  }

  // A fault that the session found is counted.
  private void judge() {
    if (counters.get(Counter.HANG_UPS) > 0) {
      around.conduct().target(wire, reason);
      return;
    }
    for (int fes = Counter.FES_1.ordinal(); fes <= Counter.FES_6.ordinal(); fes++) {
      if (counters.get(Counter.values()[fes]) > 0) {
        around.conduct().target(wire, reason);
        return;
      }
    }
  }

  private void farewell() {
    socket.outbox().flush();
    socket.shutdownOutput();
    linger.in(node.lingerNs());
  }

  @Override
  public void end(String why) {
    if (loop.inside()) {
      endHere(why);
    } else {
      loop.execute(() -> endHere(why));
    }
  }

  private void endHere(String why) {
    if (!ending) {
      endTurn();
    }
    // The turn may have ended it in its own way.
    if (!ending) {
      ending = true;
      reason = why;
      around.journal().note("wire " + wire.id(), () -> "target ends: " + why);
      TargetSession machine = session;
      if (machine != null) {
        watch().before(Event.END);
        machine.closed(why);
        watch().after(Event.END);
      }
      socket.close();
    }
  }

  /** Takes no new commands; once those that are outstanding are answered the connection closes. */
  void drain() {
    loop.execute(
        () -> {
          TargetSession machine = session;
          if (machine != null && !ending) {
            watch().before(Event.DRAIN);
            machine.drain();
            watch().after(Event.DRAIN);
            endTurn();
          }
        });
  }

  @Override
  public void failed(String why) {
    reason = "socket: " + why;
    socket.close();
  }

  @Override
  public void closed() {
    if (closed) {
      return;
    }
    closed = true;
    ending = true;
    TargetSession machine = session;
    session = null;
    timer.cancel();
    linger.cancel();
    if (machine != null && !around.plants().has(Plant.CLOSE_FORGOTTEN)) {
      watch().before(Event.CLOSED);
      machine.closed(reason);
      watch().after(Event.CLOSED);
    }
    node.closed(this);
    tellIfDead();
  }

  // ---- storage

  @Override
  public void began() {
    operations++;
  }

  @Override
  public void over() {
    operations--;
    watch().meanwhile(Event.BACKEND_DONE);
    tellIfDead();
  }

  // Nothing of what the host sent here changes anything any more.
  private void tellIfDead() {
    if (closed && operations == 0 && !dead) {
      dead = true;
      around.ledger().dead(wire.id());
    }
  }

  /** Its process dies: whatever it holds goes back, and nobody is told anything. */
  void die() {
    socket.close();
    ending = true;
    reason = "the target dies";
    closed();
  }

  /** True once nothing of what the host sent here changes anything any more. */
  boolean dead() {
    return dead;
  }
}
