package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.e2e.sim.check.Outcomes;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.queue.QueueStatistics;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A host: one controller, which it connects and keeps, and an application on it. */
public final class Host implements Keeper.Watcher, Keeper.Connector, Client.Port {
  private static final int MOST_NAMESPACES = 1024;

  /** The name of a host. */
  public static String nqn(int host) {
    return "nqn.2026-11.io.nvmetcp:simulated:host-" + host;
  }

  private final Surroundings around;
  private final int number;
  private final int target;
  private final HostOptions options;
  private final Dice dice;
  private final RegionRegistry registry;
  private final DdpDevice device;
  private final ConnectParameters parameters;
  private final Loop home;
  private final List<Loop> loops = new ArrayList<>();
  private final Client client;
  private final QueueStatistics past = new QueueStatistics();
  private final DdpCounters counted = new DdpCounters();
  private final Tenure tenure;
  private final String subsystem;
  private @Nullable Scout scout;
  private int entry;
  private long losses;

  /**
   * @param subsystem NQN of the subsystem that it connects to
   * @param volumes the namespaces that it uses; the list is the world's, and changes
   */
  public Host(
      Surroundings around,
      int number,
      int target,
      String subsystem,
      HostOptions options,
      Load load,
      Outcomes outcomes,
      List<Volume> volumes) {
    this.around = around;
    this.number = number;
    this.target = target;
    this.subsystem = subsystem;
    this.options = options;
    dice = Dice.of(around.seed(), "host " + number);
    long mostBytes = HostBudget.registeredBytes(options, Buffers.bytes(load));
    MeteredArenas arenas = new MeteredArenas(mostBytes);
    registry = new RegionRegistry(arenas);
    device = options.device().apply(registry);
    home = new Loop(around.agenda(), dice, options.maxLoopDelayNs());
    for (int i = 0; i < options.ioQueues(); i++) {
      loops.add(new Loop(around.agenda(), dice, options.maxLoopDelayNs()));
    }
    UUID hostId = new UUID(around.seed(), number + 1);
    parameters =
        new ConnectParameters(
            new ConnectData(hostId, Fabrics.CNTLID_DYNAMIC, subsystem, nqn(number)),
            Attempt.ADMIN_ENTRIES,
            options.ioQueues(),
            options.entries(),
            options.katoMillis(),
            MOST_NAMESPACES,
            options.disableFlowControl());
    tenure = new Tenure(around, "host " + number, options, this::find, this, home, dice::any, this);
    client =
        new Client(
            around,
            options,
            load,
            outcomes,
            dice,
            Dice.of(around.seed(), "plain buffers of host " + number),
            volumes,
            registry,
            arenas::bytes,
            home,
            this);
  }

  // ---- its life

  /**
   * It is to find its subsystem by discovery.
   *
   * @param service the target whose discovery service it asks first
   */
  public void finds(Scout by, int service) {
    scout = by;
    entry = service;
  }

  private void find(Tenure.Found then) {
    Scout by = scout;
    if (by == null) {
      then.over(null);
      return;
    }
    new Search(
            by,
            entry,
            null,
            (search, found) -> {
              boolean here = Explorer.names(search.entries(), subsystem, target);
              then.over(here ? null : found ? "not found" : "nobody to ask");
            })
        .start();
  }

  /** Connects, and tries until it is connected or closed. */
  public void open() {
    tenure.open();
  }

  @Override
  public Attempt attempt(int made, Attempt.Listener listener) {
    return new Attempt(
        around, options, registry, device, parameters, number, target, home, loops, made, listener);
  }

  @Override
  public void attached(Association association) {
    around.journal().note("host " + number, () -> "connected");
    for (HostQueue queue : association.all()) {
      queue.whenEnded(ended -> count(queue));
    }
    client.copies().open(association.maxTransferBytes());
    client.pump();
  }

  private void count(HostQueue queue) {
    past.addAll(queue.pair().statistics());
    counted.addAll(queue.seat().counters());
    queue.deliveries().check();
    DdpCounters counters = queue.seat().counters();
    long live = queue.seat().queue().liveMappings();
    if (counters.get(DdpCounter.SETUP) != counters.get(DdpCounter.TEARDOWN) + live || live > 0) {
      throw new Violation(
          Rule.COUNTERS,
          "%d setups, %d teardowns, %d mappings live at the end of a queue"
              .formatted(counters.get(DdpCounter.SETUP), counters.get(DdpCounter.TEARDOWN), live));
    }
    QueueStatistics statistics = queue.pair().statistics();
    if (statistics.submitted() != statistics.completed() + statistics.lost()) {
      throw new Violation(
          Rule.COUNTERS,
          "%d commands submitted, %d completed, %d lost"
              .formatted(statistics.submitted(), statistics.completed(), statistics.lost()));
    }
  }

