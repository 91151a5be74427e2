package io.nvmetcp.e2e.system;

import io.nvmetcp.ddp.TeardownMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which cells of the matrix are run: all of them, or so few that any two values, or any three, of
 * different dimensions still meet in one. The same each time.
 */
final class MatrixCells {
  static final int WINDOW = 8;

  private static final List<String> POLICIES =
      List.of(
          "in-order",
          "reverse:" + WINDOW,
          "shuffle:" + WINDOW + ":3",
          "small-first:" + WINDOW,
          "script:3,1,2",
          "interleave:" + WINDOW + ":4096",
          "hold:3:2");
  private static final List<Integer> BLOCKS = List.of(512, 4096);
  private static final List<Integer> QUEUES = List.of(1, 2, 4);

  /** A device and a teardown that makes a difference with it. */
  private record Placement(String device, TeardownMode teardown) {}

  private static final List<Placement> PLACEMENTS =
      List.of(
          // Without a mapping there is nothing to tear down.
          new Placement("none", TeardownMode.LAZY),
          new Placement("socket:2048", TeardownMode.LAZY),
          new Placement("socket:2048", TeardownMode.EAGER),
          new Placement("simulated:5", TeardownMode.LAZY),
          new Placement("simulated:5", TeardownMode.EAGER));
  private static final int DIGESTS = 4;

  private MatrixCells() {}

  /** Every cell there is. */
  static List<MatrixCell> all(List<Transports> transports) {
    List<MatrixCell> cells = new ArrayList<>();
    for (String policy : POLICIES) {
      for (Placement placement : PLACEMENTS) {
        for (int digests = 0; digests < DIGESTS; digests++) {
          for (Transports transport : transports) {
            for (int blockBytes : BLOCKS) {
              for (int queues : QUEUES) {
                cells.add(
                    new MatrixCell(
                        policy,
                        placement.device(),
                        placement.teardown(),
                        (digests & 1) != 0,
                        (digests & 2) != 0,
                        transport,
                        blockBytes,
                        queues));
              }
            }
          }
        }
      }
    }
    return cells;
  }

  /**
   * Cells in which any {@code strength} values of different dimensions meet: greedily, each next
   * cell the one in which most meet that have not met.
   */
  static List<MatrixCell> covering(List<MatrixCell> all, int strength) {
    List<Set<String>> meetings = all.stream().map(cell -> meetings(cell, strength)).toList();
    Set<String> open = new HashSet<>();
    meetings.forEach(open::addAll);
    List<MatrixCell> chosen = new ArrayList<>();
    while (!open.isEmpty()) {
      int best = 0;
      int most = 0;
      for (int i = 0; i < all.size() && most < meetings.get(best).size(); i++) {
        // Start elsewhere each time, lest neighbours of the first cell are always preferred.
        int at = (i + chosen.size() * 37) % all.size();
        int count = 0;
        for (String meeting : meetings.get(at)) {
          count += open.contains(meeting) ? 1 : 0;
        }
        if (count > most) {
          most = count;
          best = at;
        }
      }
      chosen.add(all.get(best));
      open.removeAll(meetings.get(best));
    }
    return chosen;
  }

  /** The combinations of {@code strength} values that meet in a cell. */
  static Set<String> meetings(MatrixCell cell, int strength) {
    List<String> values =
        List.of(
            "policy " + cell.policy(),
            "placement " + cell.device() + " " + cell.teardown(),
            "digests " + cell.digests(),
            "transport " + cell.transport(),
            "block " + cell.blockBytes(),
            "queues " + cell.queues());
    Set<String> meetings = new HashSet<>();
    combine(values, 0, strength, "", meetings);
    return meetings;
  }

  private static void combine(
      List<String> values, int from, int left, String start, Set<String> meetings) {
    if (left == 0) {
      meetings.add(start);
      return;
    }
    for (int i = from; i <= values.size() - left; i++) {
      combine(values, i + 1, left - 1, start + values.get(i) + "; ", meetings);
    }
  }
}
