package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.target.session.HostSide;
import io.nvmetcp.testing.TcpTimers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The system is asked to look whether a silent host is still there. */
@Timeout(60)
class SilentHostTest {
  private static final int SECONDS = 1000;

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** What the system says of the connection of a host that says nothing after its ICReq. */
  private static OptionalLong silence(Transport transport, int seconds) throws Exception {
    assumeTrue(TcpTimers.known(), "this system tells no timers");
    assumeTrue(transport != null && transport.available(), "no such transport here");
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    NvmeTarget target =
        await(
            NvmeTarget.create(
                    vertx,
                    new TargetOptions()
                        .addSubsystem(new SubsystemOptions("nqn.2024-01.io.nvmetcp:silence"))
                        .setConnectTimeout(Duration.ofMinutes(1))
                        .setConnections(
                            new ConnectionOptions()
                                .setIcReqTimeout(Duration.ofMinutes(1))
                                .setTcpKeepAliveSeconds(seconds)))
                .start());
    try (Socket host = new Socket(InetAddress.getLoopbackAddress(), target.port())) {
      HostSide side = new HostSide();
      side.icReq(false, false, 0);
      host.getOutputStream().write(side.take());
      assertThat(host.getInputStream().readNBytes(128)).hasSize(128);
      OptionalLong found = TcpTimers.keepAliveSecondsFrom(target.port());
      // The answer is acknowledged first.
      while (seconds > 0 && found.isEmpty()) {
        found = TcpTimers.keepAliveSecondsFrom(target.port());
      }
      return found;
    } finally {
      await(target.close());
      await(vertx.close());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void isAskedForASignOfLifeAfterTheTimeThatTheOptionSays(String name) throws Exception {
    Transport transport = name.equals("epoll") ? Transport.EPOLL : Transport.IO_URING;
    assertThat(silence(transport, SECONDS).orElseThrow()).isBetween(SECONDS / 2L, (long) SECONDS);
  }

  @Test
  void isAskedForASignOfLifeAfterTheSystemsTimeWithoutANativeTransport() throws Exception {
    assertThat(silence(Transport.NIO, SECONDS)).isPresent();
  }

  @Test
  void isNeverAskedIfNobodyWantsIt() throws Exception {
    assertThat(silence(Transport.NIO, 0)).isEmpty();
  }
}
