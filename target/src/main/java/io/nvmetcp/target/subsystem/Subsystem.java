package io.nvmetcp.target.subsystem;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An NVM or discovery subsystem: its names, its namespaces, and the controllers that hosts have
 * made. Safe on any thread: all but the controllers is immutable, and those are guarded here.
 */
public final class Subsystem {
  /** Largest namespace identifier served. */
  public static final int MAX_NSID = 1024;

  /** Firmware revision of every controller. */
  public static final String FIRMWARE = "0.1";

  private static final int MAX_NQN_BYTES = 223;

  private final String nqn;
  private final String serial;
  private final String model;
  private final ControllerLimits limits;
  private final @Nullable Namespace[] byNsid;
  private final List<Namespace> namespaces;
  private final @Nullable DiscoverySource discovery;
  private final boolean comparesAndWrites;
  private final Map<Integer, Controller> controllers = new TreeMap<>();
  private int lastCntlid;

  private Subsystem(
      String nqn,
      String serial,
      String model,
      ControllerLimits limits,
      List<Namespace> namespaces,
      @Nullable DiscoverySource discovery) {
    if (nqn.isEmpty() || nqn.length() > MAX_NQN_BYTES) {
      throw new IllegalArgumentException(
          "NQN '" + nqn + "' is not 1 to " + MAX_NQN_BYTES + " characters");
    }
    this.nqn = nqn;
    this.serial = serial;
    this.model = model;
    this.limits = limits;
    this.namespaces = List.copyOf(namespaces);
    this.discovery = discovery;
    comparesAndWrites =
        namespaces.stream()
            .map(Namespace::backend)
            .allMatch(backend -> backend.readOnly() || backend.comparesAndWrites());
    int highest = namespaces.stream().mapToInt(Namespace::nsid).max().orElse(0);
    byNsid = new @Nullable Namespace[highest + 1];
    for (Namespace namespace : namespaces) {
      if (byNsid[namespace.nsid()] != null) {
        throw new IllegalArgumentException(
            "subsystem %s has two namespaces %d".formatted(nqn, namespace.nsid()));
      }
      byNsid[namespace.nsid()] = namespace;
    }
  }

  /** An NVM subsystem. */
  public static Subsystem nvm(
      String nqn,
      String serial,
      String model,
      ControllerLimits limits,
      List<Namespace> namespaces) {
    return new Subsystem(nqn, serial, model, limits, namespaces, null);
  }

  /** A discovery subsystem; it has no namespaces and no I/O queues. */
  public static Subsystem discovery(
      String nqn, String serial, String model, ControllerLimits limits, DiscoverySource source) {
    return new Subsystem(nqn, serial, model, limits, List.of(), source);
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

  /** The namespaces. */
  public List<Namespace> namespaces() {
    return namespaces;
  }

  /** Highest namespace identifier that is or can be valid (NN); 0 if there is none. */
  public int highestNsid() {
    return byNsid.length - 1;
  }

  /** The namespace with this identifier, or null. */
  public @Nullable Namespace namespace(long nsid) {
    return nsid > 0 && nsid < byNsid.length ? byNsid[(int) nsid] : null;
  }

  /** True if a completed write to any namespace can be lost until it is flushed. */
  public boolean writesAreVolatile() {
    for (Namespace namespace : namespaces) {
      if (namespace.backend().writesAreVolatile()) {
        return true;
      }
    }
    return false;
  }

  /** True if every namespace can do fused Compare-and-Write: FUSES speaks for all of them. */
  public boolean comparesAndWrites() {
    return comparesAndWrites;
  }

  /** A fresh controller, or null if there are too many. */
  @Nullable Controller create(UUID hostId, String hostNqn, long katoMillis, QueueEnd admin) {
    synchronized (controllers) {
      if (controllers.size() >= limits.controllers()) {
        return null;
      }
      do {
        lastCntlid = lastCntlid % 0xFFEF + 1;
      } while (controllers.containsKey(lastCntlid));
      Controller made = new Controller(this, lastCntlid, hostId, hostNqn, katoMillis, admin);
      controllers.put(lastCntlid, made);
      return made;
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

  /** Controllers alive now. */
  public int controllerCount() {
    synchronized (controllers) {
      return controllers.size();
    }
  }

  /** Ends every association. */
  public void endAll(String reason) {
    List<Controller> all;
    synchronized (controllers) {
      all = new ArrayList<>(controllers.values());
    }
    all.forEach(controller -> controller.end(reason));
  }
}
