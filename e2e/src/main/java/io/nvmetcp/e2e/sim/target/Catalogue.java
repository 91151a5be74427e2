package io.nvmetcp.e2e.sim.target;

import io.nvmetcp.e2e.sim.check.Listing;
import io.nvmetcp.e2e.sim.check.Listings;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.e2e.sim.plant.Plants;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.target.discovery.DiscoveryPort;
import io.nvmetcp.target.discovery.DiscoveryService;
import io.nvmetcp.target.discovery.Referral;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.HostAccess;
import io.nvmetcp.target.subsystem.Subsystem;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a target lets hosts discover: the subsystems that they use, others that come, go and change
 * who may see them, referrals and ports. It outlives the target's lives; each has a discovery
 * service of its own, which is told of every change, as the world's book is.
 */
public final class Catalogue {
  /** The name of the discovery subsystem that lies; every target has one. */
  public static final String ENDLESS_NQN = "nqn.2026-11.io.nvmetcp:simulated:endless-discovery";

  /** The port of everything. */
  public static final int PORT = 4420;

  private static final int MOST_EXHIBITS = 12;
  private static final int MOST_PORTS = 4;
  private static final int NOBODY = 99;

  private final int target;
  private final ControllerLimits limits;
  private final Plants plants;
  private final Listings listings;
  private final List<String> hosts;
  private final List<Integer> neighbours;
  private final Dice lies;
  private final Map<String, HostAccess> exhibits = new LinkedHashMap<>();
  private final List<DiscoveryPort> ports = new ArrayList<>();
  private final List<Referral> referrals = new ArrayList<>();
  private final Set<Referral> lasting = new LinkedHashSet<>();
  private final Map<String, Subsystem> shown = new LinkedHashMap<>();
  private List<Subsystem> used = List.of();
  private @Nullable DiscoveryService service;
  private @Nullable Subsystem endless;
  private @Nullable SubsystemDirectory directory;
  private int exhibited;
  private int lastPort = PORT;

  /**
   * @param hosts NQNs of the hosts that may be let in or not
   * @param targets how many there are to refer to
   * @param lies dice of the service that lies
   */
  public Catalogue(
      int target,
      ControllerLimits limits,
      Plants plants,
      Listings listings,
      List<String> hosts,
      int targets,
      Dice lies) {
    this.target = target;
    this.limits = limits;
    this.plants = plants;
    this.listings = listings;
    this.hosts = List.copyOf(hosts);
    this.lies = lies;
    neighbours = new ArrayList<>();
    for (int i = 0; i < targets; i++) {
      neighbours.add(i);
    }
    ports.add(new DiscoveryPort(1, "", PORT, true, true));
  }

  /** Where a target is reached. */
  public static String address(int target) {
    return "10.0.0." + (target + 1);
  }

  /** Which of so many targets is reached there; -1 if none is. */
  public static int target(String address, int targets) {
    for (int i = 0; i < targets; i++) {
      if (address(i).equals(address)) {
        return i;
      }
    }
    return -1;
  }

  /** Refers to the service of another target, always. */
  public void refers(int other) {
    Referral referral = referral(other);
    if (lasting.add(referral)) {
      referrals.add(referral);
    }
  }

  private static Referral referral(int other) {
    return new Referral(address(other), PORT, Fabrics.DISCOVERY_NQN);
  }

  // ---- the target's lives

  /**
   * A life begins: adds what is to be discovered, and what answers.
   *
   * @param subsystems what hosts use
   * @return what connections see
   */
  SubsystemDirectory start(SubsystemDirectory fresh, List<Subsystem> subsystems) {
    directory = fresh;
    used = List.copyOf(subsystems);
    DiscoveryService begun = new DiscoveryService(limits);
    service = begun;
    fresh.add(begun.subsystem());
    Subsystem lying =
        Subsystem.discovery(
            ENDLESS_NQN, "endless", "simulated", limits, new EndlessLog(lies, neighbours.size()));
    endless = lying;
    fresh.add(lying);
    exhibits.forEach(this::show);
    update(true);
    return fresh.view(true, true, address(target));
  }

  private void show(String nqn, HostAccess access) {
    SubsystemDirectory now = directory;
    if (now != null) {
      Subsystem subsystem = Subsystem.nvm(nqn, "SHOWN", "simulated", limits, List.of());
      subsystem.access(access, false);
      shown.put(nqn, subsystem);
      now.add(subsystem);
    }
  }

  /** Nothing is served any more, though the service still answers. */
  void withdraw() {
    DiscoveryService now = service;
    if (now != null) {
      listings.tells(target, listing(false));
      now.update(List.of(), ports, referrals);
    }
  }

  /** The life is over. */
  void gone() {
    service = null;
    endless = null;
    directory = null;
    used = List.of();
    shown.clear();
  }

