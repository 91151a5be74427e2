package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.kernel.Dice;
import java.util.Arrays;

/**
 * Follows the PDUs of a pipe as they are sent: knows where each ends, flips bits that a digest
 * covers, and tells whoever wants to hear of each header.
 */
final class PduWatch {
  /** Told of each header when it is complete, before it is on its way. */
  @FunctionalInterface
  interface Ear {
    /**
     * @param header borrowed; its first {@code length} bytes count
     */
    void header(byte[] header, int length);
  }

  private final PduTracker tracker = new PduTracker();
  private final Dice dice;
  private final int flipOneIn;
  private final Ear ear;
  private long[] ends = new long[16];
  private int count;
  private int next;
  private long flips;
  private boolean flipping = true;

  PduWatch(Dice dice, int flipOneIn, Ear ear) {
    this.dice = dice;
    this.flipOneIn = flipOneIn;
    this.ear = ear;
  }

  /** No bit is flipped any more. */
  void calm() {
    flipping = false;
  }

  /** Bits flipped so far. */
  long flips() {
    return flips;
  }

  /** Looks at bytes of the stream, and may flip some of their bits. */
  void look(byte[] ring, long from, long to) {
    int mask = ring.length - 1;
    long at = from;
    while (at < to) {
      int index = (int) at & mask;
      int most = (int) Math.min(to - at, ring.length - index);
      PduTracker.Part part = tracker.part();
      int before = tracker.headerBytes();
      int step = tracker.take(ring, index, most);
      at += step;
      if (part == PduTracker.Part.HEADER && tracker.part() != PduTracker.Part.HEADER) {
        ear.header(tracker.header(), tracker.headerBytes());
      }
      flip(ring, index, step, part, before + step);
      if (tracker.atBoundary()) {
        boundary(at);
      }
    }
  }

  private void boundary(long at) {
    if (next == count) {
      next = 0;
      count = 0;
    } else if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
    }
    ends[count++] = at;
  }

  /** Where the PDU ends that a packet starts in which starts here; {@code limit} if not before. */
  long end(long from, long limit) {
    while (next < count && ends[next] <= from) {
      next++;
    }
    return next < count && ends[next] < limit ? ends[next] : limit;
  }

  // The tracker has taken the bytes as they were sent. Whether a header is covered is known only
  // once its flags are there.
  private void flip(byte[] ring, int index, int length, PduTracker.Part part, int headerBytes) {
    if (flipOneIn == 0 || !flipping || !covered(part, headerBytes) || !dice.oneIn(flipOneIn)) {
      return;
    }
    ring[index + dice.below(length)] ^= (byte) (1 << dice.below(Byte.SIZE));
    flips++;
  }

  private boolean covered(PduTracker.Part part, int headerBytes) {
    return switch (part) {
      case HEADER -> headerBytes > 1 && tracker.headerDigest();
      case HEADER_DIGEST -> true;
      case PAYLOAD, DATA_DIGEST -> tracker.dataDigest();
      case PADDING, REST, LOST -> false;
    };
  }
}
