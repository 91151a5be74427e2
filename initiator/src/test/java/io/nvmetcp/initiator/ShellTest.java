package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nvmetcp.ddp.memory.Region;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What the tests over a loopback socket share: Vert.x on a transport, a server, an initiator. */
abstract class ShellTest {
  static final int BLOCK = 512;

  private @Nullable Vertx vertx;
  private @Nullable ScriptedServer server;
  private @Nullable NvmeInitiator initiator;

  /** Transports that this machine has. */
  static String[] transports() {
    return Stream.of("nio", "epoll", "io_uring")
        .filter(name -> name.equals("nio") || available(transport(name)))
        .toArray(String[]::new);
  }

  private static boolean available(@Nullable Transport transport) {
    return transport != null && transport.available();
  }

  static @Nullable Transport transport(String name) {
    return switch (name) {
      case "epoll" -> Transport.EPOLL;
      case "io_uring" -> Transport.IO_URING;
      default -> Transport.NIO;
    };
  }

  ScriptedServer serve(String transport) {
    return serve(transport(transport));
  }

  ScriptedServer serve(@Nullable Transport transport) {
    Vertx made = Vertx.builder().withTransport(transport).build();
    vertx = made;
    ScriptedServer started = await(new ScriptedServer(made).start());
    server = started;
    return started;
  }

  Vertx vertx() {
    if (vertx == null) {
      throw new IllegalStateException("serve first");
    }
    return vertx;
  }

  static InitiatorOptions options() {
    return new InitiatorOptions()
        .setIoQueues(1)
        .setQueueEntries(2)
        .setKeepAliveMillis(0)
        .setConnectTimeoutMillis(30_000)
        .setReconnect(ReconnectOptions.never())
        .setDevice(new DeviceSpec(DeviceSpec.Kind.SOCKET, 4096));
  }

  NvmeInitiator initiator(InitiatorOptions options) {
    NvmeInitiator made = NvmeInitiator.create(vertx(), options);
    initiator = made;
    return made;
  }

  Controller connect(InitiatorOptions options) {
    if (server == null) {
      throw new IllegalStateException("serve first");
    }
    return await(initiator(options).connect(server.address()));
  }

  Region region(int bytes) {
    return liveInitiator().regions().register(bytes);
  }

  private NvmeInitiator liveInitiator() {
    if (initiator == null) {
      throw new IllegalStateException("connect first");
    }
    return initiator;
  }

  /** Regions that are left. */
  int liveRegions() {
    return liveInitiator().regions().liveRegions();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing within 60 s", e);
    }
  }

  static Throwable failure(Future<?> future) {
    Throwable thrown = catchThrowable(() -> await(future));
    assertThat(thrown).isNotNull();
    return thrown;
  }

  @AfterEach
  void closeVertx() {
    if (vertx != null) {
      await(vertx.close());
    }
  }
}
