package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.testing.wire.CongestionControls;
import io.nvmetcp.testing.wire.WatchedTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What TCP is told where more event loops send than there are CPUs for them and their peers: as the
 * sockets tell it, while both ends do what makes the crowd.
 */
@Timeout(60)
class CrowdTest {
  private static final int QUEUES = Runtime.getRuntime().availableProcessors() / 2 + 1;
  private static final int LENGTH = 64 * 1024;
  private static final int SEND_BUFFER = 512 * 1024;
  private static final long MOST_SECONDS = 20;

  private final WatchedTransport targetSockets = watched();
  private final WatchedTransport hostSockets = watched();
  private final Vertx targetVertx = vertx(targetSockets);
  private final Vertx hostVertx = vertx(hostSockets);

  private static WatchedTransport watched() {
    assumeTrue(Transport.EPOLL != null && Transport.EPOLL.available(), "there is no epoll here");
    return new WatchedTransport(Transport.EPOLL);
  }

  private static Vertx vertx(WatchedTransport transport) {
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(QUEUES))
        .withTransport(transport)
        .build();
  }

  @AfterEach
  void end() throws Exception {
    await(Future.join(targetVertx.close(), hostVertx.close()));
  }

  private Pair pair(InitiatorOptions options) throws Exception {
    return new Pair(
        targetVertx,
        hostVertx,
        new TargetOptions().setIoQueues(QUEUES),
        options.setIoQueues(QUEUES),
        List.of(NamespaceOptions.memory(1, (long) QUEUES * LENGTH)));
  }

  /** Something for every queue of these at once, again and again. */
  private static void load(boolean write, BooleanSupplier enough, Pair... pairs) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    List<Region> regions = new ArrayList<>();
    for (Pair pair : pairs) {
      regions.add(pair.initiator().regions().register((long) QUEUES * LENGTH));
    }
    do {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < pairs.length; i++) {
        for (int queue = 0; queue < QUEUES; queue++) {
          all.add(io(pairs[i], write, queue, regions.get(i).slice((long) queue * LENGTH, LENGTH)));
        }
      }
      await(Future.join(all));
    } while (!enough.getAsBoolean() && System.nanoTime() < end);
    regions.forEach(Region::close);
  }

  private static Future<Void> io(Pair pair, boolean write, int queue, BufferSlice slice) {
    Namespace namespace = pair.namespace(1);
    long lba = (long) queue * LENGTH / namespace.blockBytes();
    return pair.on(queue, () -> write ? namespace.write(lba, slice) : namespace.read(lba, slice));
  }

  private static boolean allSendBy(String algorithm, List<Channel> sockets) {
    return sockets.stream()
        .allMatch(each -> TcpCongestionControl.get(each).orElseThrow().equals(algorithm));
  }

  /** As if it were the system's: nobody chose it for this connection. */
  private static void pace(List<Channel> sockets) {
    for (Channel each : sockets) {
      assertThat(TcpCongestionControl.set(each, "bbr")).isEmpty();
    }
  }

  @Test
  void hostsThatWriteAreNotPacedAnyMore() throws Exception {
    CongestionControls.assumeAllowed("bbr");
    try (Pair pair = pair(new InitiatorOptions())) {
      List<Channel> sockets = hostSockets.connecting();
      assertThat(sockets).as("the admin queue's, then the others").hasSize(1 + QUEUES);
      pace(sockets);
      List<Channel> io = sockets.subList(1, 1 + QUEUES);
      load(true, () -> allSendBy("reno", io), pair);
      assertThat(io)
          .allSatisfy(each -> assertThat(TcpCongestionControl.get(each)).contains("reno"));
      assertThat(TcpCongestionControl.get(sockets.getFirst())).contains("bbr");
    }
  }

  static List<InitiatorOptions> choices() {
    return List.of(
        new InitiatorOptions().setTcpCongestionControl("bbr"),
        new InitiatorOptions().setSendBufferBytes(SEND_BUFFER));
  }

  @ParameterizedTest
  @MethodSource("choices")
  void whoeverChoseIsPacedInTheSameCrowd(InitiatorOptions options) throws Exception {
    CongestionControls.assumeAllowed("bbr");
    try (Pair chosen = pair(options)) {
      List<Channel> left = hostSockets.connecting();
      pace(left);
      try (Pair pair = pair(new InitiatorOptions())) {
        List<Channel> all = hostSockets.connecting();
        List<Channel> changed = all.subList(left.size() + 1, all.size());
        pace(changed);
        load(true, () -> allSendBy("reno", changed), chosen, pair);
        load(true, () -> true, chosen, pair);
        assertThat(changed)
            .allSatisfy(each -> assertThat(TcpCongestionControl.get(each)).contains("reno"));
        assertThat(left)
            .allSatisfy(each -> assertThat(TcpCongestionControl.get(each)).contains("bbr"));
      }
    }
  }

  @Test
  void targetsThatAreReadBoundTheirSendBuffers() throws Exception {
    Path limit = Path.of("/proc/sys/net/core/wmem_max");
    assumeTrue(
        Integer.parseInt(Files.readAllLines(limit).getFirst().strip()) >= SEND_BUFFER,
        "this system does not give so much");
    try (Pair pair = pair(new InitiatorOptions())) {
      load(true, () -> true, pair);
      List<Channel> sockets = targetSockets.accepted();
      assertThat(sockets).hasSize(1 + QUEUES);
      List<Channel> io = sockets.subList(1, 1 + QUEUES);
      load(false, () -> io.stream().allMatch(CrowdTest::bound), pair);
      assertThat(io).allMatch(CrowdTest::bound);
      assertThat(bound(sockets.getFirst())).isFalse();
    }
  }

  // Linux keeps as much again for itself, and tells the sum.
  private static boolean bound(Channel socket) {
    return socket.config().getOption(ChannelOption.SO_SNDBUF) == 2 * SEND_BUFFER;
  }
}
