package io.nvmetcp.loadgen.sequence;

import io.nvmetcp.loadgen.job.Distribution;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Random places without memory: they may repeat, and some may never come. */
final class RandomPlaces implements Places {
  private final long units;
  private final int unitBytes;
  private final SplittableRandom random;
  private final @Nullable Ranks ranks;
  private final @Nullable Permutation scattered;
  private final long firstUnit;

  /**
   * @param units how many places there are
   * @param unitBytes distance of places
   */
  RandomPlaces(long units, int unitBytes, Distribution distribution, long seed) {
    this.units = units;
    this.unitBytes = unitBytes;
    random = new SplittableRandom(seed);
    ranks =
        switch (distribution.kind()) {
          case UNIFORM -> null;
          case ZIPF -> new ZipfRanks(units, distribution.parameter());
          case PARETO -> Ranks.pareto(units, distribution.parameter());
        };
    // Unless a center is given, the most frequent places do not lie side by side.
    scattered = distribution.center() < 0 ? new Permutation(units, seed) : null;
    firstUnit = (long) (Math.max(0, distribution.center()) * (units - 1));
  }

  @Override
  public long next(int lengthBytes) {
    long last = units - Math.ceilDiv(lengthBytes, unitBytes);
    if (ranks == null) {
      return random.nextLong(last + 1) * unitBytes;
    }
    long rank = ranks.next(random);
    long unit = scattered == null ? (rank + firstUnit) % units : scattered.at(rank);
    return Math.min(unit, last) * unitBytes;
  }

  @Override
  public int lengthBytes(int wantedBytes) {
    return wantedBytes;
  }

  @Override
  public void rewind() {
    // There is no pass to repeat: the choices go on.
  }
}
