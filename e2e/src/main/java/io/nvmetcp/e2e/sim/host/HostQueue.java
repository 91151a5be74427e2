package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.cover.SlotWatch;
import io.nvmetcp.e2e.sim.cover.WatchedQueue;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.net.Socket;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.e2e.sim.plant.Plants;
import io.nvmetcp.initiator.health.Deadlines;
import io.nvmetcp.initiator.offload.DeviceSeat;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.queue.QueueEvents;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.TermRequest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue pair on a simulated socket. It does what the product's own connection does with it, in
 * the same order: who flushes when, what ends first, which windows are out.
 */
final class HostQueue implements Socket.Handler, QueueEvents, UpperLayer {
  // Those that whoever lies in wait is told of.
  private static final List<Machine> TOLD =
      List.of(Machine.MAPPING, Machine.ATTENTION, Machine.SYNC, Machine.TRACKER);

  private final Surroundings around;
  private final Wire wire;
  private final Socket socket;
  private final Loop loop;
  private final QueueConfiguration configuration;
  private final long mostOutputBytes;
  private final QueuePair pair;
  private final SlotWatch slots;
  private final DeviceSeat seat;
  private final Windows windows;
  private final Identifiers identifiers;
  private final Deliveries deliveries;
  private final HostLine line;
  private final TimeLimits limits;
  private final List<Consumer<String>> whenEnded = new ArrayList<>();
  private final List<Runnable> whenIdle = new ArrayList<>();
  private final Runnable flushTask = this::flush;
  private @Nullable Consumer<@Nullable Negotiated> whenInitialized;
  private Runnable onRoom = () -> {};
  private CommandOwner owner = CommandOwner.NOBODY;
  private int association;
  private @Nullable Farewell farewell;
  private boolean inTurn;
  private boolean flushScheduled;
  private boolean awaitingRoom;
  private boolean ending;
  private boolean closed;
  private boolean cut;
  private boolean toldEnd;
  private String reason = "the controller closed the connection";

  HostQueue(
      Surroundings around,
      Wire wire,
      QueueConfiguration configuration,
      DdpDevice device,
      HostOptions options,
      RegionRegistry registry) {
    this.around = around;
    this.wire = wire;
    this.configuration = configuration;
    socket = wire.hostSocket();
    loop = socket.loop();
    line = new HostLine(this, options, around.plants(), registry);
    limits = new TimeLimits(around, this);
    mostOutputBytes = HostBudget.outputBytes(options, configuration);
    pair = new QueuePair(configuration, socket.outbox(), this);
    slots = new SlotWatch(around.coverage(), pair);
    seat =
        new DeviceSeat(
            pair,
            configuration,
            (config, framing, upper) ->
                WatchedQueue.add(around.coverage(), device, config, framing, upper),
            options.teardown(),
            registry,
            this);
    windows =
        new Windows(socket, seat.queue(), options.postsReads(), around.agenda(), around.plants());
    seat.reader(windows::queue);
    identifiers = new Identifiers(configuration.entries());
    deliveries = new Deliveries(configuration.entries());
    if (around.conduct().strange(wire)) {
      deliveries.stop();
    }
    socket.handler(this);
    if (!socket.open()) {
      // It closed before anybody stood there to be told.
      loop.execute(this::closed);
    }
  }

  // ---- what it is

  @Override
  public String toString() {
    return "%d on %s: %d outstanding, %d waiting%s"
        .formatted(pair.qid(), wire, pair.outstanding(), line.size(), open() ? "" : ", " + reason);
  }

  Loop loop() {
    return loop;
  }

  QueuePair pair() {
    return pair;
  }

  DeviceSeat seat() {
    return seat;
  }

  SlotWatch slots() {
    return slots;
  }

  int entries() {
    return configuration.entries();
  }

  /** The number of its connection. */
  int wire() {
    return wire.id();
  }

  CommandOwner owner() {
    return owner;
  }

  int association() {
    return association;
  }

  /** Who takes back what could not be sent here, or was lost. */
  void owner(CommandOwner value, int number) {
    owner = value;
    association = number;
  }

