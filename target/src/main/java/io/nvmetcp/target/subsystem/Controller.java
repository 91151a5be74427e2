package io.nvmetcp.target.subsystem;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.Features.AsyncEvents;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.subsystem.ControllerRegisters.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One association: a host's controller with its admin queue and its I/O queues, which may live on
 * different threads. Made by an admin Connect, ended with its admin queue.
 *
 * <p>Any thread. The properties and the queue list are guarded by this object; what the data path
 * asks on every command is volatile.
 */
public final class Controller {
  /** VS: 1.4.0. */
  public static final int VERSION = 0x0001_0400;

  /** Asynchronous event requests kept at a time. */
  public static final int EVENT_REQUESTS = 4;

  /** Aborts under way at a time. */
  public static final int ABORTS = 4;

  private static final int READY_TIMEOUT_UNITS = 30;
  private static final int TEMPERATURE_THRESHOLD = 0x01;

  private final Subsystem subsystem;
  private final int cntlid;
  private final UUID hostId;
  private final String hostNqn;
  private final String localAddress;
  private final boolean volatileCache;
  private final KeepAlive keepAlive;
  private final FeatureSet features;
  private final EventLedger events = new EventLedger();
  private final ChangedNamespaces changedNamespaces = new ChangedNamespaces();
  private final ErrorLog errors = new ErrorLog();
  private final QueueEnd admin;
  private final Map<Integer, QueueEnd> queues = new HashMap<>();
  // Gone from the list, but back ends still work on their commands. In an order that can be
  // repeated: whoever waits for them asks one after the other.
  private final Set<QueueEnd> draining = new LinkedHashSet<>();
  private final ControllerRegisters registers = new ControllerRegisters();
  private volatile boolean ended;
  private volatile boolean ready;

  Controller(
      Subsystem subsystem,
      int cntlid,
      UUID hostId,
      String hostNqn,
      String localAddress,
      long katoMillis,
      QueueEnd admin) {
    this.subsystem = subsystem;
    this.cntlid = cntlid;
    this.hostId = hostId;
    this.hostNqn = hostNqn;
    this.localAddress = localAddress;
    this.admin = admin;
    volatileCache = subsystem.writesAreVolatile();
    keepAlive = new KeepAlive(katoMillis, subsystem.isDiscovery());
    features = new FeatureSet(this);
    queues.put(0, admin);
  }

  /** The subsystem it belongs to. */
  public Subsystem subsystem() {
    return subsystem;
  }

  /** Controller identifier. */
  public int cntlid() {
    return cntlid;
  }

  /** Host identifier given at Connect. */
  public UUID hostId() {
    return hostId;
  }

  /** NQN of the host, as it sent it. */
  public String hostNqn() {
    return hostNqn;
  }

  /** The address at which the host reached the target, or "". */
  public String localAddress() {
    return localAddress;
  }

  /** Its keep-alive timer. */
  public KeepAlive keepAlive() {
    return keepAlive;
  }

  /** Its features. */
  public FeatureSet features() {
    return features;
  }

  /** Events that wait to be reported. */
  public EventLedger events() {
    return events;
  }

  /** Commands that failed. */
  public ErrorLog errors() {
    return errors;
  }

  ChangedNamespaces changedNamespaces() {
    return changedNamespaces;
  }

  /** True if the host was told, once and for all, that completed writes can be lost (VWC). */
  boolean hasVolatileCache() {
    return volatileCache;
  }

  /** Commands other than Fabrics ones are executed: it is enabled and not shut down. */
  public boolean ready() {
    return ready;
  }

  /** The association is over: every connection is told to close. */
  public boolean hasEnded() {
    return ended;
  }

  /** The CAP property. */
  public long cap() {
    return new Cap(subsystem.limits().queueEntries() - 1, READY_TIMEOUT_UNITS, Cap.CSS_NVM, 0, 0)
        .encode();
  }

  /** The CC property. */
  public synchronized int cc() {
    return registers.cc();
  }

  /** The CSTS property. */
  public synchronized int csts() {
    return registers.csts();
  }

  /**
   * Writes CC (Base specification 3.1.4.5). A reset ends the I/O queues, and is complete when no
   * back end works on their commands any more: so nothing of before is written after it. A shutdown
   * lets what is running finish and flushes what can be lost; an abrupt one ends the I/O queues and
   * is complete at once.
   *
   * @param thread the admin queue's, for the back ends' completions
   * @return true if this is a reset: event requests that wait are void
   */
  @CanIgnoreReturnValue
  public boolean writeCc(int value, Executor thread) {
    List<QueueEnd> ending = List.of();
    List<QueueEnd> busy;
    Set<Effect> effects;
    int shutdown;
    synchronized (this) {
      effects = registers.write(value);
      if (effects.contains(Effect.RESET) || effects.contains(Effect.ABRUPT_SHUTDOWN)) {
        ending = takeIoQueues();
      }
      busy = ioQueues();
      shutdown = registers.shutdown();
      update();
    }
    String reason = effects.contains(Effect.RESET) ? "controller reset" : "abrupt shutdown";
    ending.forEach(queue -> queue.end(reason));
    ending.forEach(this::leave);
    if (effects.contains(Effect.RESET)) {
      events.reset();
      changedNamespaces.reset();
      features.reset();
      whenIdle(busy, this::resetDone);
    }
    if (effects.contains(Effect.SHUTDOWN)) {
      whenIdle(busy, () -> thread.execute(() -> flushAll(caches(), 0, thread, shutdown)));
    }
    return effects.contains(Effect.RESET);
  }

  // Under the lock.
  private void update() {
    ready = registers.executes() && !ended;
    keepAlive.setActive(ready);
  }

