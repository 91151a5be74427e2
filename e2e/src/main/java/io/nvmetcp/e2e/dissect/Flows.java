package io.nvmetcp.e2e.dissect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a dissector made of a capture.
 *
 * @param pdus in the order of the stream, by direction: {@code port>port}
 * @param complaints other things it found wrong
 * @param order the directions of all PDUs as they ended in the capture
 */
record Flows(Map<String, List<Seen>> pdus, List<String> complaints, List<String> order) {
  static Flows empty() {
    return new Flows(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
  }

  void add(String flow, Seen pdu) {
    pdus.computeIfAbsent(flow, key -> new ArrayList<>()).add(pdu);
    order.add(flow);
  }

  /** PDUs whose digest {@code field} is wrong. */
  int bad(String field) {
    return (int) pdus.values().stream().flatMap(List::stream).filter(p -> p.isBad(field)).count();
  }

  /** PDUs that have {@code field}. */
  int count(String field) {
    return (int)
        pdus.values().stream()
            .flatMap(List::stream)
            .filter(p -> p.fields().containsKey(field))
            .count();
  }

  /** All PDUs. */
  int size() {
    return pdus.values().stream().mapToInt(List::size).sum();
  }
}
