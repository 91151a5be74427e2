package io.nvmetcp.e2e.sim.net;

/**
 * What one direction of a connection is like.
 *
 * @param latencyNs what every byte takes
 * @param jitterNs what a packet takes besides, at most
 * @param cut how the stream is cut
 * @param mostBytes bytes of a packet, at most, where {@code cut} draws them
 * @param capacityBytes bytes on the way and not yet read, at most; a power of two
 * @param flipOneIn one in so many parts of PDUs that a digest covers has a bit flipped; 0 is none
 */
public record Weather(
    long latencyNs, long jitterNs, Cut cut, int mostBytes, int capacityBytes, int flipOneIn) {
  /** How a stream is cut into what arrives at a time. */
  public enum Cut {
    /** What was sent together arrives together. */
    WHOLE,
    /** Packets of equal size. */
    PACKETS,
    /** Packets of any size. */
    RANDOM,
    /** A PDU at a time. */
    PDUS
  }

  /** Checks the capacity. */
  public Weather {
    if (Integer.bitCount(capacityBytes) != 1 || mostBytes < 1) {
      throw new IllegalArgumentException(
          capacityBytes + " bytes of capacity, packets of " + mostBytes);
    }
  }
}
