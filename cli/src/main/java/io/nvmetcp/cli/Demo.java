package io.nvmetcp.cli;

import io.netty.util.internal.PlatformDependent;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.loadgen.ExpectedContent;
import io.nvmetcp.loadgen.Job;
import io.nvmetcp.loadgen.JobResult;
import io.nvmetcp.loadgen.JobRunner;
import io.nvmetcp.loadgen.Progress;
import io.nvmetcp.loadgen.Volume;
import io.nvmetcp.target.ConnectionOptions;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.TargetStatistics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One run of the demo, from the target's start to the verdict. */
final class Demo {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:demo";
  private static final int MEMORY_NSID = 1;
  private static final int FILE_NSID = 2;
  private static final int FILL_BYTES = 128 * 1024;
  private static final Duration FILL_LIMIT = Duration.ofHours(1);
  private static final long STEP_SECONDS = 60;
  private static final long INTERRUPT_SECONDS = 20;

  private final DemoSettings settings;
  private final PrintStream progressOut;
  private final boolean terminal;
  private final List<ExpectedContent> contents = new ArrayList<>();
  private final List<JobResult> results = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final CountDownLatch reported = new CountDownLatch(1);
  private volatile boolean interrupted;
  private volatile int exitCode = Main.FAILED;
  private volatile @Nullable JobRunner runner;

  /**
   * @param settings what is asked for
   * @param progressOut where the live line goes
   * @param terminal that is a terminal, where a line can be rewritten
   */
  Demo(DemoSettings settings, PrintStream progressOut, boolean terminal) {
    this.settings = settings;
    this.progressOut = progressOut;
    this.terminal = terminal;
  }

