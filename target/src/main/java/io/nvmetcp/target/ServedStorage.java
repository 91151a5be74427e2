package io.nvmetcp.target;

import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.discovery.DiscoveryService;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.Subsystem;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/** The subsystems of a running target and the storage that it opened for them. Immutable. */
final class ServedStorage {
  private final SubsystemDirectory directory;
  private final List<StorageBackend> backends;

  private ServedStorage(SubsystemDirectory directory, List<StorageBackend> backends) {
    this.directory = directory;
    this.backends = backends;
  }

  /**
   * Opens everything, or nothing. Blocks.
   *
   * @param port the port listened on, asked by discovery
   */
  static ServedStorage open(TargetOptions options, IntSupplier port) throws IOException {
    ControllerLimits limits =
        new ControllerLimits(
            options.getQueueEntries(),
            options.getIoQueues(),
            options.getMaxTransferBytes(),
            options.getInCapsuleBytes(),
            options.getMaxConnections());
    List<StorageBackend> opened = new ArrayList<>();
    try {
      List<Subsystem> subsystems = new ArrayList<>();
      for (SubsystemOptions subsystem : options.getSubsystems()) {
        subsystems.add(open(subsystem, limits, opened));
      }
      List<String> nqns = subsystems.stream().map(Subsystem::nqn).toList();
      subsystems.add(
          new DiscoveryService(nqns, options.getAdvertisedAddress(), port, limits).subsystem());
      return new ServedStorage(new SubsystemDirectory(subsystems), List.copyOf(opened));
    } catch (IOException | RuntimeException e) {
      closeAll(opened).join();
      throw e;
    }
  }

  private static Subsystem open(
      SubsystemOptions options, ControllerLimits limits, List<StorageBackend> opened)
      throws IOException {
    List<Namespace> namespaces = new ArrayList<>();
    for (NamespaceOptions namespace : options.getNamespaces()) {
      StorageBackend backend = namespace.getFactory().open(namespace.getBlockBytes());
      opened.add(backend);
      UUID uuid = namespace.getUuid().orElseGet(() -> derived(options.getNqn(), namespace.getId()));
      namespaces.add(new Namespace(namespace.getId(), uuid, namespace.getBlockBytes(), backend));
    }
    return Subsystem.nvm(
        options.getNqn(), options.getSerial(), options.getModel(), limits, namespaces);
  }

  // The same after each restart, so that a host knows its disk again.
  private static UUID derived(String nqn, int nsid) {
    return UUID.nameUUIDFromBytes((nqn + "#" + nsid).getBytes(StandardCharsets.UTF_8));
  }

  SubsystemDirectory directory() {
    return directory;
  }

  CompletableFuture<Void> close() {
    return closeAll(backends);
  }

  private static CompletableFuture<Void> closeAll(List<StorageBackend> backends) {
    return CompletableFuture.allOf(
        backends.stream().map(StorageBackend::close).toArray(CompletableFuture<?>[]::new));
  }
}
