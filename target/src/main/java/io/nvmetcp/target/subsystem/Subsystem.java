package io.nvmetcp.target.subsystem;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An NVM or discovery subsystem: its names, its namespaces, who may connect, and the controllers
 * that hosts have made. Safe on any thread: what the data path asks is volatile and immutable, the
 * rest is guarded here.
 */
public final class Subsystem {
  /** Largest namespace identifier served, and most namespaces. */
  public static final int MAX_NSID = 1024;

  /** Firmware revision of every controller. */
  public static final String FIRMWARE = "0.1";

  private static final int MAX_NQN_BYTES = 223;
  // Controller identifiers above are reserved (Base specification 3.1.3).
  private static final int MAX_CNTLID = 0xFFEF;

  private final String nqn;
  private final String serial;
  private final String model;
  private final ControllerLimits limits;
  private final @Nullable DiscoverySource discovery;
  private final LongSupplier upNs;
  private final boolean comparesAndWrites;
  private volatile NamespaceTable table;
  private volatile HostAccess access = HostAccess.ANY;
  private final Map<Integer, Controller> controllers = new TreeMap<>();
  private final Set<QueueEnd> leaving = new LinkedHashSet<>();
  private IoTally past = IoTally.NONE;
  private int lastCntlid;
  private boolean retired;

  private Subsystem(
      String nqn,
      String serial,
      String model,
      ControllerLimits limits,
      List<Namespace> namespaces,
      LongSupplier upNs,
      @Nullable DiscoverySource discovery) {
    if (nqn.isEmpty() || nqn.getBytes(StandardCharsets.UTF_8).length > MAX_NQN_BYTES) {
      throw new IllegalArgumentException(
          "NQN '" + nqn + "' is not 1 to " + MAX_NQN_BYTES + " bytes");
    }
    this.nqn = nqn;
    this.serial = serial;
    this.model = model;
    this.limits = limits;
    this.discovery = discovery;
    this.upNs = upNs;
    comparesAndWrites = namespaces.stream().allMatch(Subsystem::comparesAndWrites);
    table = NamespaceTable.EMPTY;
    for (Namespace namespace : namespaces) {
      checkFree(namespace.nsid());
      table = table.with(namespace);
    }
  }

  /** An NVM subsystem that does not know how long it is served. */
  public static Subsystem nvm(
      String nqn,
      String serial,
      String model,
      ControllerLimits limits,
      List<Namespace> namespaces) {
    return nvm(nqn, serial, model, limits, namespaces, () -> 0);
  }

  /**
   * An NVM subsystem.
   *
   * @param upNs time since it is served, for the health log
   */
  public static Subsystem nvm(
      String nqn,
      String serial,
      String model,
      ControllerLimits limits,
      List<Namespace> namespaces,
      LongSupplier upNs) {
    return new Subsystem(nqn, serial, model, limits, namespaces, upNs, null);
  }

  /** A discovery subsystem; it has no namespaces and no I/O queues. */
  public static Subsystem discovery(
      String nqn, String serial, String model, ControllerLimits limits, DiscoverySource source) {
    return new Subsystem(nqn, serial, model, limits, List.of(), () -> 0, source);
  }

  /** NQN. */
  public String nqn() {
    return nqn;
  }

  /** Serial number. */
  public String serial() {
    return serial;
  }

  /** Model number. */
  public String model() {
    return model;
  }

  /** What its controllers offer. */
  public ControllerLimits limits() {
    return limits;
  }

  /** Where its discovery log comes from, or null if it is an NVM subsystem. */
  public @Nullable DiscoverySource discovery() {
    return discovery;
  }

  /** True if this is a discovery subsystem. */
  public boolean isDiscovery() {
    return discovery != null;
  }

  /** The namespaces now, by identifier. */
  public List<Namespace> namespaces() {
    return table.all();
  }

  /** The namespace with this identifier now, or null. */
  public @Nullable Namespace namespace(long nsid) {
    return table.get(nsid);
  }

  /** True if a completed write to any namespace can be lost until it is flushed. */
  public boolean writesAreVolatile() {
    for (Namespace namespace : namespaces()) {
      if (namespace.backend().writesAreVolatile()) {
        return true;
      }
    }
    return false;
  }

  /**
   * True if every namespace can do fused Compare-and-Write, those to come included: a controller
   * speaks for all of them, once and for all (FUSES).
   */
  public boolean comparesAndWrites() {
    return comparesAndWrites;
  }

  private static boolean comparesAndWrites(Namespace namespace) {
    return namespace.backend().readOnly() || namespace.backend().comparesAndWrites();
  }

  private void checkFree(int nsid) {
    if (table.get(nsid) != null) {
      throw new IllegalArgumentException("subsystem %s has two namespaces %d".formatted(nqn, nsid));
    }
  }