  /** Runs; prints the report to standard output; returns the exit code. */
  int run(boolean json) throws Exception {
    refuseUnsafe();
    Thread hook = new Thread(this::interrupt, "interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      DemoReport report = measure();
      System.out.println(json ? report.json() : report.text());
      System.out.flush();
      exitCode = report.exitCode();
      return exitCode;
    } catch (Exception e) {
      if (!interrupted) {
        throw e;
      }
      // The process is ending: nobody up the stack gets to say it.
      System.err.println("nvmetcp: interrupted: " + e.getMessage());
      return exitCode;
    } finally {
      reported.countDown();
      if (!interrupted) {
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
          // It was interrupted just now; the hook finds everything done.
          interrupted = true;
        }
      }
    }
  }

  // With its Unsafe on, Netty would read closed memory without an error.
  private static void refuseUnsafe() {
    if (PlatformDependent.hasUnsafe()) {
      throw new IllegalStateException(
          "Netty uses sun.misc.Unsafe in this JVM; start through ./nvmetcp, or without"
              + " --sun-misc-unsafe-memory-access=allow");
    }
  }

  // Ctrl-C: the load stops, everything is closed and reported as usual, then the process ends.
  private void interrupt() {
    interrupted = true;
    JobRunner running = runner;
    if (running != null) {
      running.stop();
    }
    try {
      // Not the end of the main thread: its System.exit waits for this hook.
      if (!reported.await(INTERRUPT_SECONDS, TimeUnit.SECONDS) || exitCode == Main.FAILED) {
        Runtime.getRuntime().halt(Main.FAILED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs, and closes everything; says nothing but progress. */
  DemoReport measure() throws Exception {
    Path temporary = settings.file() == null ? temporaryFile() : null;
    Vertx targetVertx = vertx();
    Vertx hostVertx = vertx();
    try {
      Path file = temporary == null ? settings.file() : temporary;
      if (file == null) {
        throw new IllegalStateException("no file");
      }
      return withTarget(targetVertx, hostVertx, file, temporary == null && !settings.write());
    } catch (OutOfMemoryError e) {
      throw new IOException("not enough memory: " + e.getMessage() + "; try a smaller --size", e);
    } finally {
      await("closing Vert.x", Future.join(targetVertx.close(), hostVertx.close()));
      contents.forEach(ExpectedContent::close);
      if (temporary != null) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private Vertx vertx() {
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(Math.max(1, settings.queues())))
        .withTransport(settings.transport().resolve())
        .build();
  }

  private Path temporaryFile() throws IOException {
    Path file =
        Files.createTempFile(
            "nvmetcp-demo-",
            ".img",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(settings.sizeBytes());
    }
    return file;
  }

  private DemoReport withTarget(Vertx targetVertx, Vertx hostVertx, Path file, boolean readOnly)
      throws Exception {
    NvmeTarget target = NvmeTarget.create(targetVertx, targetOptions(file, readOnly));
    try {
      await("starting the target", target.start());
    } catch (IOException e) {
      throw new IOException(
          "the target does not start on port %d: %s".formatted(settings.port(), e.getMessage()), e);
    }
    NvmeInitiator initiator = NvmeInitiator.create(hostVertx, initiatorOptions());
    DemoReport.Builder report = new DemoReport.Builder(settings, file, readOnly);
    try {
      Controller controller =
          await(
              "connecting",
              initiator.connect(new SubsystemAddress("127.0.0.1", target.port(), NQN)));
      report.controller(controller.info());
      progressOut.println(report.opening(target.port()));
      try {
        load(initiator, controller, file, readOnly);
      } finally {
        await("closing the controller", controller.close());
      }
      InitiatorStatistics statistics = await("reading the counters", controller.statistics());
      report.host(statistics);
      judge(statistics);
    } finally {
      await("closing the target", target.close());
    }
    judge(target.statistics());
    int regions = initiator.regions().liveRegions();
    if (regions > 0) {
      problems.add(regions + " memory regions did not come back");
    }
    return report
        .target(target.statistics())
        .results(results)
        .problems(problems)
        .interrupted(interrupted)
        .build();
  }

  private TargetOptions targetOptions(Path file, boolean readOnly) {
    return new TargetOptions()
        .setPort(settings.port())
        .setEventLoops(settings.queues())
        .setConnections(new ConnectionOptions().setTcpCongestionControl(settings.congestion()))
        .setPolicy(settings.policy())
        .addSubsystem(
            new SubsystemOptions(NQN)
                .addNamespace(
                    NamespaceOptions.memory(MEMORY_NSID, settings.sizeBytes())
                        .setBlockBytes(settings.blockBytes()))
                .addNamespace(
                    NamespaceOptions.file(FILE_NSID, file, readOnly)
                        .setBlockBytes(settings.blockBytes())));
  }

  private InitiatorOptions initiatorOptions() {
    return new InitiatorOptions()
        .setHeaderDigest(settings.headerDigest())
        .setDataDigest(settings.dataDigest())
        .setIoQueues(settings.queues())
        .setTcpCongestionControl(settings.congestion())
        .setDevice(settings.device())
        .setTeardownMode(settings.teardown())
        .setRetries(settings.retries())
        // The target is in this process: a loss is a fault, and is to be seen as one.
        .setReconnect(ReconnectOptions.never());
  }

  private void load(NvmeInitiator initiator, Controller controller, Path file, boolean readOnly)
      throws Exception {
    List<Volume> volumes = new ArrayList<>();
    List<Volume> writable = new ArrayList<>();
    for (Namespace namespace : controller.namespaces()) {
      boolean given = namespace.id() == FILE_NSID && readOnly;
      ExpectedContent content =
          given
              ? ExpectedContent.ofFile(file)
              : ExpectedContent.generated(
                  settings.seed(), namespace.id(), namespace.sizeBytes(), namespace.blockBytes());
      contents.add(content);
      Volume volume = new Volume(namespace, content);
      volumes.add(volume);
      if (!given) {
        writable.add(volume);
      }
    }
    if (volumes.size() != 2) {
      throw new IllegalStateException("the target shows " + volumes.size() + " namespaces, not 2");
    }
    JobRunner jobs = new JobRunner(controller, initiator.regions());
    runner = jobs;
    if (interrupted) {
      return;
    }
    long bytes = writable.stream().mapToLong(volume -> volume.namespace().sizeBytes()).sum();
    run(
        jobs,
        new Job(Job.Kind.FILL, FILL_BYTES, settings.depth(), FILL_LIMIT, settings.seed()),
        writable,
        bytes);
    for (Volume volume : writable) {
      await("flushing", volume.namespace().flush());
    }
    long each = settings.duration().toNanos() / settings.blockSizes().size();
    for (int blockBytes : settings.blockSizes()) {
      if (!interrupted) {
        run(
            jobs,
            new Job(
                Job.Kind.RANDOM_READ,
                blockBytes,
                settings.depth(),
                Duration.ofNanos(each),
                settings.seed()),
            volumes,
            0);
      }
    }
  }

  private void run(JobRunner jobs, Job job, List<Volume> volumes, long bytes) throws Exception {
    Progress progress = new Progress();
    String title =
        switch (job.kind()) {
          case FILL -> "fill";
          case RANDOM_READ -> "read " + new ByteSize(job.blockBytes());
        };
    long expectedNs = job.kind() == Job.Kind.FILL ? 0 : job.duration().toNanos();
    JobResult result;
    try (LiveLine _ = new LiveLine(progressOut, terminal, title, progress, expectedNs, bytes)) {
      result =
          await(title, jobs.run(job, volumes, progress), job.duration().plusSeconds(STEP_SECONDS));
    }
    results.add(result);
    if (!result.right()) {
      problems.add(
          "%s: %d wrong, %d failed"
              .formatted(title, result.wrongBlocks(), result.failedOperations()));
      problems.addAll(result.failures());
    }
  }

  private void judge(InitiatorStatistics statistics) {
    if (!statistics.balanced()) {
      problems.add("the initiator's counters do not balance");
    }
    if (statistics.outstanding() > 0 || statistics.liveMappings() > 0) {
      problems.add(
          "%d commands and %d mappings are still open"
              .formatted(statistics.outstanding(), statistics.liveMappings()));
    }
    if (statistics.lost() > 0) {
      problems.add(statistics.lost() + " commands were lost");
    }
  }

  private void judge(TargetStatistics statistics) {
    if (statistics.leasesOutstanding() > 0 || statistics.connectionsOpen() > 0) {
      problems.add(
          "the target still has %d leases and %d connections"
              .formatted(statistics.leasesOutstanding(), statistics.connectionsOpen()));
    }
  }

  private static <T> T await(String what, Future<T> future) throws Exception {
    return await(what, future, Duration.ofSeconds(STEP_SECONDS));
  }

  private static <T> T await(String what, Future<T> future, Duration limit) throws Exception {
    try {
      return future.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("%s did not end in %d s".formatted(what, limit.toSeconds()), e);
    }
  }
}
