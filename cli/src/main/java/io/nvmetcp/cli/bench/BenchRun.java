package io.nvmetcp.cli.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.loadgen.job.BlockSizes;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.PerOperation;
import io.nvmetcp.loadgen.report.FileReason;
import io.nvmetcp.loadgen.report.FioJson;
import io.nvmetcp.loadgen.report.FioText;
import io.nvmetcp.loadgen.report.HtmlReport;
import io.nvmetcp.loadgen.report.RunLogs;
import io.nvmetcp.loadgen.report.StatusLine;
import io.nvmetcp.loadgen.run.AddressTarget;
import io.nvmetcp.loadgen.run.LoadOptions;
import io.nvmetcp.loadgen.run.LoadResult;
import io.nvmetcp.loadgen.run.LoadRun;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of jobs, from the target to the results. */
public final class BenchRun {
  /** Exit code: something failed, or content was wrong. */
  public static final int FAILED = 1;

  /** Exit code: the target was not there, or went away; the figures are of what ran. */
  public static final int GONE = 4;

  /** Exit code: all went well, and a file of results could not be written. */
  public static final int UNWRITTEN = 8;

  /** Exit code: interrupted; the figures are of what ran. */
  public static final int INTERRUPTED = 130;

  private static final String OWN_NQN = "nqn.2026-11.io.nvmetcp:bench";
  private static final long CLOSE_SECONDS = 20;
  private static final long LOOP_SECONDS = 60;
  private static final long CONNECT_MILLIS = 30_000;

  private final BenchSettings settings;
  private final PrintStream out;
  private final PrintStream err;
  private final List<String> unwritten = new ArrayList<>();
  private final CountDownLatch reported = new CountDownLatch(1);
  private volatile int exitCode = FAILED;
  private volatile boolean interrupted;
  private volatile @Nullable LoadRun running;

