package io.nvmetcp.e2e.dissect;

import io.nvmetcp.pdu.Role;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** How PDUs are cut into TCP segments. */
enum Cut {
  /** A segment per PDU. */
  PER_PDU,
  /** What one end sends before the other speaks goes into one segment, up to the largest. */
  JOINED,
  /** Segments of an Ethernet network, across PDUs. */
  ETHERNET,
  /** Segments of a few bytes, so that headers and digests are torn apart. */
  TINY,
  /** Segments of random size. */
  RANDOM;

  private static final int MAX_BYTES = 60_000;
  private static final int ETHERNET_BYTES = 1448;
  private static final int TINY_BYTES = 7;
  private static final int RANDOM_BYTES = 5000;

  /** The segments that carry {@code turns}. */
  List<Turn> apply(List<Turn> turns, long seed) {
    if (this == PER_PDU) {
      return turns;
    }
    Random random = new Random(seed);
    List<Turn> segments = new ArrayList<>();
    var joined = new ByteArrayOutputStream();
    for (int i = 0; i < turns.size(); i++) {
      Role sender = turns.get(i).sender();
      joined.writeBytes(turns.get(i).bytes());
      if (i + 1 == turns.size() || turns.get(i + 1).sender() != sender) {
        byte[] all = joined.toByteArray();
        joined.reset();
        int at = 0;
        while (at < all.length) {
          int end = Math.min(all.length, at + size(random));
          segments.add(new Turn(sender, Arrays.copyOfRange(all, at, end)));
          at = end;
        }
      }
    }
    return segments;
  }

  private int size(Random random) {
    return switch (this) {
      case PER_PDU, JOINED -> MAX_BYTES;
      case ETHERNET -> ETHERNET_BYTES;
      case TINY -> TINY_BYTES;
      case RANDOM -> 1 + random.nextInt(RANDOM_BYTES);
    };
  }
}
