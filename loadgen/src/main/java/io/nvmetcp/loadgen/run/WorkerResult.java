package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.measure.Meter;
import org.jspecify.annotations.Nullable;

/**
 * What came of a worker.
 *
 * @param plan what it was to do
 * @param state how it ended
 * @param error what ended it, or null
 * @param meter what it measured; nobody writes to it any more
 * @param outcomes how its commands ended
 * @param userNs processor time of its event loop in this program
 * @param systemNs processor time of its event loop in the kernel
 * @param unsent I/Os that were due when the time was over and had not been sent
 * @param verification what was found
 */
public record WorkerResult(
    WorkerPlan plan,
    WorkerState state,
    @Nullable WorkerError error,
    Meter meter,
    Outcomes outcomes,
    long userNs,
    long systemNs,
    long unsent,
    VerifySummary verification) {}
