package io.nvmetcp.cli;

import io.nvmetcp.cli.ConfigFile.BadConfigException;
import io.nvmetcp.target.ListenerOptions.Serves;
import io.nvmetcp.target.Listening;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.Reconfigured;
import io.nvmetcp.target.ServedNamespace;
import io.nvmetcp.target.ServedSubsystem;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A target in the hands of signals. They come on threads of the JVM and are dealt with one by one
 * on the thread that serves.
 */
final class TargetRun {
  private static final long STEP_SECONDS = 60;
  private static final long CLOSE_SECONDS = 30;
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;

  /** Reads the options anew. */
  @FunctionalInterface
  interface Source {
    TargetOptions read() throws BadConfigException;
  }

  private enum Event {
    RELOAD,
    STOP
  }

  private final TargetOptions options;
  private final Transport transport;
  private final Duration patience;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile boolean stopping;

  TargetRun(TargetOptions options, Transport transport, Duration patience) {
    this.options = options;
    this.transport = transport;
    this.patience = patience;
  }

  /**
   * Serves until a signal ends it.
   *
   * @param source what SIGHUP reads, or null if there is nothing to read
   * @return the exit code
   */
  int serve(@Nullable Source source) throws Exception {
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(options.getEventLoops()))
            .withTransport(transport)
            .build();
    try {
      NvmeTarget target = NvmeTarget.create(vertx, options);
      target.start().await(STEP_SECONDS, TimeUnit.SECONDS);
      handleSignals();
      announce(target);
      while (events.take() == Event.RELOAD) {
        reload(target, source);
      }
      target.drain(patience).await(patience.toSeconds() + CLOSE_SECONDS, TimeUnit.SECONDS);
      return 0;
    } finally {
      vertx.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void handleSignals() {
    boolean terminate = Signals.handle("TERM", () -> stop(TERMINATED));
    boolean interrupt = Signals.handle("INT", () -> stop(INTERRUPTED));
    boolean reload = Signals.handle("HUP", () -> events.add(Event.RELOAD));
    if (!reload) {
      say("SIGHUP is not to be had here: the options are read once");
    }
    if (!terminate || !interrupt) {
      // The hook keeps the process until the target has closed.
      Thread serving = Thread.currentThread();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    events.add(Event.STOP);
                    try {
                      serving.join(patience.plusSeconds(CLOSE_SECONDS));
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  },
                  "stop"));
    }
  }

  // Whoever asks twice does not want to wait.
  private void stop(int exitCode) {
    if (stopping) {
      Runtime.getRuntime().halt(exitCode);
    }
    stopping = true;
    events.add(Event.STOP);
  }

  private static void reload(NvmeTarget target, @Nullable Source source) throws TimeoutException {
    if (source == null) {
      say("SIGHUP: there is no --config to read again");
      return;
    }
    Reconfigured done;
    try {
      done = target.reconfigure(source.read()).await(STEP_SECONDS, TimeUnit.SECONDS);
    } catch (BadConfigException e) {
      refuse(e.lines());
      return;
    } catch (Exception e) {
      refuse(List.of(String.valueOf(e.getMessage())));
      return;
    }
    done.changes().forEach(change -> say("SIGHUP: " + change));
    done.atNextStart().forEach(name -> say("SIGHUP: " + name + ": from the next start on"));
    if (done.changes().isEmpty() && done.atNextStart().isEmpty()) {
      say("SIGHUP: nothing is different");
    }
  }

  private static void refuse(List<String> problems) {
    problems.forEach(problem -> say("SIGHUP: " + problem));
    say("SIGHUP: everything stays as it was");
  }

  private static void say(String line) {
    System.err.println("nvmetcp: " + line);
  }

  private void announce(NvmeTarget target) {
    List<Listening> listeners = target.listeners();
    for (ServedSubsystem subsystem : target.subsystems()) {
      for (int i = 0; i < listeners.size(); i++) {
        if (listeners.get(i).serves() != Serves.DISCOVERY) {
          announce(subsystem, listeners.get(i), contact(i).host());
        }
      }
    }
    // Discovery goes without saying where there is something to connect to.
    boolean alone = target.subsystems().isEmpty();
    if (alone) {
      for (int i = 0; i < listeners.size(); i++) {
        System.out.printf(
            "serving no subsystem on %s port %d%n", contact(i).host(), listeners.get(i).port());
      }
    }
    for (int i = 0; i < listeners.size(); i++) {
      Serves serves = listeners.get(i).serves();
      if (serves == Serves.DISCOVERY || (alone && serves == Serves.ALL)) {
        int port = listeners.get(i).port();
        System.out.printf("discovery on %s port %d%n", contact(i).host(), port);
        System.out.printf("  nvme discover -t tcp -a %s -s %d%n", contact(i).host(), port);
      }
    }
    for (int i = 0; i < listeners.size(); i++) {
      int port = listeners.get(i).port();
      contact(i).note().ifPresent(note -> System.out.printf("port %d: %s%n", port, note));
    }
    System.out.flush();
  }

  private void announce(ServedSubsystem subsystem, Listening where, String address) {
    System.out.printf(
        "serving %s on %s port %d, %s%n",
        subsystem.nqn(), address, where.port(), options.getSchedule().text());
    for (ServedNamespace namespace : subsystem.namespaces()) {
      System.out.printf(
          "  namespace %d: %s, %s, blocks of %d bytes%s%n",
          namespace.id(),
          namespace.description(),
          new ByteSize(namespace.sizeBytes()),
          namespace.blockBytes(),
          namespace.readOnly() ? ", read-only" : "");
    }
    if (!subsystem.allowedHosts().anyHost()) {
      System.out.printf("  hosts: %s%n", String.join(" ", subsystem.allowedHosts().nqns()));
    }
    System.out.printf(
        "  nvme connect -t tcp -a %s -s %d -n %s%n", address, where.port(), subsystem.nqn());
  }

  private ContactAddress contact(int listener) {
    return ContactAddress.of(options.getListeners().get(listener));
  }
}
