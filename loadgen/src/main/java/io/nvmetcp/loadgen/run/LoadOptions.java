package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.measure.LatencySink;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * What of a run is no matter of its jobs.
 *
 * @param stateFolder where verify states are kept
 * @param sinks what else gets the measurements of a worker; called once for each
 */
public record LoadOptions(Path stateFolder, Function<WorkerPlan, List<LatencySink>> sinks) {
  /** The current folder, and nobody else. */
  public static LoadOptions defaults() {
    return new LoadOptions(Path.of(""), plan -> List.of());
  }
}
