package io.nvmetcp.cli;

import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.schedule.Schedule;
import io.nvmetcp.target.schedule.SchedulePolicy;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
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
    usageHelpAutoWidth = true)
final class TargetCommand implements Callable<Integer> {
  private static final long STOP_SECONDS = 20;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      defaultValue = "127.0.0.1:4420",
      description = "Where to listen; port 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private String listen = "";

  @Option(
      names = "--advertise",
      paramLabel = "ADDRESS",
      description =
          "The address that discovery names, if hosts reach this one by another than --listen.")
  private String advertise = "";

  @Option(
      names = "--nqn",
      paramLabel = "NQN",
      defaultValue = "nqn.2026-11.io.nvmetcp:target",
      description = "The subsystem's name (default: ${DEFAULT-VALUE}).")
  private String nqn = "";

  @Option(
      names = "--ns",
      paramLabel = "NAMESPACE",
      required = true,
      converter = NamespaceSpec.Converter.class,
      description = "A namespace, repeatable: " + NamespaceSpec.FORMS + ".")
  private List<NamespaceSpec> namespaces = List.of();

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "in-order",
      converter = ScheduleConverter.class,
      description =
          "Order of responses and R2Ts (default: ${DEFAULT-VALUE}): "
              + Schedule.FORMS
              + ". POLICY is one of "
              + SchedulePolicy.FORMS
              + ".")
  private Schedule policy = Schedule.IN_ORDER;

  @Option(
      names = "--transport",
      defaultValue = "auto",
      description = "auto, epoll, io_uring or nio (default: ${DEFAULT-VALUE}).")
  private TransportChoice transport = TransportChoice.AUTO;

  @Option(
      names = "--loops",
      paramLabel = "N",
      defaultValue = "2",
      description = "Event loops that serve connections (default: ${DEFAULT-VALUE}).")
  private int loops;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    TargetOptions options = options();
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(loops))
            .withTransport(transport.resolve())
            .build();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    try {
      NvmeTarget target = NvmeTarget.create(vertx, options);
      target.start().await(STOP_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop, stopped), "stop"));
      announce(target.port());
      stop.await();
      target.close().await(STOP_SECONDS, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS);
      stopped.countDown();
    }
    return 0;
  }

  // A signal ends the process when its hooks return: so the hook waits for the target's end.
  private static void stop(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("nvmetcp: the target did not close in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private TargetOptions options() {
    int colon = listen.lastIndexOf(':');
    if (colon <= 0) {
      throw usage("--listen: '" + listen + "' is not ADDRESS:PORT");
    }
    if (loops < 1 || loops > 64) {
      throw usage("--loops: 1 to 64, not " + loops);
    }
    try {
      SubsystemOptions subsystem = new SubsystemOptions(nqn);
      for (int i = 0; i < namespaces.size(); i++) {
        subsystem.addNamespace(namespaces.get(i).options(i + 1));
      }
      TargetOptions options =
          new TargetOptions()
              .setHost(listen.substring(0, colon).replaceAll("^\\[|]$", ""))
              .setPort(port(listen.substring(colon + 1)))
              .setEventLoops(loops)
              .setSchedule(policy)
              .addSubsystem(subsystem);
      return advertise.isEmpty() ? options : options.setAdvertisedAddress(advertise);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw usage("--listen: '" + text + "' is no port");
    }
  }

  private void announce(int port) {
    String address = advertise.isEmpty() ? listen.substring(0, listen.lastIndexOf(':')) : advertise;
    System.out.printf("serving %s on %s port %d, %s%n", nqn, address, port, policy.text());
    for (int i = 0; i < namespaces.size(); i++) {
      NamespaceSpec namespace = namespaces.get(i);
      System.out.printf(
          "  namespace %d: %s %s, blocks of %d bytes%s%n",
          i + 1,
          namespace.kind().name().toLowerCase(java.util.Locale.ROOT),
          namespace.where(),
          namespace.blockBytes(),
          namespace.readOnly() ? ", read-only" : "");
    }
    System.out.printf("  nvme connect -t tcp -a %s -s %d -n %s%n", address, port, nqn);
    System.out.flush();
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

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
