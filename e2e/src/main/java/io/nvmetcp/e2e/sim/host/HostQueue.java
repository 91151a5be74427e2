package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.e2e.sim.cover.DeadlineWatch;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.cover.SlotWatch;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.net.Socket;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.e2e.sim.plant.Plants;
import io.nvmetcp.initiator.health.Deadlines;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.queue.QueueEvents;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.TermRequest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue pair on a simulated socket. It does what the product's own connection does with it, in
 * the same order: who flushes when, what ends first, which windows are out.
 */
final class HostQueue implements Socket.Handler, QueueEvents, UpperLayer {
  private static final long LINGER_NS = 2_000_000_000;
  private static final long STALL_NS = 1_000_000_000;
  private static final long LOOK_NS = 100_000_000;
  private static final long HOARD_BYTES = 16 << 10;

  private final Surroundings around;
  private final Wire wire;
  private final Socket socket;
  private final Loop loop;
  private final QueueConfiguration configuration;
  private final HostOptions options;
  private final long mostOutputBytes;
  private final QueuePair pair;
  private final SlotWatch slots;
  private final Seat seat;
  private final Windows windows;
  private final Identifiers identifiers;
  private final Deliveries deliveries;
  private final ArrayDeque<HostCommand> waiting = new ArrayDeque<>();
  // For planted faults: memory that is kept, and commands that are looked at while under way.
  private final List<Region> hoard = new ArrayList<>();
  private final List<HostCommand> peeked = new ArrayList<>();
  private final RegionRegistry registry;
  private final List<Consumer<String>> whenEnded = new ArrayList<>();
  private final List<Runnable> whenIdle = new ArrayList<>();
  private final byte[] sqe = new byte[Sqe.BYTES];
  private final Runnable flushTask = this::flush;
  private final Alarm tick;
  private final Alarm farewell;
  private @Nullable Consumer<@Nullable Negotiated> whenInitialized;
  private Runnable onRoom = () -> {};
  private CommandOwner owner = CommandOwner.NOBODY;
  private int association;
  private @Nullable Deadlines deadlines;
  private @Nullable DeadlineWatch deadlineWatch;
  private Deadlines.@Nullable Late late;
  private long tickNs;
  private long lingeredNs;
  private long stalledNs;
  private long pendingBytes;
  // Those in line that were counted when they came.
  private int waitingNew;
  private boolean inTurn;
  private boolean flushScheduled;
  private boolean awaitingRoom;
  private boolean ending;
  private boolean closed;
  private boolean cut;
  private boolean draining;
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
    this.options = options;
    this.registry = registry;
    mostOutputBytes = HostBudget.outputBytes(options, configuration);
    tick = new Alarm(around.agenda(), () -> loop.run(this::tick));
    farewell = new Alarm(around.agenda(), () -> loop.run(this::look));
    pair = new QueuePair(configuration, socket.outbox(), this);
    slots = new SlotWatch(around.coverage(), pair);
    seat =
        new Seat(
            around.coverage(), pair, configuration, device, options.teardown(), registry, this);
    windows =
        new Windows(socket, seat.queue(), options.postsReads(), around.agenda(), around.plants());
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
        .formatted(
            pair.qid(), wire, pair.outstanding(), waiting.size(), open() ? "" : ", " + reason);
  }

  Loop loop() {
    return loop;
  }

  QueuePair pair() {
    return pair;
  }

  Seat seat() {
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
  void watch(@Nullable Deadlines limits, long everyNs, Deadlines.Late told) {
    if (closed) {
      return;
    }
    deadlines = limits;
    deadlineWatch = limits == null ? null : new DeadlineWatch(around.coverage(), limits);
    late = told;
    pair.deadlines(limits);
    tickNs = everyNs;
    tick.in(tickNs);
  }

  private void tick() {
    visit(Event.TICK);
    Deadlines limits = deadlines;
    Deadlines.Late told = late;
    DeadlineWatch seen = deadlineWatch;
    if (limits != null && told != null && seen != null && open()) {
      seen.sweep(limits, around.agenda().nowNs(), pair::awaitsResponse, told);
    }
    tick.in(tickNs);
  }

  // ---- commands

  /** Submits now, or waits for a slot in the order of arrival, or refuses. */
  void start(HostCommand command, boolean resumed) {
    if (draining) {
      command.neverSent("the controller is closed");
    } else if (!waiting.isEmpty()) {
      await(command, resumed);
    } else {
      int answer = submit(command);
      if (answer == QueuePair.QUEUE_FULL) {
        await(command, resumed);
      } else if (answer < 0) {
        refuse(command, answer);
      }
    }
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

  private int submit(HostCommand command) {
    visit(Event.SUBMIT);
    slots.settle();
    int answer = open() ? command.submit(this, sqe) : QueuePair.CLOSED;
    slots.submitted();
    if (answer >= 0) {
      scheduleFlush();
      if (around.plants().strike(Plant.MEMORY_HOARDED)) {
        hoard.add(registry.register(HOARD_BYTES));
      }
      if (around.plants().needPeeks()) {
        peeked.add(command);
      }
    }
    return answer;
  }

  private void refuse(HostCommand command, int answer) {
    if (answer == QueuePair.CLOSED && !draining) {
      owner.unsent(command, refusal(answer));
    } else {
      command.neverSent(refusal(answer));
    }
  }

  String refusal(int answer) {
    return switch (answer) {
      case QueuePair.QUEUE_FULL -> "the queue is full";
      case QueuePair.REGION_CLOSED -> "the buffer's region is closing";
      case QueuePair.REGION_KIND -> "this host cannot read the memory of a device";
      case QueuePair.TOO_SMALL -> "the queue is too small for a fused pair";
      default -> "the connection has ended: " + reason;
    };
  }

  private void await(HostCommand command, boolean resumed) {
    boolean room = waiting.size() < options.waitingCommands() || resumed;
    if (room || around.plants().has(Plant.WAITING_UNBOUNDED)) {
      command.waits();
      waiting.add(command);
      waitingNew += command.fresh() ? 1 : 0;
      HostBudget.checkWaiting(options, waitingNew, waiting.size());
    } else {
      command.neverSent("too many commands wait for a slot already");
    }
  }

  // Whoever is first in the line.
  private HostCommand leave() {
    HostCommand command = waiting.remove();
    waitingNew -= command.fresh() ? 1 : 0;
    return command;
  }

  /** Refuses new commands; tells when those here have ended. */
  void drain(Runnable then) {
    draining = true;
    whenIdle.add(then);
    tellIfIdle();
  }

  @Override
  public void emitted() {
    scheduleFlush();
  }

  @Override
  public void slotFree() {
    HostCommand next;
    while ((next = waiting.peek()) != null) {
      int answer = submit(next);
      if (answer == QueuePair.QUEUE_FULL) {
        break;
      }
      HostCommand unused = leave();
      if (answer < 0) {
        refuse(next, answer);
      }
    }
    onRoom.run();
    tellIfIdle();
  }

  private void tellIfIdle() {
    if (!waiting.isEmpty() || pair.outstanding() > 0) {
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

  private void visit(Event event) {
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
    seat.settle(windows);
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
    peeked.removeIf(command -> command.peek(this));
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
            seat.take(negotiated, windows);
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
    failWaiting();
    if (cut || !socket.open()) {
      socket.close();
    } else {
      socket.shutdownOutput();
      pendingBytes = Long.MAX_VALUE;
      farewell.in(LOOK_NS);
    }
  }

  private void look() {
    // A device may be asked at any time, also for what a deleted queue still has to report.
    boolean unused = seat.queue().poll();
    long pending = socket.outbox().pendingBytes();
    lingeredNs += LOOK_NS;
    stalledNs = pending > 0 && pending >= pendingBytes ? stalledNs + LOOK_NS : 0;
    pendingBytes = pending;
    if (lingeredNs >= LINGER_NS || stalledNs >= STALL_NS) {
      socket.close();
    } else if (socket.open()) {
      farewell.in(LOOK_NS);
    }
  }

  private void failWaiting() {
    while (!waiting.isEmpty()) {
      refuse(leave(), QueuePair.CLOSED);
    }
    onRoom.run();
  }

  @Override
  public void closed() {
    visit(Event.CLOSED);
    if (closed) {
      return;
    }
    closed = true;
    farewell.cancel();
    tick.cancel();
    hoard.forEach(Region::close);
    windows.close();
    slots.losing();
    pair.connectionLost(reason);
    slots.settle();
    failWaiting();
    tellInitialized(null);
    tellIfIdle();
  }

  /** True once it is closed and every command has ended. */
  boolean over() {
    return toldEnd;
  }
}
