package io.nvmetcp.loadgen.report;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.run.DeviceCounts;
import io.nvmetcp.loadgen.run.LoadResult;
import io.nvmetcp.loadgen.run.Mark;
import io.nvmetcp.loadgen.run.Outcomes;
import io.nvmetcp.loadgen.run.Sample;
import io.nvmetcp.loadgen.run.VerifySummary;
import io.nvmetcp.loadgen.run.WorkerError;
import io.nvmetcp.loadgen.run.WorkerPlan;
import io.nvmetcp.loadgen.run.WorkerResult;
import io.nvmetcp.loadgen.run.WorkerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Results without a run. */
final class Results {
  static final long MICRO = 1_000;
  static final long MILLI = 1_000_000;

  private final List<WorkerResult> workers = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private String gone = "";

  /** Adds a worker whose reads end each millisecond after 100, 200, 300 ... microseconds. */
  Results reads(String name, int ios, String... words) {
    JobSpec job = JobSpec.of(name, words);
    boolean paced = job.get(JobKey.RATE).read().limited();
    var meter = new Meter(paced, 0, List.of());
    meter.start(0);
    for (int i = 1; i <= ios; i++) {
      long now = i * MILLI;
      meter.sent(4);
      meter.done(
          Operation.READ, 0, 4096, now - (i % 10 + 1) * 100L * MICRO, now - 100 * MICRO, now);
    }
    return add(job, meter, new Outcomes(ios, ios, 0, 0, 0), null, VerifySummary.NONE);
  }

  Results add(
      JobSpec job,
      Meter meter,
      Outcomes outcomes,
      @Nullable WorkerError error,
      VerifySummary verification) {
    int clone = 0;
    for (WorkerResult other : workers) {
      clone += other.plan().job().name().equals(job.name()) ? 1 : 0;
    }
    var plan =
        new WorkerPlan(job, clone, workers.size(), 1, new UUID(0, 0), 4096, 0, 1 << 20, 1 << 20, 1);
    workers.add(
        new WorkerResult(
            plan,
            error == null ? WorkerState.DONE : WorkerState.FAILED,
            error,
            meter,
            outcomes,
            MILLI,
            2 * MILLI,
            0,
            verification));
    return this;
  }

  Results mark(long elapsedNs, Mark.Kind kind, String text) {
    marks.add(new Mark(elapsedNs, kind, text));
    return this;
  }

  Results gone(String why) {
    gone = why;
    return this;
  }

  static DeviceCounts counts(long reads) {
    long[] displaced = new long[2 * DeviceCounts.MOST_DISPLACED + 1];
    displaced[DeviceCounts.MOST_DISPLACED] = reads / 2;
    displaced[DeviceCounts.MOST_DISPLACED + 3] = reads / 4;
    displaced[DeviceCounts.MOST_DISPLACED - 2] = reads / 4;
    return new DeviceCounts(
        Map.of(
            DdpCounter.DDP_PDUS,
            reads / 2,
            DdpCounter.DDP_BYTES,
            reads * 2048,
            DdpCounter.COPIED_PDUS,
            reads / 2,
            DdpCounter.COPIED_BYTES,
            reads * 2048),
        reads,
        reads,
        0,
        0,
        reads,
        displaced);
  }

  LoadResult result() {
    var info =
        new ControllerInfo(
            1,
            "serial",
            "model",
            "fw",
            1 << 20,
            2,
            128,
            8192,
            true,
            false,
            1 << 20,
            true,
            "socket",
            "EpollSocketChannel");
    return new LoadResult(
        Instant.parse("2026-11-26T12:00:00Z"),
        2_000 * MILLI,
        workers,
        List.of(info),
        counts(1_000),
        List.of(
            new Sample(0, counts(0)),
            new Sample(500 * MILLI, counts(400)),
            new Sample(1_000 * MILLI, counts(1_000))),
        marks,
        false,
        gone);
  }
}
