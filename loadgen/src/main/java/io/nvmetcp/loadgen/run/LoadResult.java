package io.nvmetcp.loadgen.run;

import io.nvmetcp.initiator.ControllerInfo;
import java.time.Instant;
import java.util.List;

/**
 * What came of a run, also of one that was cut short.
 *
 * @param started when the first job began
 * @param elapsedNs until the last one ended
 * @param workers in the order of the jobs and their clones; those that never began are missing
 * @param controllers what was connected
 * @param counts of the initiator, at the end
 * @param samples of these counts over time
 * @param marks what happened to the connections
 * @param interrupted somebody stopped it
 * @param gone why the target went away, or an empty string
 */
public record LoadResult(
    Instant started,
    long elapsedNs,
    List<WorkerResult> workers,
    List<ControllerInfo> controllers,
    DeviceCounts counts,
    List<Sample> samples,
    List<Mark> marks,
    boolean interrupted,
    String gone) {

  /** True if all of it ran, nothing failed and no content was wrong. */
  public boolean right() {
    return !partial() && workers.stream().allMatch(LoadResult::right);
  }

  private static boolean right(WorkerResult worker) {
    return worker.error() == null
        && worker.verification().wrongBlocks() == 0
        && worker.outcomes().succeeded() == worker.outcomes().sent();
  }

  /** True if it was cut short. */
  public boolean partial() {
    return interrupted || !gone.isEmpty();
  }
}