  /** Controllers of its discovery subsystems. */
  int controllers() {
    DiscoveryService now = service;
    Subsystem lying = endless;
    return (now == null ? 0 : now.subsystem().controllerCount())
        + (lying == null ? 0 : lying.controllerCount());
  }

  private void update(boolean first) {
    DiscoveryService now = service;
    if (now == null) {
      return;
    }
    listings.tells(target, listing(true));
    if (first || !plants.has(Plant.LISTING_STALE)) {
      List<Subsystem> all = new ArrayList<>(used);
      all.addAll(shown.values());
      now.update(all, ports, referrals);
    }
  }

  private Listing listing(boolean served) {
    Listing listing = new Listing();
    if (served) {
      for (Subsystem each : used) {
        addAtPorts(listing, each.nqn(), null);
      }
      exhibits.forEach(
          (nqn, access) -> addAtPorts(listing, nqn, access.anyHost() ? null : access.hosts()));
    }
    for (Referral each : referrals) {
      listing.add(Listing.text("REFERRAL", each.nqn(), each.address(), each.port(), 0), null);
    }
    for (DiscoveryPort port : ports) {
      if (port.discovery()) {
        listing.add(
            Listing.text(
                "CURRENT_DISCOVERY", Fabrics.DISCOVERY_NQN, at(port), port.port(), port.id()),
            null);
      }
    }
    return listing;
  }

  private void addAtPorts(Listing listing, String nqn, @Nullable Set<String> who) {
    for (DiscoveryPort port : ports) {
      if (port.nvm()) {
        listing.add(Listing.text("SUBSYSTEM", nqn, at(port), port.port(), port.id()), who);
      }
    }
  }

  private String at(DiscoveryPort port) {
    return port.address().isEmpty() ? address(target) : port.address();
  }

  // ---- what changes

  /**
   * Changes something of it, also while the target is down.
   *
   * @return what, for people
   */
  public String change(Dice dice) {
    String what =
        switch (dice.below(6)) {
          case 0, 1 -> exhibit(dice);
          case 2 -> takeAway(dice);
          case 3 -> letIn(dice);
          case 4 -> refer(dice);
          default -> port(dice);
        };
    update(false);
    return what;
  }

  private String exhibit(Dice dice) {
    HostAccess access = access(dice);
    if (exhibits.size() == MOST_EXHIBITS) {
      return takeAway(dice);
    }
    String nqn = "nqn.2026-11.io.nvmetcp:simulated:target-" + target + ":shown-" + ++exhibited;
    exhibits.put(nqn, access);
    show(nqn, access);
    return "shows " + nqn;
  }

  private HostAccess access(Dice dice) {
    if (dice.oneIn(2)) {
      return HostAccess.ANY;
    }
    Set<String> some = new TreeSet<>();
    for (String host : hosts) {
      if (dice.oneIn(2)) {
        some.add(host);
      }
    }
    return HostAccess.only(some);
  }

  private String takeAway(Dice dice) {
    if (exhibits.isEmpty()) {
      return "shows nothing that could be taken away";
    }
    String nqn = dice.pick(List.copyOf(exhibits.keySet()));
    exhibits.remove(nqn);
    Subsystem subsystem = shown.remove(nqn);
    SubsystemDirectory now = directory;
    if (subsystem != null && now != null) {
      now.remove(subsystem);
    }
    return "takes away " + nqn;
  }

  private String letIn(Dice dice) {
    HostAccess access = access(dice);
    if (exhibits.isEmpty()) {
      return "shows nothing that could be forbidden";
    }
    String nqn = dice.pick(List.copyOf(exhibits.keySet()));
    exhibits.put(nqn, access);
    Subsystem subsystem = shown.get(nqn);
    if (subsystem != null) {
      subsystem.access(access, false);
    }
    return "lets others see " + nqn;
  }

  // To another target, to itself, to nobody; or no more.
  private String refer(Dice dice) {
    int other = dice.oneIn(15) ? NOBODY : dice.pick(neighbours);
    Referral referral = referral(other);
    if (lasting.contains(referral)) {
      return "goes on referring to " + referral.address();
    }
    if (!referrals.remove(referral)) {
      referrals.add(referral);
    }
    return "refers, or no more, to " + referral.address();
  }

  private String port(Dice dice) {
    if (ports.size() == MOST_PORTS || ports.size() > 1 && dice.oneIn(2)) {
      return "no more at port " + ports.remove(1 + dice.below(ports.size() - 1)).port();
    }
    lastPort++;
    DiscoveryPort port =
        new DiscoveryPort(
            lastPort - PORT + 1,
            dice.oneIn(2) ? "" : address(target),
            lastPort,
            !dice.oneIn(3),
            dice.oneIn(2));
    ports.add(port);
    return "also at port " + port.port();
  }
}
