package io.nvmetcp.e2e.bench;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connected initiator, and the load that benchmarks put on it. */
final class BenchHost implements AutoCloseable {
  private static final int FUTURES = 100_000;
  private static final long PROBE_MILLIS = 20;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final NvmeInitiator initiator;
  private final Controller controller;
  private final Namespace namespace;
  private final int depth;
  private final int size;
  private final Region region;
  private final boolean regionIsOurs;

  /**
   * Connects.
   *
   * @param depth I/Os outstanding on each queue
   * @param size bytes of each
   * @param discarding what is read is thrown away: see {@link DiscardingMemory}
   */
  BenchHost(
      Vertx vertx,
      SubsystemAddress address,
      InitiatorOptions options,
      int depth,
      int size,
      boolean discarding)
      throws Exception {
    this(vertx, address, options, depth, size, discarding, null);
  }

  /**
   * Connects a host that reads into the memory of {@code other}, by turns with it: where buffers
   * lie makes a difference of several percent, and is none between contenders then.
   */
  BenchHost(Vertx vertx, SubsystemAddress address, InitiatorOptions options, BenchHost other)
      throws Exception {
    this(vertx, address, options, other.depth, other.size, false, other.region);
  }

  private BenchHost(
      Vertx vertx,
      SubsystemAddress address,
      InitiatorOptions options,
      int depth,
      int size,
      boolean discarding,
      @Nullable Region shared)
      throws Exception {
    this.depth = depth;
    this.size = size;
    initiator =
        NvmeInitiator.create(
            vertx, new InitiatorOptions(options).setTcpCongestionControl(Congestion.chosen()));
    controller = initiator.connect(address).await(10, TimeUnit.SECONDS);
    namespace = controller.namespaces().get(0);
    long bytes = (long) controller.contexts().size() * depth * size;
    regionIsOurs = shared == null;
    if (shared != null) {
      region = shared;
    } else if (discarding) {
      region =
          initiator.regions().device(new DiscardingMemory(bytes, controller.info().dataDigest()));
    } else {
      region = initiator.regions().register(bytes);
    }
  }

  /** Writes the whole namespace. */
  void fill() throws Exception {
    BufferSlice buffer = region.slice(0, size);
    for (long at = 0; at < namespace.sizeBytes(); at += size) {
      namespace.write(at / namespace.blockBytes(), buffer).await(10, TimeUnit.SECONDS);
    }
  }

  Controller controller() {
    return controller;
  }

  InitiatorStatistics statistics() throws Exception {
    return controller.statistics().await(10, TimeUnit.SECONDS);
  }

  /** Reads and low-water calls of the socket per I/O, of all I/Os so far. */
  double systemCallsPerIo() throws Exception {
    InitiatorStatistics all = statistics();
    long calls = all.offload(DdpCounter.SOCKET_READS) + all.offload(DdpCounter.LOW_WATER_CALLS);
    return (double) calls / Math.max(1, all.completed());
  }

  /**
   * Bytes of heap that a future takes which is completed on the loop of its listener, without any
   * I/O behind it: what no read can do without.
   */
  double futureHeapBytes() throws Exception {
    Promise<Double> result = Promise.promise();
    Context context = controller.contexts().get(0);
    context.runOnContext(ignored -> result.complete(futures((ContextInternal) context)));
    return result.future().await(10, TimeUnit.SECONDS);
  }

