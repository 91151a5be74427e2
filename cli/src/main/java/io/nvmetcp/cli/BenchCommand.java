package io.nvmetcp.cli;

import io.nvmetcp.cli.bench.BenchRun;
import io.nvmetcp.cli.bench.BenchSettings;
import io.nvmetcp.cli.bench.FileJobSource;
import io.nvmetcp.loadgen.job.JobHelp;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobList;
import io.nvmetcp.loadgen.job.JobParser;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.JobSyntaxException;
import io.nvmetcp.target.schedule.SchedulePolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code nvmetcp bench}: load in fio's words. */
@Command(
    name = "bench",
    description = {
      "Puts load on a namespace, in fio's words, and reports it as fio does.",
      "Jobs are given as --name=JOB --rw=randread ... or in job files."
    },
    synopsisHeading = "Usage: ",
    customSynopsis = {
      "nvmetcp bench --self [--ns NAMESPACE]... WORDS",
      "       nvmetcp bench --target ADDRESS[:PORT] --nqn NQN WORDS",
      "with WORDS: [OPTION]... [--WORD=VALUE]... [JOBFILE]..."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all ran, nothing failed, no content was wrong",
      "1:an I/O failed, or content was wrong",
      "2:the command line or a job file is wrong, or a job does not fit its namespace",
      "4:the target was not there, or went away; the results are those of what ran",
      "8:all went well, and a file of results could not be written",
      "130:interrupted; the results are those of what ran"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 4420;
  private static final String DEFAULT_NAMESPACE = "memory:1g";
  private static final int WORD_WIDTH = 25;
  private static final int LINE_WIDTH = 80;

  @Option(
      names = "--self",
      description = "Start a target for the run, in a second process, on a free loopback port.")
  private boolean self;

  @Option(
      names = "--ns",
      paramLabel = "NAMESPACE",
      description =
          "With --self: a namespace, repeatable (default: "
              + DEFAULT_NAMESPACE
              + "): "
              + NamespaceSpec.FORMS
              + ".")
  private List<String> namespaces = List.of();

  @Option(
      names = "--target",
      paramLabel = "ADDRESS[:PORT]",
      description = "Where the target is (port: " + DEFAULT_PORT + ").")
  private @Nullable String target;

  @Option(names = "--nqn", paramLabel = "NQN", description = "The subsystem's name.")
  private @Nullable String nqn;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto, epoll, io_uring or nio (default: ${DEFAULT-VALUE}).")
  private TransportChoice transport = TransportChoice.AUTO;

  @Mixin private final CongestionOption congestion = new CongestionOption();

  @Mixin private final LifeOptions life = new LifeOptions();

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT[,FORMAT]",
      split = ",",
      description = "normal, json or json+, as fio (default: normal).")
  private List<String> formats = List.of();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write the results there, not to standard output.")
  private @Nullable Path output;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write a page with plots there, in HTML; it needs nothing else.")
  private @Nullable Path report;

  @Option(
      names = "--hdr-log",
      paramLabel = "FILE",
      description = "Log a histogram of latencies each second, as HdrHistogram's tools read it.")
  private @Nullable Path histogramLog;

  @Option(
      names = "--eta",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "Progress on standard error: always, never, or auto: on a terminal.")
  private Eta eta = Eta.AUTO;

  @Option(
      names = "--aux-path",
      paramLabel = "FOLDER",
      defaultValue = "",
      description = "Where verify states and latency logs go (default: this folder).")
  private Path folder = Path.of("");

  @Option(names = "--parse-only", description = "Read the jobs, say what is wrong, run nothing.")
  private boolean parseOnly;

  // In the order given: the words of jobs, and job files.
  @Unmatched private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec;

  /** When progress is shown. */
  enum Eta {
    ALWAYS,
    NEVER,
    AUTO
  }

  /** What the help says of the words of jobs. */
  static String[] footer() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("Words of jobs, as in fio (* ours); an option of fio that is missing is refused:");
    for (JobHelp.Line line : JobHelp.lines()) {
      lines.addAll(help(line));
    }
    lines.add("");
    lines.add("Example:");
    lines.add("  nvmetcp bench --self --name=r --rw=randread --bs=4k --iodepth=32 --runtime=10");
    return lines.toArray(String[]::new);
  }

  // In two columns; picocli takes a percent sign for a format.
  private static List<String> help(JobHelp.Line line) {
    List<String> lines = new ArrayList<>();
    String start = String.format("  %-" + WORD_WIDTH + "s", line.word());
    var rest = new StringBuilder(start);
    for (String word : line.text().split(" ")) {
      if (rest.length() + word.length() >= LINE_WIDTH) {
        lines.add(rest.toString());
        rest = new StringBuilder(" ".repeat(start.length() + 2));
      }
      rest.append(' ').append(word);
    }
    lines.add(rest.toString());
    lines.replaceAll(text -> text.replace("%", "%%"));
    return lines;
  }

  @Override
  public Integer call() throws Exception {
    try {
      BenchSettings settings = settings();
      if (parseOnly) {
        return 0;
      }
      return new BenchRun(settings, System.out, System.err).run();
    } catch (JobSyntaxException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private BenchSettings settings() {
    JobList jobs = JobParser.parse(words, "bench", new FileJobSource());
    String address = target;
    String host = "";
    int port = 0;
    if (self == (address != null)) {
      throw usage(
          self
              ? "--self and --target exclude each other"
              : "where is the target? Say --target ADDRESS[:PORT] and --nqn, or --self");
    }
    if (address != null) {
      host = host(address);
      port = port(address);
      if (nqn == null) {
        throw usage("--target goes with --nqn: which subsystem?");
      }
    }
    if (!self && !namespaces.isEmpty()) {
      throw usage("--ns goes with --self");
    }
    checkNamespaces();
    checkLife();
    if (!Files.isDirectory(folder.toAbsolutePath())) {
      throw usage("--aux-path: there is no folder " + folder);
    }
    boolean terminal = System.console() != null && System.console().isTerminal();
    return new BenchSettings(
        jobs,
        host,
        port,
        nqn == null ? "" : nqn,
        namespaces.isEmpty() ? List.of(DEFAULT_NAMESPACE) : namespaces,
        policy(jobs),
        life.keepAliveMillis(),
        life.reconnect(),
        transport.resolve(),
        transport.name().toLowerCase(Locale.ROOT),
        congestion.nameOrNone(),
        formats(),
        Optional.ofNullable(output),
        Optional.ofNullable(report),
        Optional.ofNullable(histogramLog),
        folder,
        eta == Eta.ALWAYS || eta == Eta.AUTO && terminal,
        terminal,
        Version.name());
  }

  private void checkLife() {
    try {
      life.check();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private void checkNamespaces() {
    for (String namespace : namespaces) {
      try {
        NamespaceSpec.parse(namespace);
      } catch (IllegalArgumentException e) {
        throw usage("--ns: " + e.getMessage());
      }
    }
  }

  // An address of IPv6 is written in brackets if a port follows.
  private String host(String address) {
    int colon = portColon(address);
    String host = colon < 0 ? address : address.substring(0, colon);
    return host.replaceAll("^\\[|]$", "");
  }

  private int port(String address) {
    int colon = portColon(address);
    if (colon < 0) {
      return DEFAULT_PORT;
    }
    String text = address.substring(colon + 1);
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw usage("--target: '" + text + "' is no port");
    }
    throw usage("--target: port " + text + " is not between 1 and 65535");
  }

  private static int portColon(String address) {
    int colon = address.lastIndexOf(':');
    boolean bare = address.indexOf(':') != colon && !address.contains("]");
    return bare || colon < address.lastIndexOf(']') ? -1 : colon;
  }

  private Set<BenchSettings.Format> formats() {
    Set<BenchSettings.Format> chosen = EnumSet.noneOf(BenchSettings.Format.class);
    for (String format : formats.isEmpty() ? List.of("normal") : formats) {
      chosen.add(
          switch (format.strip()) {
            case "normal" -> BenchSettings.Format.NORMAL;
            case "json" -> BenchSettings.Format.JSON;
            case "json+" -> BenchSettings.Format.JSON_PLUS;
            default ->
                throw usage("--output-format: '" + format + "' is none of normal, json, json+");
          });
    }
    return chosen;
  }

  // One target answers all jobs, in one order.
  private String policy(JobList jobs) {
    String policy = "";
    for (JobSpec job : jobs.jobs()) {
      String wanted = job.get(JobKey.POLICY);
      if (!wanted.isEmpty() && !policy.isEmpty() && !wanted.equals(policy)) {
        throw usage(
            "job '%s': policy %s and %s: one target serves all jobs, so they share one"
                .formatted(job.name(), policy, wanted));
      }
      policy = wanted.isEmpty() ? policy : wanted;
    }
    if (policy.isEmpty()) {
      return policy;
    }
    if (!self) {
      throw usage("policy goes with --self: the order of another target's responses is its own");
    }
    try {
      return SchedulePolicy.parse(policy).text();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
