package io.nvmetcp.target;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what a target serves to what other options say, with the least change: what is the same
 * stays untouched, hosts, data and all. Used once; blocks.
 *
 * <p>What can fail comes first, and is undone if anything fails: storage is opened and made larger
 * before anybody loses anything. The rest takes away or says who may connect, which cannot fail.
 */
final class Reconfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(Reconfiguration.class);

  /** Something done to what is served; storage that goes may take its time to close. */
  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  /** A step that is taken when all that can fail went well. */
  private record Step(String change, Action action) {}

  private final ServedStorage storage;
  private final List<String> changes = new ArrayList<>();
  private final Deque<Action> undo = new ArrayDeque<>();
  private final List<Step> last = new ArrayList<>();

  Reconfiguration(ServedStorage storage) {
    this.storage = storage;
  }

  /**
   * Does it.
   *
   * @return a line for each change, in the order in which they were made
   * @throws IOException if storage cannot be had; nothing has changed
   * @throws IllegalArgumentException if the options do not fit together, likewise
   */
  List<String> apply(TargetOptions next) throws IOException {
    synchronized (storage) {
      Map<String, ServedSubsystem> served = new HashMap<>();
      storage.snapshot().forEach(each -> served.put(each.nqn(), each));
      try {
        for (SubsystemOptions wanted : next.getSubsystems()) {
          ServedSubsystem now = served.remove(wanted.getNqn());
          if (now == null) {
            add(wanted);
          } else {
            change(now, wanted);
          }
        }
      } catch (IOException | RuntimeException e) {
        takeBack(e);
        throw e;
      }
      for (ServedSubsystem gone : served.values()) {
        later("removed subsystem " + gone.nqn(), () -> closes(storage.removeSubsystem(gone.nqn())));
      }
      finish();
      storage.referrals(next.getReferrals());
      return changes;
    }
  }

  /** Names of the options that differ and cannot be changed while the target runs. */
  static List<String> fixed(TargetOptions now, TargetOptions next) {
    JsonObject before = now.toJson();
    JsonObject after = next.toJson();
    List<String> differ = new ArrayList<>();
    for (String name : before.fieldNames()) {
      boolean runs = name.equals("subsystems") || name.equals("referrals");
      if (!runs && !Objects.equals(before.getValue(name), after.getValue(name))) {
        differ.add(name);
      }
    }
    for (SubsystemOptions wanted : next.getSubsystems()) {
      now.getSubsystems().stream()
          .filter(each -> each.getNqn().equals(wanted.getNqn()))
          .filter(
              each ->
                  !each.getSerial().equals(wanted.getSerial())
                      || !each.getModel().equals(wanted.getModel()))
          .forEach(each -> differ.add("serial or model of " + each.getNqn()));
    }
    return differ;
  }

  private void add(SubsystemOptions wanted) throws IOException {
    storage.addSubsystem(wanted);
    undo.push(() -> closes(storage.removeSubsystem(wanted.getNqn())));
    changes.add("added subsystem " + wanted.getNqn());
  }

  private void change(ServedSubsystem now, SubsystemOptions wanted) throws IOException {
    String nqn = now.nqn();
    Map<Integer, NamespaceOptions> opened = new HashMap<>(storage.definitions(nqn));
    for (NamespaceOptions namespace : wanted.getNamespaces()) {
      NamespaceOptions old = opened.remove(namespace.getId());
      if (old == null) {
        storage.addNamespace(nqn, namespace);
        undo.push(() -> closes(storage.removeNamespace(nqn, namespace.getId())));
        changes.add("added " + named(nqn, namespace));
      } else if (old.isSameNamespace(namespace)) {
        resize(nqn, namespace, sizeNow(now, namespace.getId()));
      } else {
        replace(nqn, namespace);
      }
    }
    for (NamespaceOptions gone : opened.values()) {
      later(
          "removed " + named(nqn, gone), () -> closes(storage.removeNamespace(nqn, gone.getId())));
    }
    AllowedHosts hosts = wanted.getAllowedHosts();
    if (!hosts.equals(now.allowedHosts())) {
      later(
          "allowed "
              + (hosts.anyHost() ? "any host" : hosts.nqns().size() + " hosts")
              + " in "
              + nqn,
          () -> storage.allowedHosts(nqn, hosts, true));
    }
  }

  private static long sizeNow(ServedSubsystem now, int id) {
    return now.namespaces().stream()
        .filter(each -> each.id() == id)
        .mapToLong(ServedNamespace::sizeBytes)
        .findFirst()
        .orElseThrow();
  }

  private static String named(String nqn, NamespaceOptions namespace) {
    return "namespace %d of %s: %s".formatted(namespace.getId(), nqn, namespace.getDescription());
  }

  private void resize(String nqn, NamespaceOptions namespace, long sizeBytes) throws IOException {
    int id = namespace.getId();
    OptionalLong wanted = namespace.source().wantedBytes();
    long size = wanted.orElse(sizeBytes);
    if (size == sizeBytes) {
      return;
    }
    String change = "resized %s, from %d bytes".formatted(named(nqn, namespace), sizeBytes);
    if (size < sizeBytes) {
      later(change, () -> storage.resizeNamespace(nqn, id, size));
      return;
    }
    storage.resizeNamespace(nqn, id, size);
    undo.push(() -> storage.resizeNamespace(nqn, id, sizeBytes));
    changes.add(change);
  }

  // The identifier is taken, so the new one comes when the old one has gone; that it can be opened
  // is tried before.
  private void replace(String nqn, NamespaceOptions namespace) throws IOException {
    try {
      namespace.getFactory().open(namespace.getBlockBytes()).close().join();
    } catch (IOException e) {
      throw new IOException(
          "%s; what is served already can be taken away now and come back by a later change"
              .formatted(e.getMessage()),
          e);
    }
    later(
        "replaced " + named(nqn, namespace),
        () -> {
          closes(storage.removeNamespace(nqn, namespace.getId()));
          storage.addNamespace(nqn, namespace);
        });
  }

  // It closes when its last command has ended, and nobody waits for that.
  private static void closes(CompletableFuture<Void> storage) {
    var unused =
        storage.exceptionally(
            cause -> {
              LOG.warn("storage that is not served any more did not close: {}", cause.toString());
              return null;
            });
  }

  private void later(String change, Action action) {
    last.add(new Step(change, action));
  }

  private void takeBack(Exception cause) {
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (IOException | RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }

  private void finish() throws IOException {
    for (Step step : last) {
      step.action.run();
      changes.add(step.change);
    }
  }
}