  private double futures(ContextInternal context) {
    double bytes = 0;
    // As many at a time as reads are outstanding, so that each of them has to live for a while.
    List<Promise<Void>> outstanding = new ArrayList<>(depth);
    long[] told = new long[1];
    // The first pass warms up.
    for (int pass = 0; pass < 2; pass++) {
      bytes = -THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < FUTURES / depth; i++) {
        for (int k = 0; k < depth; k++) {
          long number = k;
          Promise<Void> promise = context.promise();
          promise.future().onComplete(done -> told[0] += number);
          outstanding.add(promise);
        }
        for (int k = 0; k < depth; k++) {
          outstanding.get(k).complete();
        }
        outstanding.clear();
      }
      bytes += THREADS.getCurrentThreadAllocatedBytes();
    }
    return bytes / (FUTURES / depth * depth);
  }

  /** Random reads for {@code millis}. */
  Measurement reads(long millis) throws Exception {
    return load(false, millis);
  }

  /** Random writes for {@code millis}. */
  Measurement writes(long millis) throws Exception {
    return load(true, millis);
  }

  /**
   * The event loops at both ends of each queue. Which of the target's serves a queue is seen by the
   * CPU time that it spends on reads of that queue alone.
   *
   * @param servers event loops of the target, of which no other host has work
   */
  List<Placement.Ends> ends(VertxInternal servers) throws Exception {
    List<Placement.Ends> ends = new ArrayList<>();
    List<Context> contexts = controller.contexts();
    for (int i = 0; i < contexts.size(); i++) {
      Map<EventLoop, Long> before = cpuNanos(servers);
      load(false, PROBE_MILLIS, contexts.subList(i, i + 1));
      Map<EventLoop, Long> spent = cpuNanos(servers);
      before.forEach((loop, nanos) -> spent.merge(loop, -nanos, Long::sum));
      EventLoop busiest = Collections.max(spent.entrySet(), Map.Entry.comparingByValue()).getKey();
      EventLoop client = ((ContextInternal) contexts.get(i)).nettyEventLoop();
      ends.add(new Placement.Ends(client, busiest));
    }
    return ends;
  }

  private static Map<EventLoop, Long> cpuNanos(VertxInternal vertx) throws Exception {
    Map<EventLoop, Long> nanos = new HashMap<>();
    for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
      long spent = loop.submit(THREADS::getCurrentThreadCpuTime).get(10, TimeUnit.SECONDS);
      nanos.put((EventLoop) loop, spent);
    }
    return nanos;
  }

  private Measurement load(boolean writes, long millis) throws Exception {
    return load(writes, millis, controller.contexts());
  }

  private Measurement load(boolean writes, long millis, List<Context> contexts) throws Exception {
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < contexts.size(); i++) {
      workers.add(new Worker(writes, (long) i * depth * size, millis));
    }
    for (int i = 0; i < workers.size(); i++) {
      Worker worker = workers.get(i);
      contexts.get(i).runOnContext(ignored -> worker.begin());
    }
    List<Future<Void>> ends = workers.stream().map(worker -> worker.end.future()).toList();
    Future.all(ends).await(millis + 10_000, TimeUnit.MILLISECONDS);
    double perSecond = 0;
    double cpu = 0;
    double heap = 0;
    double sleeps = 0;
    double count = 0;
    for (Worker worker : workers) {
      perSecond += worker.operations * 1e9 / worker.elapsedNs;
      cpu += worker.cpuNs;
      heap += worker.heapBytes;
      sleeps += worker.sleeps;
      count += worker.operations;
    }
    return new Measurement(perSecond, cpu / count, heap / count, sleeps / count);
  }

  @Override
  public void close() {
    controller.close().await();
    if (regionIsOurs) {
      region.close();
    }
  }

  /** Keeps I/Os outstanding on one queue until the time is over; runs on its event loop. */
  private final class Worker {
    private final Promise<Void> end = Promise.promise();
    private final boolean writes;
    private final long from;
    private final long millis;
    private final long places = namespace.sizeBytes() / size;
    private final SplittableRandom random = new SplittableRandom(1);
    private long deadlineNs;
    private long elapsedNs;
    private long cpuNs;
    private long heapBytes;
    private long sleeps;
    private long operations;
    private boolean over;
    private int outstanding = depth;

    Worker(boolean writes, long from, long millis) {
      this.writes = writes;
      this.from = from;
      this.millis = millis;
    }

    void begin() {
      try {
        start();
      } catch (IOException e) {
        end.tryFail(e);
      }
    }

    private void start() throws IOException {
      BufferSlice[] buffers = new BufferSlice[depth];
      Arrays.setAll(buffers, i -> region.slice(from + (long) i * size, size));
      // Looked up first and last, so that looking it up is not in the rest.
      sleeps = -LoopMeter.sleeps();
      elapsedNs = -System.nanoTime();
      cpuNs = -THREADS.getCurrentThreadCpuTime();
      heapBytes = -THREADS.getCurrentThreadAllocatedBytes();
      deadlineNs = TimeUnit.MILLISECONDS.toNanos(millis) - elapsedNs;
      for (BufferSlice buffer : buffers) {
        next(buffer);
      }
    }

    private void next(BufferSlice buffer) {
      long lba = random.nextLong(places) * (size / namespace.blockBytes());
      (writes ? namespace.write(lba, buffer) : namespace.read(lba, buffer))
          .onComplete(
              done -> {
                if (done.failed()) {
                  end.tryFail(done.cause());
                  return;
                }
                operations++;
                // A look at the clock per batch is enough.
                over |=
                    (depth == 1 || (operations & 31) == 0) && System.nanoTime() - deadlineNs >= 0;
                if (!over) {
                  next(buffer);
                } else if (--outstanding == 0) {
                  finish();
                }
              });
    }

    private void finish() {
      elapsedNs += System.nanoTime();
      cpuNs += THREADS.getCurrentThreadCpuTime();
      heapBytes += THREADS.getCurrentThreadAllocatedBytes();
      try {
        sleeps += LoopMeter.sleeps();
        end.complete();
      } catch (IOException e) {
        end.tryFail(e);
      }
    }
  }
}
