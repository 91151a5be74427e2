package io.nvmetcp.loadgen.sequence;

import java.util.Arrays;

/**
 * Random places, each once in a pass. Where I/Os differ in length, a map remembers what longer ones
 * have covered, and an I/O is cut short where it would meet that.
 */
final class MappedPlaces implements Places {
  private final long units;
  private final int unitBytes;
  private final long seed;
  private final long[] covered;
  private Permutation order;
  private long index;
  private int pass;
  private int lengthBytes;

  /**
   * @param lengthsDiffer I/Os may be longer than a unit
   */
  MappedPlaces(long units, int unitBytes, boolean lengthsDiffer, long seed) {
    this.units = units;
    this.unitBytes = unitBytes;
    this.seed = seed;
    covered = new long[lengthsDiffer ? Math.toIntExact(Math.ceilDiv(units, Long.SIZE)) : 0];
    order = new Permutation(units, seed);
  }

  @Override
  public long next(int wantedBytes) {
    while (index < units) {
      long unit = order.at(index++);
      if (covered.length == 0) {
        lengthBytes = unitBytes;
        return unit * unitBytes;
      }
      if (!isCovered(unit)) {
        lengthBytes = (int) Math.min(wantedBytes, (long) cover(unit, wantedBytes) * unitBytes);
        return unit * unitBytes;
      }
    }
    return NONE;
  }

  private boolean isCovered(long unit) {
    return (covered[(int) (unit / Long.SIZE)] >>> unit & 1) != 0;
  }

  // The number of units that were free.
  private int cover(long unit, int wantedBytes) {
    int wanted = Math.ceilDiv(wantedBytes, unitBytes);
    int free = 0;
    while (free < wanted && unit + free < units && !isCovered(unit + free)) {
      covered[(int) ((unit + free) / Long.SIZE)] |= 1L << (unit + free);
      free++;
    }
    return free;
  }

  @Override
  public int lengthBytes(int wantedBytes) {
    return lengthBytes;
  }

  @Override
  public void rewind() {
    index = 0;
    pass++;
    order = new Permutation(units, seed + pass);
    Arrays.fill(covered, 0);
  }
}
