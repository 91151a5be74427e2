package io.nvmetcp.loadgen.sequence;

import io.nvmetcp.loadgen.job.BlockSizes;
import io.nvmetcp.loadgen.job.Distribution;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.job.PerOperation;
import io.nvmetcp.loadgen.job.Rw;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a job does, one I/O after the other: {@link #chooseOperation}, then {@link #next}, then ask
 * where and how long. Nothing is allocated on the way.
 */
public final class IoSequence {
  private static final int HUNDRED = 100;

  private final Rw rw;
  private final int readPercent;
  private final SplittableRandom mix;
  private final @Nullable Sizes[] sizes = new Sizes[Operation.values().length];
  private final @Nullable Places[] places = new Places[Operation.values().length];
  private final long partBytes;
  private long position;
  private int lengthBytes;

  /**
   * @param partBytes length of the part of the namespace to work on, at least the largest I/O
   * @param seed decides every choice
   */
  public IoSequence(JobSpec job, long partBytes, long seed) {
    rw = job.get(JobKey.RW);
    readPercent = job.get(JobKey.READ_PERCENT);
    int unit = unitBytes(job);
    this.partBytes = partBytes / unit * unit;
    var seeds = new SplittableRandom(seed);
    mix = seeds.split();
    long placesSeed = seeds.nextLong();
    Places shared = null;
    for (Operation operation : Operation.values()) {
      if (rw.does(operation)) {
        BlockSizes wanted = job.get(JobKey.SIZES).of(operation);
        sizes[operation.ordinal()] = new Sizes(wanted, seeds.nextLong());
        // As in fio: a sequential mix has a position for each direction, a random one shares its
        // map.
        if (shared == null || !rw.random()) {
          shared = places(job, unit, placesSeed);
        }
        places[operation.ordinal()] = shared;
      }
    }
  }

  /** What the places of a job are multiples of: its smallest I/O. */
  public static int unitBytes(JobSpec job) {
    int unit = Integer.MAX_VALUE;
    PerOperation<BlockSizes> sizes = job.get(JobKey.SIZES);
    for (Operation operation : Operation.values()) {
      if (job.get(JobKey.RW).does(operation)) {
        unit = Math.min(unit, sizes.of(operation).minBytes());
      }
    }
    return unit;
  }

  /** The largest I/O of a job. */
  public static int largestBytes(JobSpec job) {
    int largest = 0;
    PerOperation<BlockSizes> sizes = job.get(JobKey.SIZES);
    for (Operation operation : Operation.values()) {
      if (job.get(JobKey.RW).does(operation)) {
        largest = Math.max(largest, sizes.of(operation).maxBytes());
      }
    }
    return largest;
  }

  private Places places(JobSpec job, int unit, long seed) {
    if (!rw.random()) {
      return new SequentialPlaces(partBytes);
    }
    Distribution distribution = job.get(JobKey.DISTRIBUTION);
    // A skewed choice repeats places by its nature: fio has no map for it either.
    if (job.get(JobKey.NO_RANDOM_MAP) || distribution.kind() != Distribution.Kind.UNIFORM) {
      return new RandomPlaces(partBytes / unit, unit, distribution, seed);
    }
    return new MappedPlaces(partBytes / unit, unit, largestBytes(job) > unit, seed);
  }

  /** Bytes of one pass: the part, in whole multiples of the smallest I/O. */
  public long passBytes() {
    return partBytes;
  }

  /** Reads or writes in a mix, by its percentage; else the only operation there is. */
  public Operation chooseOperation() {
    if (!rw.mixed()) {
      return rw.first();
    }
    return mix.nextInt(HUNDRED) < readPercent ? Operation.READ : Operation.WRITE;
  }

  /**
   * Chooses the next I/O.
   *
   * @return false if this pass has no place left for {@code operation}: {@link #rewind} or end
   */
  public boolean next(Operation operation) {
    Sizes lengths = sizes[operation.ordinal()];
    Places here = places[operation.ordinal()];
    if (lengths == null || here == null) {
      throw new IllegalArgumentException(rw.word() + " does no " + operation.word());
    }
    int wanted = lengths.next();
    long place = here.next(wanted);
    if (place == Places.NONE) {
      return false;
    }
    position = place;
    lengthBytes = here.lengthBytes(wanted);
    return true;
  }

  /** Starts a new pass for {@code operation}, and for those that share its places. */
  public void rewind(Operation operation) {
    Places here = places[operation.ordinal()];
    if (here != null) {
      here.rewind();
    }
  }

  /** Where the I/O that {@link #next} chose begins, in bytes from the start of the part. */
  public long position() {
    return position;
  }

  /** Its length in bytes. */
  public int lengthBytes() {
    return lengthBytes;
  }
}
