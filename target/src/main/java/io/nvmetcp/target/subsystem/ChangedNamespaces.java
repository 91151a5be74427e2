package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.ChangedNamespaceLog;
import java.util.ArrayList;
import java.util.TreeSet;

/** Namespaces that changed since the host last read of it (log page 04h). Any thread. */
final class ChangedNamespaces {
  // Bounded: there are no more identifiers than the page has room for.
  private final TreeSet<Long> nsids = new TreeSet<>();

  synchronized void add(int nsid) {
    nsids.add((long) nsid);
  }

  /**
   * The log page.
   *
   * @param retain the host will ask again: nothing is forgotten
   */
  synchronized byte[] page(boolean retain) {
    byte[] page = ChangedNamespaceLog.of(new ArrayList<>(nsids)).encode();
    if (!retain) {
      nsids.clear();
    }
    return page;
  }

  synchronized void reset() {
    nsids.clear();
  }
}
