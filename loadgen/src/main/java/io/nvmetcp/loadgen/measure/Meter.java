package io.nvmetcp.loadgen.measure;

import io.nvmetcp.loadgen.job.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the measurements of one worker. Confined to it, but for {@link #live}. */
public final class Meter {
  private static final int DEPTH_LEVELS = 7;
  private static final Operation[] OPERATIONS = Operation.values();

  private final @Nullable OperationStats[] stats = new OperationStats[OPERATIONS.length];
  private final LiveCounts live = new LiveCounts();
  private final TimeSeries series = new TimeSeries();
  private final long[] depths = new long[DEPTH_LEVELS];
  private final List<LatencySink> sinks;
  private final boolean paced;
  private final long originNs;
  private long startNs;
  private long endNs;
  private boolean counting;

  /**
   * @param paced I/Os are due at certain times
   * @param originNs start of the run, from which the series counts
   * @param sinks get every measurement; few, and quick
   */
  public Meter(boolean paced, long originNs, List<LatencySink> sinks) {
    this.paced = paced;
    this.originNs = originNs;
    this.sinks = List.copyOf(sinks);
  }

  /** Counts from now on: the ramp is over. */
  public void start(long nowNs) {
    startNs = nowNs;
    endNs = nowNs;
    counting = true;
    for (OperationStats each : stats) {
      if (each != null) {
        each.start(nowNs);
      }
    }
    sinks.forEach(sink -> sink.start(nowNs));
  }

  /** An I/O was sent, and with it so many are outstanding. */
  public void sent(int outstanding) {
    if (counting) {
      int level = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(outstanding);
      depths[Math.min(level, DEPTH_LEVELS - 1)]++;
    }
  }

  /**
   * An I/O ended well.
   *
   * @param position where, in bytes
   * @param dueNs when it was to be sent
   * @param sentNs when it was sent
   * @param nowNs when it ended
   */
  public void done(
      Operation operation, long position, int lengthBytes, long dueNs, long sentNs, long nowNs) {
    live.add(operation.ordinal(), lengthBytes);
    if (!counting) {
      return;
    }
    endNs = nowNs;
    stats(operation).add(lengthBytes, dueNs, sentNs, nowNs);
    if (operation != Operation.SYNC) {
      series.add(operation.ordinal(), lengthBytes, nowNs - dueNs, nowNs - originNs);
    }
    for (int i = 0; i < sinks.size(); i++) {
      sinks.get(i).add(operation, position, lengthBytes, dueNs, sentNs, nowNs);
    }
  }

  /** An I/O failed. */
  public void failed(Operation operation, long nowNs) {
    if (counting) {
      endNs = nowNs;
      stats(operation).failed();
    }
  }

  private OperationStats stats(Operation operation) {
    OperationStats mine = stats[operation.ordinal()];
    if (mine == null) {
      mine = new OperationStats(paced);
      mine.start(startNs);
      stats[operation.ordinal()] = mine;
    }
    return mine;
  }

  /** What was measured of an operation, or null if it did not occur. */
  public @Nullable OperationStats of(Operation operation) {
    return stats[operation.ordinal()];
  }

  /** How far the worker is; for any thread. */
  public LiveCounts live() {
    return live;
  }

  /** How it went over time. */
  public TimeSeries series() {
    return series;
  }

  /** From the start of counting to the last end of an I/O. */
  public long elapsedNs() {
    return endNs - startNs;
  }

  /** I/Os that were sent as one of 1, of 2 to 3, 4 to 7 and so on outstanding; the last is open. */
  public long[] depths() {
    return depths.clone();
  }
}
