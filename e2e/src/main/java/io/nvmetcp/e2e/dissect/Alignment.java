package io.nvmetcp.e2e.dissect;

import io.nvmetcp.pdu.PduType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the two sides asked of each other when they connected, seen in every PDU of a capture: where
 * data starts (HPDA and CPDA), and how many R2Ts of a command are outstanding (MAXR2T). NVMe/TCP
 * transport specification 1.0, sections 3.6.2.2, 3.6.2.3 and 3.3.2.2.
 */
final class Alignment {
  private static final String PDO = "pdo";
  private static final int DWORD_BYTES = 4;
  private static final long LAST_PDU = 0x4;

  private final Map<Long, Integer> outstanding = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private long toHost;
  private long toController;
  private int mostR2ts;
  private long hostAlign;
  private long controllerAlign;
  private long allowedR2ts;

  private Alignment() {}

  /** What is wrong with a capture of a write by R2T and of a read. */
  static List<String> of(Flows flows) {
    Map<String, Deque<Seen>> left = new HashMap<>();
    flows.pdus().forEach((flow, pdus) -> left.put(flow, new ArrayDeque<>(pdus)));
    Map<String, Alignment> connections = new HashMap<>();
    for (String flow : flows.order()) {
      Seen pdu = Objects.requireNonNull(left.get(flow)).remove();
      connections.computeIfAbsent(bothWays(flow), key -> new Alignment()).see(pdu);
    }
    List<String> wrong = new ArrayList<>();
    connections.values().forEach(connection -> wrong.addAll(connection.wrong));
    if (connections.values().stream().noneMatch(Alignment::paddedToHost)) {
      wrong.add("no data for a host that asked for padding");
    }
    if (connections.values().stream().noneMatch(Alignment::paddedToController)) {
      wrong.add("no data for a controller that asked for padding, with several R2Ts at a time");
    }
    return wrong;
  }

  private static String bothWays(String flow) {
    String[] ports = flow.split(">", 2);
    return ports[0].compareTo(ports[1]) < 0 ? flow : ports[1] + ">" + ports[0];
  }

  private boolean paddedToHost() {
    return toHost > 0 && hostAlign > DWORD_BYTES;
  }

  private boolean paddedToController() {
    return toController > 0 && controllerAlign > DWORD_BYTES && mostR2ts > 1;
  }

  private void see(Seen pdu) {
    PduType type = PduType.byCode(pdu.fields().getOrDefault(Seen.TYPE, -1L).intValue());
    if (type == null) {
      wrong.add("a PDU of no type");
      return;
    }
    long pdo = pdu.fields().getOrDefault(PDO, 0L);
    switch (type) {
      case IC_REQ -> {
        hostAlign = (field(pdu, "hpda") + 1) * DWORD_BYTES;
        allowedR2ts = field(pdu, "maxr2t") + 1;
      }
      case IC_RESP -> controllerAlign = (field(pdu, "cpda") + 1) * DWORD_BYTES;
      case C2H_DATA -> {
        toHost++;
        aligned(type, pdo, hostAlign);
      }
      case H2C_DATA -> {
        toController++;
        aligned(type, pdo, controllerAlign);
        if ((field(pdu, "flags") & LAST_PDU) != 0) {
          outstanding.merge(field(pdu, "cid"), -1, Integer::sum);
        }
      }
      case CAPSULE_CMD -> {
        if (pdo != 0) {
          aligned(type, pdo, controllerAlign);
        }
      }
      case R2T -> {
        int now = outstanding.merge(field(pdu, "cid"), 1, Integer::sum);
        mostR2ts = Math.max(mostR2ts, now);
        if (now > allowedR2ts) {
          wrong.add("%d R2Ts of a command, %d are allowed".formatted(now, allowedR2ts));
        }
      }
      default -> {}
    }
  }

  private static long field(Seen pdu, String name) {
    return Objects.requireNonNull(pdu.fields().get(name), name);
  }

  private void aligned(PduType type, long pdo, long to) {
    if (pdo == 0 || pdo % to != 0) {
      wrong.add("data of a %s at %d, which is no multiple of %d".formatted(type, pdo, to));
    }
  }
}
