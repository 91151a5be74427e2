package io.nvmetcp.cli.host;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A host for the time of a command: event loops, an initiator, and the controllers it connects. */
public final class HostSession implements AutoCloseable {
  private static final long CLOSE_SECONDS = 20;
  private static final long BLOCKED_SECONDS = 20;

  private final Vertx vertx;
  private final NvmeInitiator initiator;
  private final List<Controller> controllers = new ArrayList<>();

  private HostSession(Vertx vertx, InitiatorOptions options) {
    this.vertx = vertx;
    initiator = NvmeInitiator.create(vertx, options);
  }

  /** Starts event loops; nothing is connected yet. */
  public static HostSession open(InitiatorOptions options, Transport transport) {
    Vertx vertx =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setEventLoopPoolSize(options.getIoQueues() + 1)
                    // A process that starts on a busy machine loads its classes slowly.
                    .setMaxEventLoopExecuteTime(BLOCKED_SECONDS)
                    .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS))
            .withTransport(transport)
            .build();
    return new HostSession(vertx, options);
  }

  /** The initiator. */
  public NvmeInitiator initiator() {
    return initiator;
  }

  /** Connects; the controller is shut down with this session. */
  public Controller connect(SubsystemAddress address) {
    Controller controller = await(initiator.connect(address));
    controllers.add(controller);
    return controller;
  }

  /** Waits; what bounds the wait is the initiator: its timeouts and its keep-alive. */
  public static <T> T await(Future<T> future) {
    return future.await();
  }

  /** Shuts the controllers down, politely if they let us, and stops the event loops. */
  @Override
  public void close() {
    try {
      for (Controller controller : controllers) {
        controller.close().otherwiseEmpty().await(CLOSE_SECONDS, TimeUnit.SECONDS);
      }
      vertx.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // The process is about to end, and every connection with it.
      System.err.println("nvmetcp: the connections did not close in time");
    }
  }
}
