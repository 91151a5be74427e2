package io.nvmetcp.initiator;

import io.nvmetcp.initiator.connect.NamespaceFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces of a controller, as it said last. A namespace that stays active keeps its object.
 * For any thread.
 */
final class NamespaceTable {
  private final IoPort port;
  private final Consumer<ControllerEvent> events;
  private final TreeMap<Long, Namespace> byId = new TreeMap<>();
  private volatile List<Namespace> all = List.of();
  private volatile boolean cut;

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

  /** True if there are more of them, which were not looked at. */
  boolean isCut() {
    return cut;
  }

  /** Takes over whether there are more than were looked at. */
  void cut(boolean value) {
    cut = value;
  }

  /** Takes over what the controller says of all its namespaces. */
  void update(List<NamespaceFacts> now) {
    List<ControllerEvent> changes = new ArrayList<>();
    synchronized (this) {
      Map<Long, Namespace> gone = new TreeMap<>(byId);
      for (NamespaceFacts facts : now) {
        Namespace known = gone.remove(facts.id());
        if (known == null || !facts.isSameAs(known.facts())) {
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

  /**
   * Which namespaces are not what they were, if this is what the controller says of them now, and
   * why: gone, another one, or of another size.
   */
  Map<Long, String> mismatches(List<NamespaceFacts> now) {
    Map<Long, NamespaceFacts> byNow = new TreeMap<>();
    now.forEach(facts -> byNow.put(facts.id(), facts));
    Map<Long, String> found = new TreeMap<>();
    for (Namespace namespace : all) {
      NamespaceFacts before = namespace.facts();
      String wrong = mismatch(before, byNow.get(before.id()));
      if (wrong != null) {
        found.put(before.id(), "after the connection was lost, " + wrong);
      }
    }
    return found;
  }

  private static @Nullable String mismatch(NamespaceFacts before, @Nullable NamespaceFacts now) {
    if (now == null) {
      return "namespace %d is not there any more".formatted(before.id());
    }
    if (!now.isSameAs(before)) {
      return "namespace %d is another one: %s with blocks of %d bytes, before %s with %d"
          .formatted(
              before.id(),
              now.identity().describe(),
              now.blockBytes(),
              before.identity().describe(),
              before.blockBytes());
    }
    return now.blocks() == before.blocks()
        ? null
        : "namespace %d has %d blocks, before %d"
            .formatted(before.id(), now.blocks(), before.blocks());
  }
}
