package io.nvmetcp.e2e.sim.target;

import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.cover.ControllersWatch;
import io.nvmetcp.e2e.sim.disk.SimulatedDisk;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.net.Network;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.session.Counter;
import io.nvmetcp.target.session.SessionOptions;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.NamespaceNames;
import io.nvmetcp.target.subsystem.Subsystem;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A target: its subsystems, its storage, its connections. It can be started, drained, stopped and
 * killed, again and again; what its media hold stays.
 */
public final class TargetNode implements Network.Listener {
  /** The name of the n-th subsystem of a target. */
  public static String nqn(int target, int subsystem) {
    // It goes over the wire: not by a format, which has digits of its own where people do.
    return "nqn.2026-11.io.nvmetcp:simulated:target-" + target + ":subsystem-" + subsystem;
  }

  // Of an answer: headers of its data, in small pieces, and digests.
  private static final int HEADERS_BYTES = 8192;
  // The least data of a PDU, and what is round it: its header, padding, digests.
  private static final int PIECE_BYTES = 512;
  private static final int ROUND_PIECE_BYTES = 24 + 128 + 2 * 4;
  // Of a command: its response, an R2T, their digests.
  private static final int ANSWER_BYTES = 64;

  private final Surroundings around;
  private final int number;
  private final TargetOptions options;
  private final Dice dice;
  private final List<List<Volume>> plan;
  private final List<Loop> loops = new ArrayList<>();
  private final List<TargetPort> ports = new ArrayList<>();
  // Closed, but something of theirs is still lent.
  private final List<TargetPort> settling = new ArrayList<>();
  private final Map<Volume, SimulatedDisk> disks = new LinkedHashMap<>();
  private final List<Subsystem> subsystems = new ArrayList<>();
  private final long[] counted = new long[Counter.values().length];
  private SubsystemDirectory directory = new SubsystemDirectory(List.of());
  private ControllersWatch controllers;
  private TransferBufferPool buffers;
  private boolean up;
  private boolean leaving;
  private boolean stopping;
  // Counts starts and ends.
  private int life;
  private @Nullable Catalogue catalogue;
  private @Nullable Playground playground;
  private boolean calm;
  private int nextLoop;
  private @Nullable Runnable whenClosed;
  private Predicate<TargetPort> awaited = port -> false;

  /**
   * @param plan the namespaces of each of its subsystems; the lists are the world's, and change
   */
  public TargetNode(
      Surroundings around, int number, TargetOptions options, List<List<Volume>> plan) {
    this.around = around;
    this.number = number;
    this.options = options;
    this.plan = plan;
    dice = Dice.of(around.seed(), "target " + number);
    for (int i = 0; i < options.loops(); i++) {
      loops.add(new Loop(around.agenda(), dice, options.maxLoopDelayNs()));
    }
    buffers = pool();
    controllers = new ControllersWatch(around.coverage(), directory);
  }

  private TransferBufferPool pool() {
    return new TransferBufferPool(options.transferBytes(), options.idleBytes(), Arena::ofConfined);
  }

  SessionOptions sessionOptions() {
    return options.session();
  }

  SubsystemDirectory directory() {
    return directory;
  }

  /** What watches the controllers of this life of it. */
  ControllersWatch controllers() {
    return controllers;
  }

  TransferBufferPool buffers() {
    return buffers;
  }

  /**
   * Bytes with which a session may answer all commands that it can have taken. It takes one only
   * while there is room at its socket and for data, so that all data is what it may hold and one
   * answer; those that it took when room was there for one came at once. Data of admin commands is
   * not counted by it.
   */
  long mostAnswerBytes(boolean admin) {
    ControllerLimits limits = options.limits();
    long entries = limits.adminQueueEntries();
    long answers = entries * (limits.maxTransferBytes() + HEADERS_BYTES);
    long data = options.session().limits().memoryBytes() + 2L * limits.maxTransferBytes();
    long pieces = entries + data / PIECE_BYTES;
    return admin
        ? answers
        : Math.min(answers, data + pieces * ROUND_PIECE_BYTES + entries * ANSWER_BYTES);
  }

  /** Bytes of transfer buffers that may be lent. */
  long transferBytes() {
    return options.transferBytes();
  }

  /** What its controllers offer. */
  public ControllerLimits limits() {
    return options.limits();
  }

  boolean places() {
    return options.places();
  }

  long lingerNs() {
    return options.lingerNs();
  }

  /** True while it listens. */
  public boolean up() {
    return up;
  }

  /** Its subsystems. */
  public List<Subsystem> subsystems() {
    return subsystems;
  }

  // ---- life

  /** One of its subsystems is this, from its next start on. */
  public void playground(Playground which) {
    playground = which;
  }

  /** Lets hosts discover this, from its next start on. */
  public void shows(Catalogue what) {
    catalogue = what;
  }