  /** Why the connection ended. */
  String reason() {
    return reason;
  }

  /** Called when a command can perhaps be submitted, or none any more. */
  void onRoom(Runnable action) {
    onRoom = action;
  }

  /** True while commands can be submitted. */
  boolean open() {
    return !ending && !closed;
  }

  /** Told once when the connection is gone and every command has ended. */
  void whenEnded(Consumer<String> action) {
    if (toldEnd) {
      action.accept(reason);
    } else {
      whenEnded.add(action);
    }
  }

  /**
   * Sends the ICReq.
   *
   * @param then gets what was negotiated once the queue was added to the device, or null at its end
   */
  void initialize(Consumer<@Nullable Negotiated> then) {
    whenInitialized = then;
    pair.initialize();
    flush();
  }

  private void tellInitialized(@Nullable Negotiated agreed) {
    Consumer<@Nullable Negotiated> then = whenInitialized;
    whenInitialized = null;
    if (then != null) {
      then.accept(agreed);
    }
  }

  // ---- time limits

  /** From now on commands have a time limit. */
  void watch(@Nullable Deadlines deadlines, long everyNs, Deadlines.Late told) {
    if (closed) {
      return;
    }
    limits.begin(deadlines, everyNs, told);
  }

  // ---- commands

  /** Submits now, or waits for a slot in the order of arrival, or refuses. */
  void start(HostCommand command, boolean resumed) {
    line.start(command, resumed);
  }

  /** What came for commands. */
  Deliveries deliveries() {
    return deliveries;
  }

  /** The identifiers of I/O commands that have not ended. */
  Identifiers identifiers() {
    return identifiers;
  }

  Plants plants() {
    return around.plants();
  }

  /** Refuses new commands; tells when those here have ended. */
  void drain(Runnable then) {
    line.drain();
    whenIdle.add(then);
    tellIfIdle();
  }

  @Override
  public void emitted() {
    scheduleFlush();
  }

  @Override
  public void slotFree() {
    line.slotFree();
    onRoom.run();
    tellIfIdle();
  }

  private void tellIfIdle() {
    if (line.size() > 0 || pair.outstanding() > 0) {
      return;
    }
    if (!whenIdle.isEmpty()) {
      List<Runnable> told = List.copyOf(whenIdle);
      whenIdle.clear();
      told.forEach(Runnable::run);
    }
    if (closed && !toldEnd) {
      toldEnd = true;
      List<Consumer<String>> told = List.copyOf(whenEnded);
      whenEnded.clear();
      told.forEach(each -> each.accept(reason));
    }
  }

  void visit(Event event) {
    int state = closed ? 3 : ending ? 2 : whenInitialized != null ? 0 : 1;
    around.coverage().visit(Machine.HOST_CONNECTION, state, event);
  }

  // ---- turns

  /** Sends what was emitted, at the end of this turn of the loop. */
  void scheduleFlush() {
    // Within a turn of reading, its end flushes.
    if (!inTurn && !flushScheduled) {
      flushScheduled = true;
      loop.execute(flushTask);
    }
  }

  private void flush() {
    visit(Event.FLUSH);
    flushScheduled = false;
    seat.settle();
    boolean more = seat.queue().poll();
    socket.outbox().flush();
    HostBudget.check("bytes wait for a socket", socket.outbox().pendingBytes(), mostOutputBytes);
    flushed();
    // A deleted queue reports the rest by itself, once its window is back.
    if (more && !flushScheduled && !seat.queue().deleted()) {
      flushScheduled = true;
      loop.execute(flushTask);
    }
  }

  // A socket that takes nothing must not make this end queue more and more for it.
  private void flushed() {
    if (socket.outbox().writable()) {
      pair.flushed();
    } else if (pair.awaitsFlush() && !awaitingRoom) {
      awaitingRoom = true;
      socket
          .outbox()
          .whenSent(
              () -> {
                awaitingRoom = false;
                pair.flushed();
              });
    }
  }

