package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.InitiatorStatistics;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the initiator counted on all connections of a run, at one moment.
 *
 * @param offload of the offload layer
 * @param submitted commands
 * @param completed commands that were answered
 * @param lost commands whose outcome is unknown
 * @param retried commands that were sent again
 * @param pdusReceived PDUs
 * @param displaced responses by how far they moved, from the most early to the most late
 */
public record DeviceCounts(
    Map<DdpCounter, Long> offload,
    long submitted,
    long completed,
    long lost,
    long retried,
    long pdusReceived,
    long[] displaced) {
  /** Responses that moved further are counted at this. */
  public static final int MOST_DISPLACED = InitiatorStatistics.MAX_DISPLACEMENT;

  /** Nothing. */
  public static DeviceCounts none() {
    return new DeviceCounts(Map.of(), 0, 0, 0, 0, 0, new long[2 * MOST_DISPLACED + 1]);
  }

  static DeviceCounts of(InitiatorStatistics statistics) {
    Map<DdpCounter, Long> offload = new EnumMap<>(DdpCounter.class);
    for (DdpCounter counter : DdpCounter.values()) {
      offload.put(counter, statistics.offload(counter));
    }
    long[] displaced = new long[2 * MOST_DISPLACED + 1];
    for (int i = 0; i < displaced.length; i++) {
      displaced[i] = statistics.displaced(i - MOST_DISPLACED);
    }
    return new DeviceCounts(
        offload,
        statistics.submitted(),
        statistics.completed(),
        statistics.lost(),
        statistics.retried(),
        statistics.pdusReceived(),
        displaced);
  }

  DeviceCounts plus(DeviceCounts other) {
    Map<DdpCounter, Long> sum = new EnumMap<>(DdpCounter.class);
    for (DdpCounter counter : DdpCounter.values()) {
      sum.put(counter, get(counter) + other.get(counter));
    }
    long[] moved = displaced.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += other.displaced[i];
    }
    return new DeviceCounts(
        sum,
        submitted + other.submitted,
        completed + other.completed,
        lost + other.lost,
        retried + other.retried,
        pdusReceived + other.pdusReceived,
        moved);
  }

  /** A counter of the offload layer. */
  public long get(DdpCounter counter) {
    return offload.getOrDefault(counter, 0L);
  }

  /** Responses that came {@code positions} later (positive) or earlier than submitted. */
  public long displaced(int positions) {
    return displaced[positions + MOST_DISPLACED];
  }
}
