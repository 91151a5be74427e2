package io.nvmetcp.target;

import io.nvmetcp.target.discovery.DiscoveryPort;
import io.nvmetcp.target.discovery.DiscoveryService;
import io.nvmetcp.target.discovery.Referral;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.HostAccess;
import io.nvmetcp.target.subsystem.Subsystem;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * What a running target serves: its subsystems with their storage, and discovery, which hears of
 * every change. Changes happen one at a time, whole or not at all; those that open or resize
 * storage block, so they are not for an event loop.
 */
final class ServedStorage {
  private final ControllerLimits limits;
  private final DiscoveryService discovery;
  private final SubsystemDirectory directory;
  private final Map<String, ServedNamespaces> served = new LinkedHashMap<>();
  private List<DiscoveryPort> ports = List.of();
  private List<Referral> referrals = List.of();
  private boolean closed;

  private ServedStorage(ControllerLimits limits) {
    this.limits = limits;
    discovery = new DiscoveryService(limits);
    directory = new SubsystemDirectory(List.of(discovery.subsystem()));
  }

  /** Opens everything, or nothing. Blocks. */
  static ServedStorage open(TargetOptions options) throws IOException {
    ServedStorage storage =
        new ServedStorage(
            new ControllerLimits(
                options.getQueueEntries(),
                options.getIoQueues(),
                options.getMaxTransferBytes(),
                options.getInCapsuleBytes(),
                options.getMaxConnections()));
    try {
      for (SubsystemOptions subsystem : options.getSubsystems()) {
        storage.addSubsystem(subsystem);
      }
      storage.referrals(options.getReferrals());
      return storage;
    } catch (IOException | RuntimeException e) {
      storage.close().join();
      throw e;
    }
  }

  SubsystemDirectory directory() {
    return directory;
  }

  /** The target listens now, and discovery may say where. */
  synchronized void listening(List<DiscoveryPort> where) {
    ports = List.copyOf(where);
    updateDiscovery();
  }

  synchronized void addSubsystem(SubsystemOptions options) throws IOException {
    checkOpen();
    if (served.containsKey(options.getNqn()) || isDiscovery(options.getNqn())) {
      throw new IllegalArgumentException("two subsystems are called " + options.getNqn());
    }
    ServedNamespaces opened = ServedNamespaces.open(options, limits);
    served.put(options.getNqn(), opened);
    directory.add(opened.subsystem());
    updateDiscovery();
  }

  private boolean isDiscovery(String nqn) {
    return nqn.equals(discovery.subsystem().nqn());
  }

  /** Done when the last command left its storage. */
  synchronized CompletableFuture<Void> removeSubsystem(String nqn) {
    ServedNamespaces gone = named(nqn);
    served.remove(nqn);
    directory.remove(gone.subsystem());
    updateDiscovery();
    return gone.close("the subsystem is not served any more");
  }

  synchronized void addNamespace(String nqn, NamespaceOptions options) throws IOException {
    named(nqn).add(options);
  }

  /** Done when the last command left its storage. */
  synchronized CompletableFuture<Void> removeNamespace(String nqn, int id) {
    return named(nqn).remove(id);
  }

  synchronized void resizeNamespace(String nqn, int id, long sizeBytes) throws IOException {
    named(nqn).resize(id, sizeBytes);
  }

  synchronized void allowedHosts(String nqn, AllowedHosts hosts, boolean endOthers) {
    access(named(nqn).subsystem(), ServedNamespaces.access(hosts), endOthers);
  }

  synchronized void allowHost(String nqn, String hostNqn) {
    Subsystem subsystem = named(nqn).subsystem();
    HostAccess now = subsystem.access();
    if (!now.allows(hostNqn)) {
      Set<String> more = new TreeSet<>(now.hosts());
      more.add(hostNqn);
      access(subsystem, HostAccess.only(more), false);
    }
  }

  synchronized void disallowHost(String nqn, String hostNqn, boolean endAssociations) {
    Subsystem subsystem = named(nqn).subsystem();
    HostAccess now = subsystem.access();
    if (now.anyHost()) {
      throw new IllegalArgumentException(
          "any host may connect to %s: there is no list to take %s from".formatted(nqn, hostNqn));
    }
    Set<String> fewer = new TreeSet<>(now.hosts());
    fewer.remove(hostNqn);
    access(subsystem, HostAccess.only(fewer), endAssociations);
  }

  private void access(Subsystem subsystem, HostAccess access, boolean endOthers) {
    subsystem.access(access, endOthers);
    updateDiscovery();
  }

  synchronized void referrals(List<ReferralOptions> others) {
    checkOpen();
    referrals =
        others.stream()
            .map(each -> new Referral(each.getAddress(), each.getPort(), each.getNqn()))
            .toList();
    updateDiscovery();
  }

  /** Hosts that asked discovery for changes are told that nothing is served any more. */
  synchronized void withdraw() {
    discovery.update(List.of(), ports, referrals);
  }

  /** What the namespaces of a subsystem were opened as, by identifier. */
  synchronized Map<Integer, NamespaceOptions> definitions(String nqn) {
    return named(nqn).definitions();
  }

  private void updateDiscovery() {
    discovery.update(
        served.values().stream().map(ServedNamespaces::subsystem).toList(), ports, referrals);
  }

  private ServedNamespaces named(String nqn) {
    checkOpen();
    ServedNamespaces found = served.get(nqn);
    if (found == null) {
      throw new IllegalArgumentException("no subsystem is called " + nqn);
    }
    return found;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the target is closed");
    }
  }

  synchronized List<ServedSubsystem> snapshot() {
    return served.values().stream().map(ServedNamespaces::snapshot).toList();
  }

  /** Ends every association and closes all storage. */
  synchronized CompletableFuture<Void> close() {
    closed = true;
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    served.values().forEach(each -> closing.add(each.close("target closes")));
    discovery.subsystem().retire("target closes");
    return CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new));
  }
}
