package io.nvmetcp.cli;

import io.nvmetcp.cli.ConfigFile.BadConfigException;
import io.nvmetcp.target.InvalidOptionsException;
import io.nvmetcp.target.ListenerOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.schedule.Schedule;
import io.nvmetcp.target.schedule.SchedulePolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code nvmetcp target}: serves namespaces until it is told to stop. */
@Command(
    name = "target",
    description = "Serves namespaces to NVMe/TCP hosts until it gets SIGTERM or Ctrl-C.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footerHeading = "%n",
    footer = {
      "SIGTERM and Ctrl-C drain: no new commands, running ones end, then it closes; a second one"
          + " ends it at once. SIGHUP reads --config again: subsystems, namespaces, allowed hosts"
          + " and referrals come and go, grow and shrink, and the rest is not touched; if anything"
          + " is wrong, everything stays as it was.",
      "Exit codes: 0 stopped by a signal, 1 failed, 2 the command line or the file is wrong."
    })
final class TargetCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 4420;
  private static final String DEFAULT_LISTEN = "127.0.0.1:" + DEFAULT_PORT;
  private static final String DEFAULT_NQN = "nqn.2026-11.io.nvmetcp:target";
  private static final int MOST_DRAIN_SECONDS = 3600;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Read the options from this JSON file; --print-config shows its form. Goes without --nqn,"
              + " --ns and --allow; the other options count instead of what stands in the file.")
  private @Nullable Path config;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description =
          "Where to listen, repeatable; port 0 takes a free one (default: " + DEFAULT_LISTEN + ").")
  private List<String> listen = List.of();

  @Option(
      names = "--advertise",
      paramLabel = "ADDRESS",
      description =
          "The address that discovery names for every listener, if hosts reach this machine by"
              + " another than --listen.")
  private @Nullable String advertise;

  @Option(
      names = "--discovery",
      paramLabel = "[ADDRESS:]PORT",
      arity = "0..1",
      fallbackValue = "8009",
      description =
          "Answer discovery on a port of its own too, 8009 if none is given, at the address of"
              + " --listen.")
  private @Nullable String discovery;

  @Option(
      names = "--nqn",
      paramLabel = "NQN",
      description = "The subsystem's name (default: " + DEFAULT_NQN + ").")
  private @Nullable String nqn;

  @Option(
      names = "--ns",
      paramLabel = "NAMESPACE",
      converter = NamespaceSpec.Converter.class,
      description = "A namespace, repeatable: " + NamespaceSpec.FORMS + ".")
  private List<NamespaceSpec> namespaces = List.of();

  @Option(
      names = "--allow",
      paramLabel = "HOSTNQN",
      description = "A host that may connect, repeatable; without it any host may.")
  private List<String> allowed = List.of();

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      converter = ScheduleConverter.class,
      description =
          "Order of responses and R2Ts (default: in-order): "
              + Schedule.FORMS
              + ". POLICY is one of "
              + SchedulePolicy.FORMS
              + ".")
  private @Nullable Schedule policy;

  @Option(
      names = "--transport",
      defaultValue = "auto",
      description = "auto, epoll, io_uring or nio (default: ${DEFAULT-VALUE}).")
  private TransportChoice transport = TransportChoice.AUTO;

  @Option(
      names = "--loops",
      paramLabel = "N",
      description = "Event loops that serve connections (default: 2).")
  private @Nullable Integer loops;

  @Mixin private final CongestionOption congestion = new CongestionOption();

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long running commands may take at the end (default: ${DEFAULT-VALUE}).")
  private int drainSeconds;

  @Option(
      names = "--print-config",
      description = "Print all options as JSON, as --config takes it, and serve nothing.")
  private boolean printConfig;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    // First: reading options makes loggers.
    Logging.showAssociations();
    if (drainSeconds < 0 || drainSeconds > MOST_DRAIN_SECONDS) {
      throw usage("--drain: 0 to " + MOST_DRAIN_SECONDS + ", not " + drainSeconds);
    }
    TargetOptions options;
    try {
      options = config == null ? fromCommandLine() : fromFile(config);
    } catch (BadConfigException e) {
      e.lines().forEach(line -> spec.commandLine().getErr().println("nvmetcp: " + line));
      return Main.USAGE;
    }
    if (printConfig) {
      System.out.println(options.toJson().encodePrettily());
      return 0;
    }
    Path file = config;
    TargetRun run = new TargetRun(options, transport.resolve(), Duration.ofSeconds(drainSeconds));
    return run.serve(file == null ? null : () -> fromFile(file));
  }

  private TargetOptions fromFile(Path file) throws BadConfigException {
    if (nqn != null || !namespaces.isEmpty() || !allowed.isEmpty()) {
      throw usage("--config goes without --nqn, --ns and --allow: they stand in the file");
    }
    return ConfigFile.options(file, withOptions(ConfigFile.read(file)));
  }

  private TargetOptions fromCommandLine() {
    if (namespaces.isEmpty()) {
      throw usage("nothing to serve: give --ns NAMESPACE, or --config FILE");
    }
    JsonObject subsystem =
        new JsonObject()
            .put("nqn", nqn == null ? DEFAULT_NQN : nqn)
            .put("namespaces", NamespaceSpec.list(namespaces));
    if (!allowed.isEmpty()) {
      subsystem.put("allowedHosts", new JsonArray(List.copyOf(allowed)));
    }
    JsonObject json = new JsonObject().put("subsystems", new JsonArray().add(subsystem));
    try {
      return new TargetOptions(withOptions(json));
    } catch (InvalidOptionsException e) {
      throw usage(String.join("; ", e.problems().stream().map(this::inOptions).toList()));
    }
  }

  /** A problem of the JSON that the options stand for, in their words. */
  private String inOptions(String problem) {
    int own = Math.max(1, listen.size());
    return problem
        .replaceAll(
            "subsystems\\[0]\\.namespaces\\[\\d+]\\.id: (\\d+) is namespaces\\[\\d+] already",
            "--ns: two namespaces have the identifier $1")
        .replace("subsystems[0].nqn", "--nqn")
        .replaceAll("subsystems\\[0]\\.namespaces\\[\\d+]", "--ns")
        .replaceAll("subsystems\\[0]\\.allowedHosts\\[\\d+]", "--allow")
        .replaceAll("listeners\\[\\d+]\\.advertisedAddress", "--advertise")
        .replaceAll("listeners\\[" + own + "]\\.(host|port)", "--discovery")
        .replaceAll("listeners\\[\\d+]\\.(host|port)", "--listen")
        .replaceAll("is listeners\\[\\d+] already", "is said already")
        .replace("eventLoops", "--loops");
  }

  /** What stands on the command line counts; what does not stays where the file has it. */
  private JsonObject withOptions(JsonObject json) {
    JsonObject merged = json.copy();
    if (!listen.isEmpty() || advertise != null || discovery != null) {
      merged.put("listeners", listeners(merged));
    } else if (merged.getValue("listeners") == null && merged.getValue("port") == null) {
      merged.put("port", DEFAULT_PORT);
    }
    if (policy != null) {
      merged.put("policy", policy.text());
    }
    if (loops != null) {
      merged.put("eventLoops", loops);
    }
    congestion.name().ifPresent(name -> putCongestion(merged, name));
    return merged;
  }

  // A field that is no object stays, and is refused with the rest of the file.
  private static void putCongestion(JsonObject merged, String name) {
    if (merged.getValue("connections") == null) {
      merged.put("connections", new JsonObject());
    }
    if (merged.getValue("connections") instanceof JsonObject connections) {
      connections.put("tcpCongestionControl", name);
    }
  }

  /** All listeners, with those of the command line; takes what {@code merged} says of one alone. */
  private JsonArray listeners(JsonObject merged) {
    JsonArray listeners = new JsonArray();
    JsonObject alone = address("--listen", DEFAULT_LISTEN);
    for (String name : List.of("host", "port", "advertisedAddress")) {
      if (merged.containsKey(name)) {
        alone.put(name, merged.remove(name));
      }
    }
    if (!listen.isEmpty()) {
      listen.forEach(each -> listeners.add(address("--listen", each)));
    } else if (merged.getValue("listeners") instanceof JsonArray those && !those.isEmpty()) {
      listeners.addAll(those);
    } else {
      listeners.add(alone);
    }
    if (advertise != null) {
      for (Object each : listeners) {
        if (each instanceof JsonObject listener) {
          listener.put("advertisedAddress", advertise);
        }
      }
    }
    if (discovery != null) {
      Object host =
          listeners.getValue(0) instanceof JsonObject first ? first.getValue("host") : null;
      listeners.add(discoveryListener(host, discovery));
    }
    return listeners;
  }

  private JsonObject discoveryListener(@Nullable Object host, String where) {
    JsonObject listener =
        where.contains(":")
            ? address("--discovery", where)
            : new JsonObject().put("host", host).put("port", port(where));
    if (advertise != null) {
      listener.put("advertisedAddress", advertise);
    }
    return listener.put("serves", ListenerOptions.Serves.DISCOVERY.name().toLowerCase(Locale.ROOT));
  }

  private JsonObject address(String option, String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw usage(option + ": '" + text + "' is not ADDRESS:PORT");
    }
    String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
    return new JsonObject().put("host", host).put("port", port(text.substring(colon + 1)));
  }

  private int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw usage("'" + text + "' is no port");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Reads a schedule. */
  static final class ScheduleConverter implements ITypeConverter<Schedule> {
    @Override
    public Schedule convert(String text) {
      try {
        return Schedule.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
