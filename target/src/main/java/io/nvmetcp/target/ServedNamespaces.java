package io.nvmetcp.target;

import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.HostAccess;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.NamespaceNames;
import io.nvmetcp.target.subsystem.Subsystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A subsystem that is served, with the storage that was opened for its namespaces. Guarded by its
 * owner; what opens or resizes storage blocks.
 */
final class ServedNamespaces {
  private final Subsystem subsystem;
  private final Map<Integer, NamespaceOptions> definitions = new HashMap<>();

  private ServedNamespaces(Subsystem subsystem) {
    this.subsystem = subsystem;
  }

  /** Opens all storage of a subsystem, or none. */
  static ServedNamespaces open(SubsystemOptions options, ControllerLimits limits)
      throws IOException {
    long startedNs = System.nanoTime();
    List<Namespace> opened = new ArrayList<>();
    try {
      for (NamespaceOptions namespace : options.getNamespaces()) {
        opened.add(open(options.getNqn(), namespace));
      }
      Subsystem subsystem =
          Subsystem.nvm(
              options.getNqn(),
              options.getSerial(),
              options.getModel(),
              limits,
              opened,
              () -> System.nanoTime() - startedNs);
      subsystem.access(access(options.getAllowedHosts()), false);
      ServedNamespaces served = new ServedNamespaces(subsystem);
      options.getNamespaces().forEach(served::define);
      return served;
    } catch (IOException | RuntimeException e) {
      closeAll(opened).join();
      throw e;
    }
  }

  private static Namespace open(String nqn, NamespaceOptions options) throws IOException {
    StorageBackend backend = options.getFactory().open(options.getBlockBytes());
    try {
      NamespaceNames derived = NamespaceNames.derived(nqn, options.getId());
      NamespaceNames names =
          new NamespaceNames(
              options.getUuid().orElse(derived.uuid()),
              options.getNguid().or(derived::nguid),
              options.getEui64().or(derived::eui64));
      return new Namespace(options.getId(), names, options.getBlockBytes(), backend);
    } catch (RuntimeException e) {
      backend.close().join();
      throw e;
    }
  }

  static HostAccess access(AllowedHosts hosts) {
    return hosts.anyHost() ? HostAccess.ANY : HostAccess.only(hosts.nqns());
  }

  private static CompletableFuture<Void> closeAll(List<Namespace> namespaces) {
    return CompletableFuture.allOf(
        namespaces.stream()
            .map(namespace -> namespace.backend().close())
            .toArray(CompletableFuture<?>[]::new));
  }

  Subsystem subsystem() {
    return subsystem;
  }

  /** Opens the storage of one more namespace and shows it to the hosts. */
  void add(NamespaceOptions options) throws IOException {
    if (subsystem.namespace(options.getId()) != null) {
      throw new IllegalArgumentException(
          "%s has a namespace %d already".formatted(subsystem.nqn(), options.getId()));
    }
    Namespace namespace = open(subsystem.nqn(), options);
    try {
      subsystem.add(namespace);
    } catch (RuntimeException e) {
      namespace.backend().close().join();
      throw e;
    }
    define(options);
  }

  private void define(NamespaceOptions options) {
    definitions.put(options.getId(), new NamespaceOptions(options));
  }

  /** What its namespaces were opened as, by identifier. */
  Map<Integer, NamespaceOptions> definitions() {
    return Map.copyOf(definitions);
  }

  /** Takes a namespace from the hosts; done when the last command left its storage. */
  CompletableFuture<Void> remove(int id) {
    Namespace removed = subsystem.remove(id);
    definitions.remove(id);
    return removed.backend().close();
  }

  /** Storage is there before a host sees it, and seen by no host any more when it is cut off. */
  void resize(int id, long sizeBytes) throws IOException {
    Namespace old = subsystem.namespace(id);
    if (old == null) {
      throw new IllegalArgumentException("%s has no namespace %d".formatted(subsystem.nqn(), id));
    }
    Namespace resized = old.withSize(sizeBytes);
    if (resized.sizeBytes() >= old.sizeBytes()) {
      old.backend().resize(sizeBytes);
      subsystem.resize(id, sizeBytes);
      return;
    }
    subsystem.resize(id, sizeBytes);
    try {
      old.backend().resize(sizeBytes);
    } catch (IOException | RuntimeException e) {
      subsystem.resize(id, old.sizeBytes());
      throw e;
    }
  }

  ServedSubsystem snapshot() {
    List<ServedNamespace> namespaces =
        subsystem.namespaces().stream()
            .map(
                each ->
                    new ServedNamespace(
                        each.nsid(),
                        description(each.nsid()),
                        each.sizeBytes(),
                        each.blockBytes(),
                        each.backend().readOnly(),
                        each.names().uuid()))
            .toList();
    HostAccess access = subsystem.access();
    return new ServedSubsystem(
        subsystem.nqn(),
        new AllowedHosts(access.anyHost(), access.hosts()),
        namespaces,
        subsystem.controllerCount());
  }

  private String description(int id) {
    NamespaceOptions options = definitions.get(id);
    if (options == null) {
      return "";
    }
    StringBuilder text = new StringBuilder(options.getDescription());
    options.getDelay().ifPresent(delay -> text.append(",delay=").append(delay.text()));
    options.getFaults().forEach(fault -> text.append(",fault=").append(fault.text()));
    return text.toString();
  }

  /** Ends every association, then closes the storage. */
  CompletableFuture<Void> close(String reason) {
    subsystem.retire(reason);
    return closeAll(subsystem.namespaces());
  }
}