  /** I/O queues that are open or that back ends still work for. */
  private List<QueueEnd> ioQueues() {
    List<QueueEnd> all = new ArrayList<>(draining);
    queues.forEach(
        (qid, queue) -> {
          if (qid != 0) {
            all.add(queue);
          }
        });
    return all;
  }

  private List<QueueEnd> takeIoQueues() {
    List<QueueEnd> taken = new ArrayList<>(queues.values());
    taken.remove(admin);
    queues.keySet().removeIf(qid -> qid != 0);
    draining.addAll(taken);
    return taken;
  }

  private void leave(QueueEnd queue) {
    subsystem.leaving(queue);
    queue.whenIdle(
        () -> {
          subsystem.left(queue);
          synchronized (this) {
            draining.remove(queue);
          }
        });
  }

  private static void whenIdle(List<QueueEnd> queues, Runnable action) {
    AtomicInteger left = new AtomicInteger(queues.size() + 1);
    Runnable one =
        () -> {
          if (left.decrementAndGet() == 0) {
            action.run();
          }
        };
    queues.forEach(queue -> queue.whenIdle(one));
    one.run();
  }

  private synchronized void resetDone() {
    registers.resetDone();
    update();
  }

  private List<StorageBackend> caches() {
    return subsystem.namespaces().stream()
        .map(Namespace::backend)
        .filter(StorageBackend::writesAreVolatile)
        .toList();
  }

  private void flushAll(List<StorageBackend> caches, int next, Executor thread, int shutdown) {
    if (next < caches.size()) {
      // A flush that fails has been logged by its back end; the shutdown goes on.
      caches.get(next).flush(thread, _ -> flushAll(caches, next + 1, thread, shutdown));
      return;
    }
    synchronized (this) {
      registers.shutdownDone(shutdown);
    }
  }

  /**
   * Adds an I/O queue.
   *
   * @return success, or why it cannot be
   */
  synchronized int attach(int qid, QueueEnd queue) {
    if (ended) {
      // Just now, on another thread: the host may connect anew, which do-not-retry would forbid.
      return Status.COMMAND_SEQUENCE_ERROR;
    }
    if (!ready || queues.containsKey(qid)) {
      return Status.COMMAND_SEQUENCE_ERROR | Status.DNR;
    }
    queues.put(qid, queue);
    return Status.SUCCESS;
  }

  /** True while an I/O queue exists. */
  synchronized boolean hasIoQueues() {
    return queues.size() > (queues.containsKey(0) ? 1 : 0);
  }

  /**
   * The connection of a queue is gone. That of the admin queue takes the controller with it.
   *
   * @param queue as it was attached
   */
  public void detach(int qid, QueueEnd queue, String reason) {
    synchronized (this) {
      if (!queues.remove(qid, queue)) {
        return;
      }
      if (qid != 0) {
        draining.add(queue);
      }
    }
    leave(queue);
    if (qid == 0) {
      end("admin queue lost: " + reason);
    }
  }

  /** Ends the association: every queue's connection is told to close. Idempotent. */
  public void end(String reason) {
    List<QueueEnd> all;
    synchronized (this) {
      ended = true;
      update();
      all = new ArrayList<>(queues.values());
      queues.clear();
    }
    subsystem.forget(this);
    all.forEach(queue -> queue.end(reason));
    all.forEach(this::leave);
  }

  /** What its queues have transferred so far. */
  synchronized IoTally tally() {
    IoTally sum = IoTally.NONE;
    for (QueueEnd queue : queues.values()) {
      sum = sum.plus(queue.tally());
    }
    return sum;
  }

  /**
   * Aborts a command of one of its queues if that can be done (Base specification 5.1).
   *
   * @param outcome called once, on the thread of the command's queue or on this one
   */
  public void abort(int sqid, int cid, QueueEnd.AbortOutcome outcome) {
    QueueEnd queue;
    synchronized (this) {
      queue = queues.get(sqid);
    }
    if (queue == null) {
      outcome.decided(false);
    } else {
      queue.abort(cid, outcome);
    }
  }

  /** Bits of the event configuration that may be set; the notices among them are OAES. */
  int supportedEvents() {
    return subsystem.isDiscovery()
        ? AsyncEvents.DISCOVERY
        : AsyncEvents.NAMESPACE_ATTRIBUTES | Health.WARNINGS;
  }

  /** A namespace came, went or changed: the host is told if it asked. */
  void namespaceChanged(int nsid) {
    changedNamespaces.add(nsid);
    if (features.events().wants(AsyncEvents.NAMESPACE_ATTRIBUTES)) {
      post(
          new AsyncEvent(
              AsyncEvent.NOTICE, AsyncEvent.NAMESPACE_CHANGED, LogPageId.CHANGED_NAMESPACES));
    }
  }

  /**
   * What the host can discover has changed: it is told if it asked, and if its association is a
   * lasting one, which a keep-alive timeout makes it (Base specification 3.1.2.3).
   */
  public void discoveryChanged() {
    if (keepAlive.timeoutMillis() > 0 && features.events().wants(AsyncEvents.DISCOVERY)) {
      post(new AsyncEvent(AsyncEvent.NOTICE, AsyncEvent.DISCOVERY_CHANGED, LogPageId.DISCOVERY));
    }
  }

  /** Critical warnings arose: the host is told of those it asked for. */
  void warn(int warnings) {
    int wanted = warnings & features.events().healthWarnings();
    if ((wanted & Health.TEMPERATURE_WARNING) != 0) {
      post(new AsyncEvent(AsyncEvent.HEALTH, TEMPERATURE_THRESHOLD, LogPageId.SMART));
    }
  }

  private void post(AsyncEvent event) {
    events.post(event);
    admin.eventsPending();
  }
}