  /**
   * @param out standard output
   * @param err standard error
   */
  public BenchRun(BenchSettings settings, PrintStream out, PrintStream err) {
    this.settings = settings;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs and reports; Ctrl-C ends it early and the results are those of what ran.
   *
   * @return the exit code
   * @throws Exception if nothing could be run, with a sentence
   */
  public int run() throws Exception {
    Thread hook = new Thread(this::interrupt, "interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      exitCode = report(load());
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

  private void interrupt() {
    interrupted = true;
    LoadRun load = running;
    if (load != null) {
      load.stop();
    }
    try {
      // Not the end of the main thread: its System.exit waits for this hook.
      if (!reported.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(FAILED);
      }
      Runtime.getRuntime().halt(exitCode);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private LoadResult load() throws Exception {
    if (!settings.self()) {
      return load(new SubsystemAddress(settings.host(), settings.port(), settings.nqn()));
    }
    List<String> more = new ArrayList<>(List.of("--transport", settings.transportName()));
    more.addAll(List.of("--loops", Integer.toString(eventLoops())));
    if (!settings.congestion().isEmpty()) {
      more.addAll(List.of("--tcp-congestion", settings.congestion()));
    }
    if (!settings.policy().isEmpty()) {
      more.addAll(List.of("--policy", settings.policy()));
    }
    try (SelfTarget target = SelfTarget.start(OWN_NQN, settings.namespaces(), more)) {
      return load(new SubsystemAddress("127.0.0.1", target.port(), OWN_NQN));
    }
  }

  private int eventLoops() {
    return LoadRun.queues(settings.jobs());
  }

  private LoadResult load(SubsystemAddress address) throws Exception {
    var logs = new RunLogs(settings.folder(), settings.histogramLog(), settings.version());
    Vertx vertx =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setEventLoopPoolSize(eventLoops())
                    // On a machine under load a loop may stand still for seconds: no news here.
                    .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
                    .setMaxEventLoopExecuteTime(LOOP_SECONDS))
            .withTransport(settings.transport())
            .build();
    try {
      var load =
          new LoadRun(
              vertx,
              new AddressTarget(vertx, address, this::connection),
              settings.jobs(),
              new LoadOptions(settings.folder(), logs::sinks));
      running = load;
      if (interrupted) {
        load.stop();
      }
      if (settings.formats().contains(BenchSettings.Format.NORMAL) && settings.output().isEmpty()) {
        out.println(opening());
      }
      var status = new StatusLine();
      try (StatusTicker _ =
          new StatusTicker(
              err,
              settings.terminal(),
              () -> settings.eta() ? status.render(load.view(), System.nanoTime()) : "")) {
        return load.start().await();
      }
    } finally {
      vertx.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
      unwritten.addAll(logs.close());
    }
  }

  private void connection(InitiatorOptions options) {
    options
        .setConnectTimeoutMillis(CONNECT_MILLIS)
        .setKeepAliveMillis(settings.keepAliveMillis())
        .setTcpCongestionControl(settings.congestion())
        .setReconnect(settings.reconnect());
  }

  // ---- what is said

  private String opening() {
    var text = new StringBuilder();
    int clones = 0;
    int group = -1;
    for (JobSpec job : settings.jobs().jobs()) {
      boolean begins = job.get(JobKey.STONEWALL) || job.get(JobKey.NEW_GROUP) || group < 0;
      group += begins ? 1 : 0;
      PerOperation<BlockSizes> sizes = job.get(JobKey.SIZES);
      text.append(
          String.format(
              Locale.ROOT,
              "%s: (g=%d): rw=%s, bs=(R) %s, (W) %s, (T) %s, ioengine=nvmetcp, iodepth=%d%n",
              job.name(),
              group,
              job.get(JobKey.RW).word(),
              range(sizes.read()),
              range(sizes.write()),
              range(sizes.trim()),
              job.get(JobKey.DEPTH)));
      if (job.get(JobKey.NUMJOBS) > 1) {
        text.append(String.format("...%n"));
      }
      clones += job.get(JobKey.NUMJOBS);
    }
    return text.append(settings.version())
        .append(System.lineSeparator())
        .append("Starting ")
        .append(clones)
        .append(clones == 1 ? " job" : " jobs")
        .append(System.lineSeparator())
        .toString();
  }

  private static String range(BlockSizes sizes) {
    return sizes.minBytes() + "B-" + sizes.maxBytes() + "B";
  }

  private int report(LoadResult result) {
    var text = new StringBuilder();
    for (BenchSettings.Format format : settings.formats()) {
      text.append(
          switch (format) {
            case NORMAL -> FioText.render(result);
            case JSON -> json(result, false);
            case JSON_PLUS -> json(result, true);
          });
    }
    // The run is not lost for want of room.
    if (settings.output().isEmpty() || !write(settings.output().get(), text.toString())) {
      out.print(text);
    }
    out.flush();
    settings.report().ifPresent(file -> write(file, HtmlReport.render(result, settings.version())));
    unwritten.forEach(problem -> err.println("nvmetcp: " + problem));
    return exitCode(result);
  }

  private String json(LoadResult result, boolean bins) {
    return FioJson.render(result, settings.version(), bins).encodePrettily() + "\n";
  }

  @CanIgnoreReturnValue
  private boolean write(Path file, String text) {
    try {
      Files.writeString(file, text);
      return true;
    } catch (IOException e) {
      unwritten.add(file + " was not written: " + FileReason.of(file, e));
      return false;
    }
  }

  private int exitCode(LoadResult result) {
    boolean wrong =
        result.workers().stream().anyMatch(worker -> worker.verification().wrongBlocks() > 0);
    if (wrong) {
      return FAILED;
    }
    if (result.interrupted()) {
      return INTERRUPTED;
    }
    if (!result.gone().isEmpty()) {
      return GONE;
    }
    if (!result.right()) {
      return FAILED;
    }
    return unwritten.isEmpty() ? 0 : UNWRITTEN;
  }
}
