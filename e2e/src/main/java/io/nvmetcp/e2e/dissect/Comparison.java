package io.nvmetcp.e2e.dissect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares what two dissectors made of the same capture. */
final class Comparison {
  private final Digests digests;
  private final List<String> differences = new ArrayList<>();
  private int compared;

  private Comparison(Digests digests) {
    this.digests = digests;
  }

  /**
   * Where {@code ours} and {@code theirs} differ, and what either complains of; empty if all is
   * well.
   */
  static Comparison of(Flows ours, Flows theirs, Digests digests) {
    Comparison comparison = new Comparison(digests);
    ours.complaints().forEach(text -> comparison.differences.add("we: " + text));
    theirs.complaints().forEach(text -> comparison.differences.add("tshark: " + text));
    var flows = new TreeSet<>(ours.pdus().keySet());
    flows.addAll(theirs.pdus().keySet());
    for (String flow : flows) {
      comparison.flow(
          flow,
          ours.pdus().getOrDefault(flow, List.of()),
          theirs.pdus().getOrDefault(flow, List.of()));
    }
    return comparison;
  }

  List<String> differences() {
    return differences;
  }

  /** PDUs that both have. */
  int compared() {
    return compared;
  }

  private void flow(String flow, List<Seen> ours, List<Seen> theirs) {
    boolean stopped = !ours.isEmpty() && ours.getLast().broken();
    if (stopped ? theirs.size() < ours.size() : theirs.size() != ours.size()) {
      differences.add("%s: we see %d PDUs, tshark %d".formatted(flow, ours.size(), theirs.size()));
    }
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      compared++;
      pdu("%s PDU %d".formatted(flow, i + 1), ours.get(i), theirs.get(i));
    }
    // Beyond a header whose digest is wrong we trust nothing; tshark goes on and must find no more.
    for (int i = ours.size(); stopped && i < theirs.size(); i++) {
      if (theirs.get(i).isBad(Seen.HDGST_OK) || theirs.get(i).isBad(Seen.DDGST_OK)) {
        differences.add("%s PDU %d: a digest that tshark finds bad".formatted(flow, i + 1));
      }
    }
  }

  private void pdu(String where, Seen ours, Seen theirs) {
    Map<String, Long> mine = new HashMap<>(ours.fields());
    if (digests == Digests.PADDED) {
      mine.remove(Seen.DDGST_OK);
    }
    var names = new TreeSet<>(mine.keySet());
    if (!ours.broken()) {
      names.addAll(theirs.fields().keySet());
    }
    for (String name : names) {
      @Nullable Long a = mine.get(name);
      @Nullable Long b = theirs.fields().get(name);
      if (a == null || !a.equals(b)) {
        differences.add("%s: %s is %s for us, %s for tshark".formatted(where, name, a, b));
      }
    }
  }
}
