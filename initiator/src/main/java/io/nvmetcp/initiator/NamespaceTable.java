package io.nvmetcp.initiator;

import io.nvmetcp.initiator.connect.ConnectCommands;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The namespaces of a controller, as it said last. A namespace that stays active keeps its object.
 * For any thread.
 */
final class NamespaceTable {
  /** More namespaces than this are not believed. */
  static final int MAX_NAMESPACES = 1024;

  private final IoPort port;
  private final Consumer<ControllerEvent> events;
  private final TreeMap<Long, Namespace> byId = new TreeMap<>();
  private volatile List<Namespace> all = List.of();

  /**
   * @param events told of what changed after the first {@link #update}
   */
  NamespaceTable(IoPort port, List<NamespaceFacts> first, Consumer<ControllerEvent> events) {
    this.port = port;
    this.events = events;
    first.forEach(facts -> byId.put(facts.id(), new Namespace(port, facts)));
    all = List.copyOf(byId.values());
  }

  List<Namespace> all() {
    return all;
  }

  /** Takes over what the controller says of all its namespaces. */
  void update(List<NamespaceFacts> now) {
    List<ControllerEvent> changes = new ArrayList<>();
    synchronized (this) {
      Map<Long, Namespace> gone = new TreeMap<>(byId);
      for (NamespaceFacts facts : now) {
        Namespace known = gone.remove(facts.id());
        if (known == null || isAnother(known.facts(), facts)) {
          if (known != null) {
            known.retire();
            changes.add(new ControllerEvent.NamespaceRemoved(facts.id()));
          }
          Namespace added = new Namespace(port, facts);
          byId.put(facts.id(), added);
          changes.add(new ControllerEvent.NamespaceAdded(added));
        } else if (!known.facts().equals(facts)) {
          long oldBlocks = known.blocks();
          known.update(facts);
          changes.add(new ControllerEvent.NamespaceChanged(known, oldBlocks));
        }
      }
      gone.forEach(
          (id, namespace) -> {
            byId.remove(id);
            namespace.retire();
            changes.add(new ControllerEvent.NamespaceRemoved(id));
          });
      all = List.copyOf(byId.values());
    }
    changes.forEach(events);
  }

  // The identifier was given to another namespace, or to the same one with other blocks.
  private static boolean isAnother(NamespaceFacts known, NamespaceFacts now) {
    return !known.uuid().equals(now.uuid()) || known.blockBytes() != now.blockBytes();
  }

  /** Asks the controller, and takes over what it says. */
  Future<List<Namespace>> rescan(Admin admin) {
    return admin
        .identify(Cns.ACTIVE_NAMESPACES, 0)
        .compose(list -> new Scan(admin, ConnectCommands.namespaceIds(list)).start())
        .map(
            facts -> {
              update(facts);
              return all;
            });
  }

  /** Asks for one namespace after the other. */
  private static final class Scan {
    private final Admin admin;
    private final long[] ids;
    private final List<NamespaceFacts> found = new ArrayList<>();
    private final Promise<List<NamespaceFacts>> promise = Promise.promise();
    private int next;

    Scan(Admin admin, long[] ids) {
      this.admin = admin;
      this.ids = ids;
    }

    Future<List<NamespaceFacts>> start() {
      step();
      return promise.future();
    }

    private void step() {
      if (next == ids.length || found.size() == MAX_NAMESPACES) {
        promise.complete(found);
        return;
      }
      long id = ids[next++];
      admin
          .identifyNamespace(id)
          .compose(page -> descriptors(id).map(list -> NamespaceFacts.of(id, page, list)))
          .onSuccess(
              facts -> {
                facts.ifPresent(found::add);
                step();
              })
          .onFailure(this::skip);
    }

    private Future<byte[]> descriptors(long id) {
      return admin
          .identify(Cns.NAMESPACE_DESCRIPTORS, id)
          .recover(
              // Descriptors came with version 1.3; without them the namespace has no UUID.
              cause ->
                  cause instanceof NvmeException.CommandFailed
                      ? Future.succeededFuture(new byte[Cns.DATA_BYTES])
                      : Future.failedFuture(cause));
    }

    private void skip(Throwable cause) {
      // Gone since it was listed.
      if (cause instanceof NvmeException.CommandFailed failed
          && failed.code() == Status.INVALID_NAMESPACE) {
        step();
      } else {
        promise.fail(cause);
      }
    }
  }
}