  /** Opens its storage and listens. */
  public void start() {
    if (up) {
      throw new IllegalStateException("target " + number + " runs");
    }
    up = true;
    leaving = false;
    life++;
    subsystems.clear();
    for (int i = 0; i < plan.size(); i++) {
      List<Namespace> namespaces = new ArrayList<>();
      for (Volume volume : plan.get(i)) {
        namespaces.add(open(i, volume));
      }
      subsystems.add(
          Subsystem.nvm(nqn(number, i), "SIM" + number, "simulated", limits(i), namespaces));
    }
    directory = new SubsystemDirectory(subsystems);
    List<Subsystem> told = subsystems;
    Playground ground = playground;
    if (ground != null) {
      ground.opened(directory, subsystems.getLast());
      told = subsystems.subList(0, ground.index());
    }
    Catalogue shown = catalogue;
    if (shown != null) {
      directory = shown.start(directory, told);
    }
    controllers = new ControllersWatch(around.coverage(), directory);
    around.network().listen(number, this);
    around.journal().note("target " + number, () -> "starts");
  }

  private ControllerLimits limits(int subsystem) {
    Playground ground = playground;
    return ground != null && subsystem == ground.index()
        ? ground.limits(options.limits())
        : options.limits();
  }

  private Subsystem served(int subsystem) {
    Playground ground = playground;
    Subsystem now = ground != null && subsystem == ground.index() ? ground.served() : null;
    return now == null ? subsystems.get(subsystem) : now;
  }

  private Namespace open(int subsystem, Volume volume) {
    SimulatedDisk disk =
        new SimulatedDisk(around.agenda(), dice, volume.medium(), options.disk(), around.plants());
    if (calm) {
      disk.calm();
    }
    disks.put(volume, disk);
    return new Namespace(
        volume.nsid(),
        NamespaceNames.derived(nqn(number, subsystem), volume.nsid()),
        volume.medium().blockBytes(),
        disk);
  }

  @Override
  public Loop loop() {
    nextLoop = (nextLoop + 1) % loops.size();
    return loops.get(nextLoop);
  }

  @Override
  public void accepted(Wire wire) {
    if (leaving) {
      wire.targetSocket().close();
      return;
    }
    TargetPort port = new TargetPort(around, this, wire);
    ports.add(port);
    port.open();
  }

  void closed(TargetPort port) {
    ports.remove(port);
    settling.add(port);
    fold();
    Runnable then = whenClosed;
    if (then != null && ports.stream().noneMatch(awaited)) {
      whenClosed = null;
      then.run();
    }
  }

  // Counters stop moving when the connection is closed and nothing is lent any more.
  private void fold() {
    settling.removeIf(
        port -> {
          boolean settled =
              port.dead()
                  && port.counters().get(Counter.LEASES_TAKEN)
                      == port.counters().get(Counter.LEASES_RETURNED);
          if (settled) {
            port.counters().addTo(counted);
          }
          return settled;
        });
  }

  private void whenClosed(Predicate<TargetPort> which, Runnable then) {
    if (ports.stream().noneMatch(which)) {
      then.run();
    } else {
      awaited = which;
      whenClosed = then;
    }
  }

  /**
   * Lets every connection finish what it has begun; then it has stopped.
   *
   * @param patienceNs after which it stops anyway
   * @param then not called if it is killed meanwhile
   */
  public void drain(long patienceNs, Runnable then) {
    around.journal().note("target " + number, () -> "drains");
    leaving = true;
    Catalogue shown = catalogue;
    if (shown != null) {
      shown.withdraw();
    }
    int now = life;
    around
        .agenda()
        .after(
            patienceNs,
            () -> {
              if (now == life && !stopping) {
                stop(then);
              }
            });
    List<TargetPort> first = ports.stream().filter(port -> !port.carriesAdminQueue()).toList();
    first.forEach(TargetPort::drain);
    whenClosed(
        first::contains,
        () -> {
          List.copyOf(ports).forEach(TargetPort::drain);
          whenClosed(port -> true, () -> stop(then));
        });
  }

  /** Drains one of its connections, and no other. */
  public void drainOne(Dice which) {
    if (!ports.isEmpty()) {
      which.pick(ports).drain();
    }
  }

  /** Drains this one of its connections, if it is still one. */
  public void drain(Wire wire) {
    ports.stream().filter(port -> port.wire() == wire).forEach(TargetPort::drain);
  }

  /**
   * Ends every connection and closes its storage; then it has stopped.
   *
   * @param then not called if it is killed meanwhile
   */
  public void stop(Runnable then) {
    around.journal().note("target " + number, () -> "stops");
    leaving = true;
    stopping = true;
    int now = life;
    for (int i = 0; i < subsystems.size(); i++) {
      served(i).retire("target closes");
    }
    directory.endAll("target closes");
    List.copyOf(ports).forEach(port -> port.end("target closes"));
    whenClosed(port -> true, () -> closeStorage(now, then));
  }

