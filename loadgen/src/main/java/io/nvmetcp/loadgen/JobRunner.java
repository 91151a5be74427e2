package io.nvmetcp.loadgen;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.Controller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Runs jobs on a controller, one worker on each event loop that owns an I/O queue. */
public final class JobRunner {
  private final Controller controller;
  private final RegionRegistry regions;
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * @param controller gets the I/O
   * @param regions registers the buffers
   */
  public JobRunner(Controller controller, RegionRegistry regions) {
    this.controller = controller;
    this.regions = regions;
  }

  /** Ends the running job early: what is outstanding ends, nothing new starts. Any thread. */
  public void stop() {
    stopped.set(true);
  }

  /**
   * Runs a job.
   *
   * @param volumes where I/O goes; not empty
   * @param progress is kept up to date
   * @return the result, once nothing is outstanding; failures of I/O are in it
   */
  public Future<JobResult> run(Job job, List<Volume> volumes, Progress progress) {
    long startedNs = System.nanoTime();
    AtomicLong nextFill = new AtomicLong();
    List<Future<Worker>> workers = new ArrayList<>();
    List<Region> buffers = new ArrayList<>();
    int index = 0;
    for (Context context : controller.contexts()) {
      Region region = regions.register((long) job.depth() * job.blockBytes());
      buffers.add(region);
      Worker worker = new Worker(job, volumes, region, index++, nextFill, progress, stopped::get);
      Promise<Worker> ended = Promise.promise();
      context.runOnContext(ignored -> worker.start().onComplete(ended));
      workers.add(ended.future());
    }
    return Future.all(workers)
        .map(all -> result(job, startedNs, all.<Worker>list()))
        .andThen(done -> buffers.forEach(Region::close));
  }

  private static JobResult result(Job job, long startedNs, List<Worker> workers) {
    Histogram latency = new Histogram(workers.get(0).latency());
    latency.reset();
    long operations = 0;
    long bytes = 0;
    long wrong = 0;
    long failed = 0;
    long lastNs = startedNs;
    List<String> failures = new ArrayList<>();
    for (Worker worker : workers) {
      latency.add(worker.latency());
      operations += worker.operations();
      bytes += worker.bytes();
      wrong += worker.wrongBlocks();
      failed += worker.failedOperations();
      lastNs = Math.max(lastNs, worker.lastNs());
      failures.addAll(worker.failures());
    }
    return new JobResult(
        job, operations, bytes, lastNs - startedNs, latency, wrong, failed, failures);
  }
}
