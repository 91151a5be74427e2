package io.nvmetcp.target;

import io.nvmetcp.target.schedule.DisplacementHistogram;
import io.nvmetcp.target.session.Counter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a target has done since it was made, over all connections, those that are gone included. A
 * snapshot: figures of running connections may be a moment apart.
 *
 * @param connectionsOpen connections now
 * @param connectionsAccepted connections ever
 * @param connectionsRefused connections closed at once because there were too many
 * @param controllers associations now
 * @param commands command capsules taken
 * @param reads successful Reads
 * @param writes successful Writes
 * @param flushes successful Flushes
 * @param bytesRead data of successful Reads
 * @param bytesWritten data of successful Writes
 * @param responses response capsules sent
 * @param dataPdus C2HData PDUs sent
 * @param successFlags commands completed without a capsule
 * @param errors commands completed with a status other than success
 * @param r2ts R2Ts sent
 * @param lentWrites writes whose data was collected in memory of the back end's own
 * @param placedBytes data of hosts that the socket brought to its place
 * @param dataDigests data digests of received PDUs that were checked
 * @param digestErrors those of them that were wrong
 * @param leasesOutstanding runs of memory lent to sockets and not back yet
 * @param transferBytes memory held for data from hosts and to them now
 * @param stalls times that reading stopped because a host overran its queue
 * @param outputStalls times that reading stopped because a host did not take its answers
 * @param turnsCut times that a connection had to leave its event loop to others
 * @param hangUps connections ended by a fault that has no report
 * @param faultsByFes connections ended by a terminate request, by its status; only those that
 *     occurred
 * @param displacement element {@code d}: responses that left {@code d} places from where they
 *     became ready; the last element counts all that moved further
 * @param r2tDisplacement the same of R2Ts
 */
public record TargetStatistics(
    long connectionsOpen,
    long connectionsAccepted,
    long connectionsRefused,
    long controllers,
    long commands,
    long reads,
    long writes,
    long flushes,
    long bytesRead,
    long bytesWritten,
    long responses,
    long dataPdus,
    long successFlags,
    long errors,
    long r2ts,
    long lentWrites,
    long placedBytes,
    long dataDigests,
    long digestErrors,
    long leasesOutstanding,
    long transferBytes,
    long stalls,
    long outputStalls,
    long turnsCut,
    long hangUps,
    Map<Integer, Long> faultsByFes,
    long[] displacement,
    long[] r2tDisplacement) {
  private static final int FES_VALUES = 6;

  static TargetStatistics of(
      long open,
      long accepted,
      long refused,
      long controllers,
      long transferBytes,
      long[] sums,
      long[] displacement,
      long[] r2tDisplacement) {
    return new TargetStatistics(
        open,
        accepted,
        refused,
        controllers,
        at(sums, Counter.COMMANDS),
        at(sums, Counter.READS),
        at(sums, Counter.WRITES),
        at(sums, Counter.FLUSHES),
        at(sums, Counter.BYTES_READ),
        at(sums, Counter.BYTES_WRITTEN),
        at(sums, Counter.RESPONSES),
        at(sums, Counter.DATA_PDUS),
        at(sums, Counter.SUCCESS_FLAGS),
        at(sums, Counter.ERRORS),
        at(sums, Counter.R2TS),
        at(sums, Counter.LENT_WRITES),
        at(sums, Counter.PLACED_BYTES),
        at(sums, Counter.DATA_DIGESTS),
        at(sums, Counter.DIGEST_ERRORS),
        at(sums, Counter.LEASES_TAKEN) - at(sums, Counter.LEASES_RETURNED),
        transferBytes,
        at(sums, Counter.STALLS),
        at(sums, Counter.OUTPUT_STALLS),
        at(sums, Counter.TURNS_CUT),
        at(sums, Counter.HANG_UPS),
        faults(sums),
        displacement,
        r2tDisplacement);
  }

  private static Map<Integer, Long> faults(long[] sums) {
    Map<Integer, Long> faults = new LinkedHashMap<>();
    for (int fes = 1; fes <= FES_VALUES; fes++) {
      long count = sums[Counter.FES_1.ordinal() + fes - 1];
      if (count > 0) {
        faults.put(fes, count);
      }
    }
    return Map.copyOf(faults);
  }

  private static long at(long[] sums, Counter counter) {
    return sums[counter.ordinal()];
  }

  /** Largest distance a response moved; the last bucket counts as its lower bound. */
  public int maxDisplacement() {
    for (int d = DisplacementHistogram.BUCKETS - 1; d > 0; d--) {
      if (displacement[d] > 0) {
        return d;
      }
    }
    return 0;
  }
}
