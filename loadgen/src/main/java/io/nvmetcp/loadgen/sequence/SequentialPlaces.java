package io.nvmetcp.loadgen.sequence;

/** One place behind the other. */
final class SequentialPlaces implements Places {
  private final long endBytes;
  private long position;
  private int lengthBytes;

  SequentialPlaces(long endBytes) {
    this.endBytes = endBytes;
  }

  @Override
  public long next(int wantedBytes) {
    if (position == endBytes) {
      return NONE;
    }
    long place = position;
    // The last piece may be short.
    lengthBytes = (int) Math.min(wantedBytes, endBytes - place);
    position += lengthBytes;
    return place;
  }

  @Override
  public int lengthBytes(int wantedBytes) {
    return lengthBytes;
  }

  @Override
  public void rewind() {
    position = 0;
  }
}
