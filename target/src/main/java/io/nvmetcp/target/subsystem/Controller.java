package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.Cc;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;

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

  private static final int READY_TIMEOUT_UNITS = 30;

  private final Subsystem subsystem;
  private final int cntlid;
  private final UUID hostId;
  private final String hostNqn;
  private final KeepAlive keepAlive;
  private final Features features;
  private final Map<Integer, QueueEnd> queues = new HashMap<>();
  private Cc cc = Cc.DISABLED.withEnable(false);
  private int rawCc;
  private boolean fatal;
  private int shutdownStatus;
  private boolean ended;
  private volatile boolean ready;

  Controller(
      Subsystem subsystem,
      int cntlid,
      UUID hostId,
      String hostNqn,
      long katoMillis,
      QueueEnd admin) {
    this.subsystem = subsystem;
    this.cntlid = cntlid;
    this.hostId = hostId;
    this.hostNqn = hostNqn;
    keepAlive = new KeepAlive(katoMillis, subsystem.isDiscovery());
    features = new Features(this);
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

  /** NQN of the host. */
  public String hostNqn() {
    return hostNqn;
  }

  /** Its keep-alive timer. */
  public KeepAlive keepAlive() {
    return keepAlive;
  }

  /** Its features. */
  public Features features() {
    return features;
  }

  /** CSTS.RDY: commands other than Fabrics ones are executed. */
  public boolean ready() {
    return ready;
  }

  /** The CAP property. */
  public long cap() {
    return new Cap(subsystem.limits().queueEntries() - 1, READY_TIMEOUT_UNITS, 1, 0, 0).encode();
  }

  /** The CC property. */
  public synchronized int cc() {
    return rawCc;
  }

  /** The CSTS property. */
  public synchronized int csts() {
    return new Csts(ready, fatal, shutdownStatus).encode();
  }

  /**
   * Writes CC (Base specification 3.1.4.5): enabling checks what the host chose, disabling resets
   * and ends the I/O queues, a shutdown notification flushes what can be lost.
   *
   * @param thread the caller's thread, for the back ends' completions
   */
  public void writeCc(int value, Executor thread) {
    List<QueueEnd> orphans = List.of();
    boolean shuttingDown;
    synchronized (this) {
      Cc old = cc;
      cc = Cc.decode(value);
      rawCc = value;
      if (cc.enable() && !old.enable()) {
        fatal = !acceptable(cc);
        ready = !fatal;
      } else if (!cc.enable() && old.enable()) {
        ready = false;
        fatal = false;
        orphans = takeIoQueues();
      }
      shuttingDown = cc.shutdown() != 0 && shutdownStatus == 0;
      if (shuttingDown) {
        shutdownStatus = 1;
      } else if (cc.shutdown() == 0) {
        shutdownStatus = 0;
      }
    }
    orphans.forEach(queue -> queue.end("controller reset"));
    if (shuttingDown) {
      shutDown(thread);
    }
  }

  private static boolean acceptable(Cc cc) {
    return cc.commandSet() == 0
        && cc.mps() == 0
        && cc.arbitration() == 0
        && cc.iosqes() == 6
        && cc.iocqes() == 4;
  }

  private void shutDown(Executor thread) {
    List<StorageBackend> caches = new ArrayList<>();
    for (Namespace namespace : subsystem.namespaces()) {
      if (namespace.backend().writesAreVolatile()) {
        caches.add(namespace.backend());
      }
    }
    flushAll(caches, 0, thread);
  }

  private void flushAll(List<StorageBackend> caches, int next, Executor thread) {
    if (next < caches.size()) {
      // A flush that fails has been logged by its back end; the shutdown goes on.
      caches.get(next).flush(thread, _ -> flushAll(caches, next + 1, thread));
      return;
    }
    synchronized (this) {
      if (shutdownStatus == 1) {
        shutdownStatus = Csts.SHUTDOWN_COMPLETE;
      }
    }
  }

  /**
   * Adds an I/O queue.
   *
   * @return success, or why it cannot be
   */
  synchronized int attach(int qid, QueueEnd queue) {
    if (ended || !ready || queues.containsKey(qid)) {
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
    }
    if (qid == 0) {
      end("admin queue lost: " + reason);
    }
  }

  /** Ends the association: every queue's connection is told to close. Idempotent. */
  public void end(String reason) {
    List<QueueEnd> all;
    synchronized (this) {
      ended = true;
      ready = false;
      all = new ArrayList<>(queues.values());
      queues.clear();
    }
    subsystem.forget(this);
    all.forEach(queue -> queue.end(reason));
  }

  private List<QueueEnd> takeIoQueues() {
    List<QueueEnd> taken = new ArrayList<>();
    queues
        .entrySet()
        .removeIf(
            entry -> {
              if (entry.getKey() == 0) {
                return false;
              }
              taken.add(entry.getValue());
              return true;
            });
    return taken;
  }
}