  /**
   * Adds a namespace; hosts that asked for it are told.
   *
   * @throws IllegalArgumentException if its identifier is taken, or if its storage cannot do what
   *     the subsystem has promised its hosts
   */
  public void add(Namespace namespace) {
    synchronized (this) {
      checkFree(namespace.nsid());
      if (comparesAndWrites && !comparesAndWrites(namespace)) {
        throw new IllegalArgumentException(
            "the storage of namespace %d cannot do fused Compare-and-Write, which %s promises"
                .formatted(namespace.nsid(), nqn));
      }
      table = table.with(namespace);
    }
    changed(namespace.nsid());
  }

  /**
   * Takes a namespace away; hosts that asked for it are told. Commands that its storage works on
   * complete; the storage may be closed now, which waits for them.
   *
   * @return the namespace
   * @throws IllegalArgumentException if there is none of this identifier
   */
  @CanIgnoreReturnValue
  public Namespace remove(int nsid) {
    Namespace removed;
    synchronized (this) {
      removed = existing(nsid);
      table = table.without(nsid);
    }
    changed(nsid);
    return removed;
  }

  /**
   * Changes what hosts see as a namespace's size; those that asked for it are told. The storage has
   * at least this size before the call, or shrinks after it.
   *
   * @throws IllegalArgumentException if there is no such namespace, or it cannot have this size
   */
  public void resize(int nsid, long sizeBytes) {
    synchronized (this) {
      Namespace now = existing(nsid);
      if (now.sizeBytes() == sizeBytes) {
        return;
      }
      table = table.with(now.withSize(sizeBytes));
    }
    changed(nsid);
  }

  private Namespace existing(int nsid) {
    Namespace namespace = table.get(nsid);
    if (namespace == null) {
      throw new IllegalArgumentException("subsystem %s has no namespace %d".formatted(nqn, nsid));
    }
    return namespace;
  }

  private void changed(int nsid) {
    controllers().forEach(controller -> controller.namespaceChanged(nsid));
  }

  /** Who may connect. */
  public HostAccess access() {
    return access;
  }

  /**
   * Changes who may connect.
   *
   * @param endOthers ends the associations of hosts that may not any more; otherwise they stay
   *     until the host leaves
   */
  public void access(HostAccess fresh, boolean endOthers) {
    List<Controller> others = List.of();
    synchronized (controllers) {
      access = fresh;
      if (endOthers) {
        others =
            controllers.values().stream()
                .filter(controller -> !fresh.allows(controller.hostNqn()))
                .toList();
      }
    }
    others.forEach(controller -> controller.end("the host is no longer allowed"));
  }

  /** A fresh controller for a host that may have one. */
  Admission create(
      UUID hostId, String hostNqn, String localAddress, long katoMillis, QueueEnd admin) {
    synchronized (controllers) {
      if (!access.allows(hostNqn)) {
        return Admission.refused(Status.CONNECT_INVALID_HOST | Status.DNR);
      }
      if (retired || controllers.size() >= limits.controllers()) {
        return Admission.refused(Status.CONNECT_CONTROLLER_BUSY);
      }
      do {
        lastCntlid = lastCntlid % MAX_CNTLID + 1;
      } while (controllers.containsKey(lastCntlid));
      Controller made =
          new Controller(this, lastCntlid, hostId, hostNqn, localAddress, katoMillis, admin);
      controllers.put(lastCntlid, made);
      return Admission.of(made);
    }
  }

  @Nullable Controller controller(int cntlid) {
    synchronized (controllers) {
      return controllers.get(cntlid);
    }
  }

  void forget(Controller controller) {
    synchronized (controllers) {
      controllers.remove(controller.cntlid(), controller);
    }
  }

  /** The controllers alive now, by identifier. */
  public List<Controller> controllers() {
    synchronized (controllers) {
      return new ArrayList<>(controllers.values());
    }
  }

  /** Controllers alive now. */
  public int controllerCount() {
    synchronized (controllers) {
      return controllers.size();
    }
  }

  /** A queue is not its controller's any more, but may still count. */
  void leaving(QueueEnd queue) {
    synchronized (controllers) {
      leaving.add(queue);
    }
  }

  /** A queue counts no more. */
  void left(QueueEnd queue) {
    synchronized (controllers) {
      if (leaving.remove(queue)) {
        past = past.plus(queue.tally());
      }
    }
  }

  /** What all controllers have transferred, those that are gone included. */
  IoTally tally() {
    List<Controller> live = controllers();
    IoTally sum;
    synchronized (controllers) {
      sum = past;
      for (QueueEnd queue : leaving) {
        sum = sum.plus(queue.tally());
      }
    }
    for (Controller controller : live) {
      sum = sum.plus(controller.tally());
    }
    return sum;
  }

  /** Hours that it is served now. */
  long upHours() {
    return TimeUnit.NANOSECONDS.toHours(upNs.getAsLong());
  }

  /** Ends every association. */
  public void endAll(String reason) {
    controllers().forEach(controller -> controller.end(reason));
  }

  /** Ends every association, and takes no new one. */
  public void retire(String reason) {
    synchronized (controllers) {
      retired = true;
    }
    endAll(reason);
  }
}