  private void closeStorage(int now, Runnable then) {
    around.network().listen(number, null);
    // The disks may still be busy for connections that are gone.
    CompletableFuture<?>[] closing =
        disks.values().stream().map(SimulatedDisk::close).toArray(CompletableFuture[]::new);
    var unused =
        CompletableFuture.allOf(closing)
            .thenRun(
                () -> {
                  if (now == life) {
                    gone();
                    then.run();
                  }
                });
  }

  private void gone() {
    up = false;
    stopping = false;
    life++;
    disks.clear();
    directory = new SubsystemDirectory(List.of());
    Catalogue shown = catalogue;
    if (shown != null) {
      if (shown.controllers() > 0) {
        throw left(shown.controllers() + " discovery controllers");
      }
      shown.gone();
    }
    Playground ground = playground;
    if (ground != null) {
      ground.gone();
    }
  }

  /**
   * It dies at once.
   *
   * @param machine all of its machine dies, and says nothing to anybody
   * @param power the power is cut: caches are lost
   */
  public void kill(boolean machine, boolean power) {
    if (!up) {
      return;
    }
    // What waits for its end in good order waits in vain.
    life++;
    whenClosed = null;
    around.journal().note("target " + number, () -> "dies" + (power ? ", power and all" : ""));
    if (machine) {
      around.network().darken(number);
    } else {
      around.network().listen(number, null);
    }
    for (TargetPort port : List.copyOf(ports)) {
      port.die();
    }
    for (SimulatedDisk disk : List.copyOf(disks.values())) {
      disk.die();
    }
    gone();
    buffers.close();
    buffers = pool();
    if (power) {
      for (List<Volume> volumes : plan) {
        for (Volume volume : volumes) {
          volume.medium().powerCut();
          volume.history().powerCut();
        }
      }
    }
  }

  /** Its storage does nothing bad any more. */
  public void calm() {
    calm = true;
    disks.values().forEach(SimulatedDisk::calm);
  }

  // ---- what is served

  /** Serves one more namespace, which the plan has already. */
  public void add(int subsystem, Volume volume) {
    if (up) {
      subsystems.get(subsystem).add(open(subsystem, volume));
    }
  }

  /** Serves a namespace no more, which the plan has no more. */
  public void remove(int subsystem, Volume volume) {
    SimulatedDisk disk = disks.remove(volume);
    if (up && disk != null) {
      subsystems.get(subsystem).remove(volume.nsid());
      var unused = disk.close();
    }
  }

  /** Changes the size of a namespace. */
  public void resize(int subsystem, Volume volume, int blocks) {
    SimulatedDisk disk = disks.get(volume);
    if (!up || disk == null) {
      return;
    }
    long bytes = (long) blocks * volume.medium().blockBytes();
    int before = volume.history().blocks();
    Subsystem served = served(subsystem);
    if (blocks >= before) {
      disk.resize(bytes);
      volume.history().resized(blocks);
      around.ledger().grown(volume.history(), before, blocks);
      served.resize(volume.nsid(), bytes);
    } else {
      served.resize(volume.nsid(), bytes);
      volume.history().resized(blocks);
      disk.resize(bytes);
    }
  }

  // ---- what is left

  /** Checks that everything it ever lent is back, and that counts agree. */
  public void checkLeftOver() {
    if (!ports.isEmpty()) {
      throw left(ports.size() + " connections");
    }
    fold();
    if (!settling.isEmpty()) {
      throw left("memory lent to the wire of " + settling.getFirst().wire());
    }
    if (buffers.lentBytes() > 0) {
      throw left(buffers.lentBytes() + " bytes of transfer buffers");
    }
    for (SimulatedDisk disk : disks.values()) {
      if (disk.running() > 0) {
        throw left(disk.running() + " operations at a disk");
      }
    }
    for (List<Volume> volumes : plan) {
      for (Volume volume : volumes) {
        if (volume.medium().lent() > 0) {
          throw left(volume.medium().lent() + " leases of a disk");
        }
      }
    }
    for (Subsystem subsystem : subsystems) {
      if (subsystem.controllerCount() > 0) {
        throw left(subsystem.controllerCount() + " controllers");
      }
    }
  }

  private Violation left(String what) {
    return new Violation(Rule.LEFT_OVER, "target " + number + " has " + what);
  }

  /** Bytes of transfer buffers that are lent. */
  public long lentBytes() {
    return buffers.lentBytes();
  }

  /** What it counted, by all connections that are over. */
  public long counted(Counter counter) {
    return counted[counter.ordinal()];
  }

  /** Frees its memory. */
  public void close() {
    buffers.close();
  }
}
