package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import io.nvmetcp.testing.wire.CongestionControls;
import io.nvmetcp.testing.wire.WatchedTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The TCP congestion control of a target's connections, as their sockets tell it. */
@Timeout(60)
class CongestionTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:congestion";

  private @Nullable Vertx vertx;

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("nothing within 20 s", e);
    }
  }

  @AfterEach
  void closeVertx() {
    if (vertx != null) {
      await(vertx.close());
    }
  }

  private static WatchedTransport watched(String name) {
    Transport transport =
        switch (name) {
          case "epoll" -> Transport.EPOLL;
          case "io_uring" -> Transport.IO_URING;
          default -> Transport.NIO;
        };
    assumeTrue(transport != null && transport.available(), "no " + name + " here");
    return new WatchedTransport(transport);
  }

  private NvmeTarget target(WatchedTransport transport, String algorithm) {
    Vertx made = Vertx.builder().withTransport(transport).build();
    vertx = made;
    return NvmeTarget.create(
        made,
        new TargetOptions()
            .addSubsystem(
                new SubsystemOptions(NQN).addNamespace(NamespaceOptions.memory(1, 1 << 20)))
            .setConnections(new ConnectionOptions().setTcpCongestionControl(algorithm)));
  }

  private void assertSendsBy(String transport, String algorithm, String wanted) throws Exception {
    WatchedTransport watched = watched(transport);
    NvmeTarget target = await(target(watched, algorithm).start());
    try (HostConnection host = new HostConnection(target.port(), NQN)) {
      host.enable();
      List<Channel> sockets = watched.accepted();
      assertThat(sockets).hasSize(1);
      assertThat(TcpCongestionControl.get(sockets.getFirst())).contains(wanted);
    }
    await(target.close());
  }

  @ParameterizedTest
  @CsvSource({"epoll, reno", "epoll, cubic", "io_uring, reno", "io_uring, cubic"})
  void anAcceptedConnectionSendsByTheOneThatWasChosen(String transport, String algorithm)
      throws Exception {
    CongestionControls.assumeAllowed(algorithm);
    assertSendsBy(transport, algorithm, algorithm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void withoutAChoiceItIsTheSystems(String transport) throws Exception {
    assertSendsBy(transport, "", CongestionControls.ofSystem());
  }

  private void assertDoesNotStart(String transport, String algorithm, String why) {
    WatchedTransport watched = watched(transport);
    NvmeTarget target = target(watched, algorithm);
    assertThat(catchThrowable(() -> await(target.start())))
        .isInstanceOf(IOException.class)
        .hasMessage("TCP congestion control '%s': %s".formatted(algorithm, why));
    // The socket on which it was tried.
    assertThat(watched.connecting()).hasSize(1).noneMatch(Channel::isOpen);
    assertThat(catchThrowable(target::port)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void doesNotStartWithOneThatTheSystemDoesNotHave(String transport) {
    assertDoesNotStart(
        transport,
        "no-such-one",
        "the system does not have it or does not allow it (setsockopt() failed: No such file or"
            + " directory); take one that /proc/sys/net/ipv4/tcp_allowed_congestion_control lists,"
            + " or have it loaded and added there");
  }

  @Test
  void doesNotStartOverNioIfOneWasChosen() {
    assertDoesNotStart(
        "nio",
        "reno",
        "cannot be chosen over this transport (NioSocketChannel); use epoll or io_uring, which"
            + " Linux has, or leave it to the system");
  }

  @Test
  void aSocketThatIsClosedAlreadyIsLeftToItsEnd() throws Exception {
    WatchedTransport watched = watched("epoll");
    NvmeTarget target = await(target(watched, "").start());
    try (HostConnection host = new HostConnection(target.port(), NQN)) {
      host.enable();
    }
    await(target.close());
    Channel gone = watched.accepted().getFirst();
    assertThat(gone.isOpen()).isFalse();
    assertThat(TcpCongestionControl.set(gone, "reno")).isEmpty();
  }
}
