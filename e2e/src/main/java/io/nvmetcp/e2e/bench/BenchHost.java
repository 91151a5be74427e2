package io.nvmetcp.e2e.bench;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A connected initiator with one queue, and the load that benchmarks put on it. */
final class BenchHost implements AutoCloseable {
  private static final int FILL_BYTES = 1 << 20;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * What a run measured.
   *
   * @param perSecond I/Os per second
   * @param cpuNanos CPU time of the initiator's event loop per I/O
   * @param heapBytes bytes that loop allocated on the heap per I/O
   */
  record Run(double perSecond, double cpuNanos, double heapBytes) {}

  private final NvmeInitiator initiator;
  private final Controller controller;
  private final Namespace namespace;
  private final int depth;
  private final Region region;

  BenchHost(
      Vertx vertx, SubsystemAddress address, InitiatorOptions options, int depth, int maxBytes)
      throws Exception {
    this.depth = depth;
    initiator = NvmeInitiator.create(vertx, options.setIoQueues(1));
    controller = initiator.connect(address).await(10, TimeUnit.SECONDS);
    namespace = controller.namespaces().get(0);
    region = initiator.regions().register((long) depth * Math.max(maxBytes, FILL_BYTES));
  }

  /** Writes the whole namespace: unwritten pages would all be one page, which the cache holds. */
  void fill() throws Exception {
    BufferSlice buffer = region.slice(0, FILL_BYTES);
    for (long at = 0; at < namespace.sizeBytes(); at += FILL_BYTES) {
      namespace.write(at / namespace.blockBytes(), buffer).await(10, TimeUnit.SECONDS);
    }
  }

  InitiatorStatistics statistics() throws Exception {
    return controller.statistics().await(10, TimeUnit.SECONDS);
  }

  /** Random reads of {@code size} bytes for {@code millis}. */
  Run reads(int size, long millis) throws Exception {
    Reader reader = new Reader(size, millis);
    controller.contexts().get(0).runOnContext(ignored -> reader.start());
    return reader.result.future().await(millis + 10_000, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    controller.close().await();
    region.close();
  }

  /** Keeps reads outstanding until the time is over; runs on the queue's event loop. */
  private final class Reader {
    private final Promise<Run> result = Promise.promise();
    private final int size;
    private final long millis;
    private final long places;
    private final SplittableRandom random = new SplittableRandom(1);
    private long startedNs;
    private long startedCpuNs;
    private long startedHeapBytes;
    private long deadlineNs;
    private long operations;
    private boolean over;
    private int outstanding = depth;

    Reader(int size, long millis) {
      this.size = size;
      this.millis = millis;
      places = namespace.sizeBytes() / size;
    }

    void start() {
      startedNs = System.nanoTime();
      startedCpuNs = THREADS.getCurrentThreadCpuTime();
      startedHeapBytes = THREADS.getCurrentThreadAllocatedBytes();
      deadlineNs = startedNs + TimeUnit.MILLISECONDS.toNanos(millis);
      for (int i = 0; i < depth; i++) {
        next(region.slice((long) i * size, size));
      }
    }

    private void next(BufferSlice buffer) {
      long lba = random.nextLong(places) * (size / namespace.blockBytes());
      namespace
          .read(lba, buffer)
          .onComplete(
              done -> {
                if (done.failed()) {
                  result.tryFail(done.cause());
                  return;
                }
                operations++;
                // A look at the clock per batch is enough.
                over |= (operations & 31) == 0 && System.nanoTime() - deadlineNs >= 0;
                if (!over) {
                  next(buffer);
                } else if (--outstanding == 0) {
                  finish();
                }
              });
    }

    private void finish() {
      double count = operations;
      result.complete(
          new Run(
              count * 1e9 / (System.nanoTime() - startedNs),
              (THREADS.getCurrentThreadCpuTime() - startedCpuNs) / count,
              (THREADS.getCurrentThreadAllocatedBytes() - startedHeapBytes) / count));
    }
  }
}
