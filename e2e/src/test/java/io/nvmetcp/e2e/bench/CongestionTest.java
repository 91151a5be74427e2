package io.nvmetcp.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import io.nvmetcp.testing.wire.CongestionControls;
import io.nvmetcp.testing.wire.WatchedTransport;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The congestion control that a benchmark is asked for is that of all its sockets. */
@Timeout(60)
class CongestionTest {
  private static final String PROPERTY = "congestion";
  private static final long RUN_MILLIS = 1500;

  @BeforeEach
  void assumeEpoll() {
    assumeTrue(Transport.EPOLL != null && Transport.EPOLL.available(), "there is no epoll here");
  }

  @AfterEach
  void forget() {
    System.clearProperty(PROPERTY);
  }

  /** One that is not the system's, so that it has to be chosen. */
  private static String another() {
    String algorithm = CongestionControls.ofSystem().equals("reno") ? "cubic" : "reno";
    CongestionControls.assumeAllowed(algorithm);
    return algorithm;
  }

  private static boolean both(String algorithm, List<Channel> one, List<Channel> other) {
    return !one.isEmpty()
        && !other.isEmpty()
        && TcpCongestionControl.get(one.getFirst()).orElseThrow().equals(algorithm)
        && TcpCongestionControl.get(other.getFirst()).orElseThrow().equals(algorithm);
  }

  @Test
  void bothEndsOfABareStreamSendByIt() throws Exception {
    String algorithm = another();
    System.setProperty(PROPERTY, algorithm);
    WatchedTransport watched = new WatchedTransport(Transport.EPOLL);
    VertxInternal vertx = (VertxInternal) Vertx.builder().withTransport(watched).build();
    try (BareStream stream = new BareStream(vertx, vertx, 4096)) {
      CompletableFuture<Void> run =
          CompletableFuture.runAsync(
              () -> {
                try {
                  assertThat(stream.run(1, RUN_MILLIS)).isPositive();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      boolean seen = false;
      while (!seen && !run.isDone()) {
        seen = both(algorithm, watched.connecting(), watched.accepted());
        Thread.onSpinWait();
      }
      run.get(30, TimeUnit.SECONDS);
      assertThat(seen).isTrue();
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aReportNamesIt() throws Exception {
    String algorithm = another();
    System.setProperty(PROPERTY, algorithm);
    assertThat(
            SpeedBenchmark.run(1, 1, 5, "write 128 KiB x 32, two queues", 4 << 20)
                .getString("congestionControl"))
        .isEqualTo(algorithm);
  }

  @Test
  void oneThatCannotBeHadEndsTheBenchmarkBeforeItBegins() {
    System.setProperty(PROPERTY, "no-such-one");
    assertThatThrownBy(() -> SpeedBenchmark.run(1, 1, 5, "write 128 KiB x 32", 4 << 20))
        .hasMessageContaining("TCP congestion control 'no-such-one': ");
  }
}
