package io.nvmetcp.e2e.dissect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Proves that the comparison can fail: alters our side in every way and expects to be caught. */
final class SelfTest {
  private final Flows ours;
  private final Flows theirs;
  private final Digests digests;
  private final List<String> missed = new ArrayList<>();
  private int alterations;

  private SelfTest(Flows ours, Flows theirs, Digests digests) {
    this.ours = ours;
    this.theirs = theirs;
    this.digests = digests;
  }

  /** Alters each field of each type once, and drops a PDU of each direction. */
  static SelfTest of(Flows ours, Flows theirs, Digests digests) {
    SelfTest test = new SelfTest(ours, theirs, digests);
    test.run();
    return test;
  }

  /** Alterations that the comparison did not see. */
  List<String> missed() {
    return missed;
  }

  /** Alterations tried. */
  int alterations() {
    return alterations;
  }

  private void run() {
    Set<String> tried = new HashSet<>();
    ours.pdus()
        .forEach(
            (flow, pdus) -> {
              for (int i = 0; i < pdus.size(); i++) {
                for (String name : pdus.get(i).fields().keySet()) {
                  boolean seenByTshark = digests == Digests.CHECKED || !name.equals(Seen.DDGST_OK);
                  if (seenByTshark && tried.add(pdus.get(i).fields().get(Seen.TYPE) + name)) {
                    alter(flow, i, name);
                  }
                }
              }
              drop(flow, pdus.size() - 1);
            });
  }

  private void alter(String flow, int index, String name) {
    Map<String, Long> fields = new LinkedHashMap<>(pdus(flow).get(index).fields());
    fields.merge(name, 1L, (value, one) -> value ^ one);
    List<Seen> pdus = new ArrayList<>(pdus(flow));
    pdus.set(index, new Seen(fields, pdus.get(index).broken()));
    List<String> found = compare(flow, pdus);
    if (found.size() != 1 || !found.getFirst().contains(": " + name + " is ")) {
      missed.add("%s altered in %s PDU %d: %s".formatted(name, flow, index + 1, found));
    }
  }

  private void drop(String flow, int index) {
    List<Seen> pdus = new ArrayList<>(pdus(flow));
    pdus.remove(index);
    if (compare(flow, pdus).isEmpty()) {
      missed.add("%s PDU %d dropped".formatted(flow, index + 1));
    }
  }

  private List<String> compare(String flow, List<Seen> altered) {
    alterations++;
    Map<String, List<Seen>> all = new LinkedHashMap<>(ours.pdus());
    all.put(flow, altered);
    return Comparison.of(new Flows(all, ours.complaints(), ours.order()), theirs, digests)
        .differences();
  }

  private List<Seen> pdus(String flow) {
    return ours.pdus().getOrDefault(flow, List.of());
  }
}
