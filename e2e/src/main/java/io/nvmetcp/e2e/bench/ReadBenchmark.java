package io.nvmetcp.e2e.bench;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * NVMe/TCP reads against the {@link BareStream}: one process, one event loop on each side, the same
 * transport, sizes and depth; digests off, answers in order, a memory namespace. Each round runs
 * every contender once, so that what disturbs the machine disturbs all; medians over the rounds are
 * reported, and ratios of the values of one round.
 *
 * <p>Options as system properties: {@code rounds} (7), {@code millis} (2000) per run, {@code json}
 * (a file).
 */
public final class ReadBenchmark {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:bench";
  private static final int DEPTH = 32;
  private static final int[] SIZES = {4 * 1024, 128 * 1024};
  private static final long NAMESPACE_BYTES = 256L << 20;
  private static final String BARE = "bare";
  private static final String SOCKET = "socket";
  private static final String NONE = "none";

  private final Vertx serverVertx = vertx();
  private final Vertx clientVertx = vertx();

  private ReadBenchmark() {}

  /** Runs the benchmark and prints a table. */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.getInteger("rounds", 7);
    long millis = Long.getLong("millis", 2000);
    JsonArray results = new ReadBenchmark().run(rounds, millis);
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), results.encodePrettily());
    }
  }

  private static Vertx vertx() {
    Transport epoll = Transport.EPOLL;
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(1))
        .withTransport(epoll != null && epoll.available() ? epoll : Transport.NIO)
        .build();
  }

  JsonArray run(int rounds, long millis) throws Exception {
    NvmeTarget target =
        NvmeTarget.create(
            serverVertx,
            new TargetOptions()
                .eventLoops(1)
                .addSubsystem(
                    new SubsystemOptions(NQN)
                        .addNamespace(NamespaceOptions.memory(1, NAMESPACE_BYTES))));
    JsonArray results = new JsonArray();
    try {
      target.start().await(10, TimeUnit.SECONDS);
      for (int size : SIZES) {
        results.add(compare(target.port(), size, rounds, millis));
      }
    } finally {
      target.close().await(10, TimeUnit.SECONDS);
      Future.join(serverVertx.close(), clientVertx.close()).await(10, TimeUnit.SECONDS);
    }
    return results;
  }

  private JsonObject compare(int port, int size, int rounds, long millis) throws Exception {
    List<Double> bare = new ArrayList<>();
    List<Double> socket = new ArrayList<>();
    List<Double> none = new ArrayList<>();
    try (BareStream stream =
            new BareStream((VertxInternal) serverVertx, (VertxInternal) clientVertx, size);
        Host placing = new Host(clientVertx, port, DeviceSpec.SOCKET);
        Host copying = new Host(clientVertx, port, DeviceSpec.NONE)) {
      placing.fill();
      for (int round = -1; round < rounds; round++) {
        double[] now = {
          stream.run(DEPTH, millis), placing.run(size, millis), copying.run(size, millis)
        };
        // The first round only warms up.
        if (round >= 0) {
          bare.add(now[0]);
          socket.add(now[1]);
          none.add(now[2]);
        }
      }
    }
    System.out.printf(Locale.ROOT, "%d KiB x %d, %d rounds%n", size >> 10, DEPTH, rounds);
    print(BARE, size, bare, bare);
    print(SOCKET, size, socket, bare);
    print(NONE, size, none, bare);
    System.out.printf(Locale.ROOT, "  socket / none %.3f%n", median(ratios(socket, none)));
    return new JsonObject()
        .put("blockBytes", size)
        .put("depth", DEPTH)
        .put(BARE, new JsonArray(bare))
        .put(SOCKET, new JsonArray(socket))
        .put(NONE, new JsonArray(none))
        .put("socketToBare", median(ratios(socket, bare)))
        .put("noneToBare", median(ratios(none, bare)))
        .put("socketToNone", median(ratios(socket, none)));
  }

  private static void print(String name, int size, List<Double> values, List<Double> bare) {
    double median = median(values);
    System.out.printf(
        Locale.ROOT,
        "  %-8s %,10.0f /s %,9.0f MiB/s  %.3f of bare%n",
        name,
        median,
        median * size / (1 << 20),
        median(ratios(values, bare)));
  }

  private static List<Double> ratios(List<Double> values, List<Double> to) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / to.get(i));
    }
    return ratios;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }

  /** A connected initiator with one queue. */
  private static final class Host implements AutoCloseable {
    private final NvmeInitiator initiator;
    private final Controller controller;
    private final Namespace namespace;
    private final Region region;

    Host(Vertx vertx, int port, DeviceSpec device) throws Exception {
      initiator =
          NvmeInitiator.create(vertx, new InitiatorOptions().setIoQueues(1).setDevice(device));
      controller =
          initiator
              .connect(new SubsystemAddress("127.0.0.1", port, NQN))
              .await(10, TimeUnit.SECONDS);
      namespace = controller.namespaces().get(0);
      region = initiator.regions().register((long) DEPTH * (1 << 20));
    }

    // Unwritten pages would all be one page of zeroes, which the cache holds.
    void fill() throws Exception {
      BufferSlice buffer = region.slice(0, 1 << 20);
      for (long at = 0; at < NAMESPACE_BYTES; at += buffer.lengthBytes()) {
        namespace.write(at / namespace.blockBytes(), buffer).await(10, TimeUnit.SECONDS);
      }
    }

    /** Reads per second. */
    double run(int size, long millis) throws Exception {
      Reader reader = new Reader(namespace, region, size, millis);
      controller.contexts().get(0).runOnContext(ignored -> reader.start());
      return reader.rate.future().await(millis + 10_000, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
      controller.close().await();
      region.close();
    }
  }

  /** Keeps reads outstanding until the time is over. */
  private static final class Reader {
    private final Promise<Double> rate = Promise.promise();
    private final Namespace namespace;
    private final Region region;
    private final int size;
    private final long millis;
    private final long places;
    private final SplittableRandom random = new SplittableRandom(1);
    private long startedNs;
    private long deadlineNs;
    private long operations;
    private boolean over;
    private int outstanding = DEPTH;

    Reader(Namespace namespace, Region region, int size, long millis) {
      this.namespace = namespace;
      this.region = region;
      this.size = size;
      this.millis = millis;
      places = namespace.sizeBytes() / size;
    }

    void start() {
      startedNs = System.nanoTime();
      deadlineNs = startedNs + TimeUnit.MILLISECONDS.toNanos(millis);
      for (int i = 0; i < DEPTH; i++) {
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
                  rate.tryFail(done.cause());
                  return;
                }
                operations++;
                // A look at the clock per batch is enough.
                over |= (operations & 31) == 0 && System.nanoTime() - deadlineNs >= 0;
                if (over) {
                  if (--outstanding == 0) {
                    rate.complete(operations * 1e9 / (System.nanoTime() - startedNs));
                  }
                } else {
                  next(buffer);
                }
              });
    }
  }
}