  @Override
  public void readable() {
    visit(Event.BYTES);
    windows.read();
    inTurn = false;
    flush();
    tellDevice();
  }

  // Which states the device's machines are in, after a read.
  private void tellDevice() {
    if (around.moments().watched() && seat.queue() instanceof WatchedQueue watched) {
      for (Machine machine : TOLD) {
        around.moments().tell(machine, watched.states(machine), wire);
      }
    }
  }

  @Override
  public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    inTurn = true;
    DdpCounters counters = seat.queue().counters();
    slots.beforeRun(counters);
    deliveries.run(counters, bytes, offset, length, placed);
    boolean told = placed && !around.plants().strike(Plant.PLACEMENT_DENIED);
    pair.run(bytes, offset, length, told, crcOk);
    slots.afterRun(counters, length, crcOk);
    if (around.plants().strike(Plant.COPY_UNCOUNTED)) {
      counters.add(DdpCounter.COPIED_BYTES, -1);
    }
    deliveries.check();
    line.peek();
  }

  @Override
  public void teardownDone(int tag) {
    visit(Event.TEARDOWN_DONE);
    if (around.plants().strike(Plant.TEARDOWN_LOST)) {
      return;
    }
    slots.teardownDone(tag);
    pair.teardownDone(tag);
    if (around.plants().strike(Plant.TEARDOWN_TWICE)) {
      pair.teardownDone(tag);
    }
  }

  @Override
  public void headerAsked(long position) {
    visit(Event.HEADER_ASKED);
    pair.headerAsked(position);
  }

  @Override
  public int toBoundary() {
    return pair.toBoundary();
  }

  @Override
  public void deviceDown() {
    visit(Event.DEVICE_CHANGED);
    loop.execute(
        () -> {
          seat.changed();
          flush();
        });
  }

  @Override
  public void deviceUp() {
    deviceDown();
  }

  @Override
  public void initialized(Negotiated negotiated) {
    // Not within the run that brought the ICResp: the old queue is still in use there.
    loop.execute(
        () -> {
          if (open()) {
            seat.take(negotiated);
            tellInitialized(negotiated);
          }
        });
  }

  @Override
  public void writabilityChanged() {}

  // ---- the end

  @Override
  public void fault(ConnectionFault fault) {
    visit(Event.FAULT);
    deliveries.stop();
    around.conduct().host(wire, fault);
    end("fault of the controller: " + fault.describe());
  }

  @Override
  public void terminated(TermRequest request) {
    visit(Event.TERMINATED);
    deliveries.stop();
    end("the controller ended the connection: " + request.describe());
  }

  @Override
  public void failed(String why) {
    visit(Event.FAILED);
    cut("connection failed: " + why);
    socket.close();
  }

  /** Ends the connection: what was emitted is sent, then the output is shut, then it is closed. */
  void end(String why) {
    visit(Event.END);
    if (ending || closed) {
      return;
    }
    ending = true;
    reason = why;
    around.journal().note("wire " + wire.id(), () -> "host ends: " + why);
    // Not within the run that brought the fault: its device is in the middle of it.
    loop.execute(this::endNow);
  }

  /** Ends the connection without waiting for anybody. */
  void cut(String why) {
    cut = true;
    end(why);
  }

  private void endNow() {
    if (closed) {
      return;
    }
    flush();
    slots.losing();
    pair.connectionLost(reason);
    slots.settle();
    line.end();
    onRoom.run();
    if (cut || !socket.open()) {
      socket.close();
    } else {
      farewell = new Farewell(around, this, socket);
    }
  }

  @Override
  public void closed() {
    visit(Event.CLOSED);
    if (closed) {
      return;
    }
    closed = true;
    if (farewell != null) {
      farewell.over();
    }
    limits.cancel();
    windows.close();
    slots.losing();
    pair.connectionLost(reason);
    slots.settle();
    line.closed();
    onRoom.run();
    tellInitialized(null);
    tellIfIdle();
  }

  /** True once it is closed and every command has ended. */
  boolean over() {
    return toldEnd;
  }
}
