package io.nvmetcp.loadgen.report;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.LiveCounts;
import io.nvmetcp.loadgen.run.WorkerView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The line that says how a run goes, as fio's: which jobs do what, how far they are, how fast since
 * the last time, and how long it takes. Belongs to the thread that asks for it; time is an
 * argument.
 */
public final class StatusLine {
  private static final List<Operation> DIRECTIONS =
      List.of(Operation.READ, Operation.WRITE, Operation.TRIM);
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final long[] lastIos = new long[DIRECTIONS.size()];
  private final long[] lastBytes = new long[DIRECTIONS.size()];
  private List<WorkerView> row = List.of();
  private long rowStartNs;
  private long lastNs;

  /** Nothing was asked yet. */
  public StatusLine() {}

  /**
   * The line; empty while no job runs.
   *
   * @param workers that run now
   * @param nowNs time, not before that of the last call
   */
  public String render(List<WorkerView> workers, long nowNs) {
    if (workers.isEmpty() || workers.getFirst().startedNs() == 0) {
      return "";
    }
    if (row.isEmpty() || row.getFirst().plan().worker() != workers.getFirst().plan().worker()) {
      rowStartNs = workers.getFirst().startedNs();
      lastNs = rowStartNs;
      row = workers;
      Arrays.fill(lastIos, 0);
      Arrays.fill(lastBytes, 0);
    }
    long running = workers.stream().filter(worker -> !worker.state().over()).count();
    double done = done(workers, nowNs);
    String line =
        String.format(
            Locale.ROOT,
            "Jobs: %d (f=%d): [%s][%.1f%%]%s[eta %s]",
            running,
            running,
            letters(workers),
            100 * done,
            rates(workers, nowNs),
            eta(done, nowNs - rowStartNs));
    lastNs = nowNs;
    return line;
  }

  // Neighbours that do the same are counted: R(3),w(1).
  private static String letters(List<WorkerView> workers) {
    List<String> parts = new ArrayList<>();
    char last = 0;
    int count = 0;
    for (WorkerView worker : workers) {
      char letter = worker.letter();
      if (letter != last && count > 0) {
        parts.add(last + "(" + count + ")");
        count = 0;
      }
      last = letter;
      count++;
    }
    parts.add(last + "(" + count + ")");
    return String.join(",", parts);
  }

  private String rates(List<WorkerView> workers, long nowNs) {
    double seconds = Math.max(1, nowNs - lastNs) / (double) NANOS_PER_SECOND;
    List<String> bandwidths = new ArrayList<>();
    List<String> iops = new ArrayList<>();
    for (int i = 0; i < DIRECTIONS.size(); i++) {
      Operation operation = DIRECTIONS.get(i);
      long ios = 0;
      long bytes = 0;
      boolean occurs = false;
      for (WorkerView worker : workers) {
        LiveCounts counts = worker.counts();
        ios += counts.ios(operation);
        bytes += counts.bytes(operation);
        occurs |= worker.plan().job().get(JobKey.RW).does(operation);
      }
      if (occurs || ios > 0) {
        String letter = operation.word().substring(0, 1) + "=";
        bandwidths.add(letter + FioNumbers.bytes((bytes - lastBytes[i]) / seconds) + "/s");
        iops.add(letter + FioNumbers.count((ios - lastIos[i]) / seconds));
      }
      lastIos[i] = ios;
      lastBytes[i] = bytes;
    }
    return "[" + String.join(",", bandwidths) + "][" + String.join(",", iops) + " IOPS]";
  }

  // Of the worker that is least far.
  private double done(List<WorkerView> workers, long nowNs) {
    double least = 1;
    for (WorkerView worker : workers) {
      least = Math.min(least, worker.state().over() ? 1 : done(worker, nowNs));
    }
    return least;
  }

  private double done(WorkerView worker, long nowNs) {
    JobSpec job = worker.plan().job();
    long limitNs = job.get(JobKey.RUNTIME_NS);
    double byTime =
        limitNs == 0 ? 0 : (double) (nowNs - rowStartNs) / (limitNs + job.get(JobKey.RAMP_NS));
    if (job.get(JobKey.TIME_BASED)) {
      return Math.min(1, byTime);
    }
    double bytes = 0;
    double ios = 0;
    for (Operation operation : DIRECTIONS) {
      bytes += worker.counts().bytes(operation);
      ios += worker.counts().ios(operation);
    }
    double byBytes = bytes / worker.plan().loopBytes() / job.get(JobKey.LOOPS);
    long mostIos = job.get(JobKey.NUMBER_IOS);
    double byIos = mostIos == 0 ? 0 : ios / mostIos;
    return Math.min(1, Math.max(byTime, Math.max(byBytes, byIos)));
  }

  private static String eta(double done, long elapsedNs) {
    if (done <= 0) {
      return "--";
    }
    long seconds = Math.round(elapsedNs * (1 - done) / done / NANOS_PER_SECOND);
    long minutes = seconds / 60;
    long hours = minutes / 60;
    String time = String.format(Locale.ROOT, "%02dm:%02ds", minutes % 60, seconds % 60);
    return hours == 0 ? time : String.format(Locale.ROOT, "%02dh:%s", hours, time);
  }
}
