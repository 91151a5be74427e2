package io.nvmetcp.e2e.proxy;

/**
 * How bad a network is, each way.
 *
 * @param minDelayMillis least delay of what passes
 * @param maxDelayMillis most delay; each piece has its own, and none overtakes another
 * @param minPieceBytes least bytes of a piece
 * @param maxPieceBytes most bytes of a piece, 0 to pass on what came as it came
 */
public record Weather(
    int minDelayMillis, int maxDelayMillis, int minPieceBytes, int maxPieceBytes) {
  /** Everything passes at once, as it came. */
  public static final Weather FAIR = new Weather(0, 0, 0, 0);

  /** Refuses ranges that are none. */
  public Weather {
    if (minDelayMillis < 0 || maxDelayMillis < minDelayMillis) {
      throw new IllegalArgumentException(
          "no delay lies between %d and %d ms".formatted(minDelayMillis, maxDelayMillis));
    }
    if (minPieceBytes < 0
        || maxPieceBytes < minPieceBytes
        || maxPieceBytes > 0 && minPieceBytes < 1) {
      throw new IllegalArgumentException(
          "no piece has between %d and %d bytes".formatted(minPieceBytes, maxPieceBytes));
    }
  }

  /** This weather with another delay. */
  public Weather delayed(int minMillis, int maxMillis) {
    return new Weather(minMillis, maxMillis, minPieceBytes, maxPieceBytes);
  }

  /** This weather with other pieces. */
  public Weather pieces(int minBytes, int maxBytes) {
    return new Weather(minDelayMillis, maxDelayMillis, minBytes, maxBytes);
  }
}