  @Override
  public void detached(Association association, String why) {
    losses++;
    around.journal().note("host " + number, () -> "lost its controller: " + why);
  }

  @Override
  public void reported(AsyncEvent event) {
    around.journal().note("host " + number, () -> "is told " + event);
  }

  @Override
  public void ended(String why) {
    around.journal().note("host " + number, () -> "its controller has ended: " + why);
    client.copies().close();
  }

  /** Closes its controller, in good order; told when nothing of it is left. */
  public void close(Runnable then) {
    tenure.close(then);
  }

  /** It closes already, and is told to once more. */
  public void closeAgain() {
    Keeper now = tenure.held();
    if (now != null) {
      now.close();
    }
  }

  /**
   * Leaves one of its queues, or disables its controller, as the protocol allows.
   *
   * @param aborts what runs on the queue is aborted
   */
  public void leave(Dice which, boolean aborts) {
    int one = which.between(0, options.ioQueues());
    Keeper now = tenure.held();
    if (now != null && now.live()) {
      home.execute(() -> now.association().leave(one, aborts));
    }
  }

  /** Leaves the I/O queue that this connection carries, if one does. */
  public void disconnect(Wire wire) {
    home.execute(() -> withQueue(wire, Association::disconnect));
  }

  /** Aborts what runs on the I/O queue that this connection carries, if one does. */
  public void abortAll(Wire wire) {
    home.execute(() -> withQueue(wire, Association::abortAll));
  }

  private void withQueue(Wire wire, BiConsumer<Association, HostQueue> act) {
    Keeper now = tenure.held();
    if (now != null && now.live()) {
      Association association = now.association();
      for (HostQueue queue : association.queues()) {
        if (queue.wire() == wire.id()) {
          act.accept(association, queue);
        }
      }
    }
  }

  // ---- what its application asks

  @Override
  public boolean usable() {
    return tenure.usable();
  }

  @Override
  public HostQueue queue() {
    return tenure.keeper().association().next();
  }

  @Override
  public int transferBytes() {
    return (int) tenure.keeper().association().maxTransferBytes();
  }

  @Override
  public int retries() {
    return options.retries();
  }

  @Override
  public void abort(HostCommand command) {
    Keeper now = tenure.held();
    if (now != null && now.live() && command.running() && command.wire() > 0) {
      HostQueue queue = command.queue();
      if (queue.association() == now.association().number()) {
        now.association().abort(queue.pair().qid(), command.cid());
      }
    }
  }

  @Override
  public void ended() {}

  // ---- what the world asks

  /** Its number. */
  public int number() {
    return number;
  }

  /** The number of the target that it uses. */
  public int target() {
    return target;
  }

  /** The device of its I/O queues. */
  public DdpDevice device() {
    return device;
  }

  /** Its application begins no more operations. */
  public void stop() {
    client.stop();
  }

  /** Its application reads every block once more. */
  public void verify() {
    client.verify();
  }

  /** True if its application has no operation under way and wants no more. */
  public boolean done() {
    return client.done();
  }

  /** Where it stands, for people. */
  @Override
  public String toString() {
    return "host %d: %s, %s".formatted(number, client, tenure);
  }

  /** True while it is connected. */
  public boolean live() {
    return tenure.live();
  }

  /** Times that it lost its controller. */
  public long losses() {
    return losses;
  }

  /** Operations of which nobody knows what became of them. */
  public long unknown() {
    return client.unknown();
  }

  /** What its device counted, on queues that have ended. */
  public DdpCounters counted() {
    return counted;
  }

  /** What its queues counted that have ended. */
  public QueueStatistics statistics() {
    return past;
  }

  /** Gives its memory back, and checks that nothing else is left. */
  public void checkLeftOver() {
    client.close();
    if (registry.liveRegions() > 0) {
      throw new Violation(
          Rule.LEFT_OVER, "host " + number + " has " + registry.liveRegions() + " regions");
    }
  }
}
