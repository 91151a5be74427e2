package io.nvmetcp.target.subsystem;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The namespaces of a subsystem at one moment, by identifier. Immutable; any thread. */
final class NamespaceTable {
  static final NamespaceTable EMPTY = new NamespaceTable(new @Nullable Namespace[1]);

  private final @Nullable Namespace[] byNsid;

  private NamespaceTable(@Nullable Namespace[] byNsid) {
    this.byNsid = byNsid;
  }

  /** The namespace with this identifier, or null. */
  @Nullable Namespace get(long nsid) {
    return nsid > 0 && nsid < byNsid.length ? byNsid[(int) nsid] : null;
  }

  /** All of them, by identifier. */
  List<Namespace> all() {
    return Arrays.stream(byNsid).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  /** This table with {@code namespace} in its place. */
  NamespaceTable with(Namespace namespace) {
    @Nullable Namespace[] copy =
        Arrays.copyOf(byNsid, Math.max(byNsid.length, namespace.nsid() + 1));
    copy[namespace.nsid()] = namespace;
    return new NamespaceTable(copy);
  }

  /** This table without the namespace {@code nsid}. */
  NamespaceTable without(int nsid) {
    @Nullable Namespace[] copy = byNsid.clone();
    copy[nsid] = null;
    return new NamespaceTable(copy);
  }
}
