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
import io.nvmetcp.target.ConnectionOptions;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.testing.wire.WatchedTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a target tells TCP where more event loops send than there are CPUs for them and their peers:
 * as the sockets tell it, while hosts read enough to make the crowd.
 */
@Timeout(60)
class CrowdTest {
  private static final int QUEUES = Runtime.getRuntime().availableProcessors() / 2 + 1;
  private static final int LENGTH = 64 * 1024;
  private static final int SEND_BUFFER = 512 * 1024;
  private static final long MOST_SECONDS = 20;

  private final WatchedTransport targetSockets = watched();
  private final Vertx targetVertx = vertx(targetSockets);
  private final Vertx hostVertx = vertx(watched());

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

  @BeforeAll
  static void assumeThatSoMuchMayBeHad() throws IOException {
    Path limit = Path.of("/proc/sys/net/core/wmem_max");
    assumeTrue(Files.isReadable(limit), "this is not Linux");
    assumeTrue(
        Integer.parseInt(Files.readAllLines(limit).getFirst().strip()) >= SEND_BUFFER,
        "this system does not give so much");
  }

  @AfterEach
  void end() throws Exception {
    await(Future.join(targetVertx.close(), hostVertx.close()));
  }

  private Pair pair(ConnectionOptions connections) throws Exception {
    return new Pair(
        targetVertx,
        hostVertx,
        new TargetOptions().setIoQueues(QUEUES).setConnections(connections),
        new InitiatorOptions().setIoQueues(QUEUES),
        List.of(NamespaceOptions.memory(1, (long) QUEUES * LENGTH)));
  }

  /** Reads on every queue of these at once, again and again. */
  private static void read(BooleanSupplier enough, Pair... pairs) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    List<Region> regions = new ArrayList<>();
    for (Pair pair : pairs) {
      regions.add(pair.initiator().regions().register((long) QUEUES * LENGTH));
    }
    do {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < pairs.length; i++) {
        for (int queue = 0; queue < QUEUES; queue++) {
          all.add(read(pairs[i], queue, regions.get(i).slice((long) queue * LENGTH, LENGTH)));
        }
      }
      await(Future.join(all));
    } while (!enough.getAsBoolean() && System.nanoTime() < end);
    regions.forEach(Region::close);
  }

  private static Future<Void> read(Pair pair, int queue, BufferSlice slice) {
    Namespace namespace = pair.namespace(1);
    long lba = (long) queue * LENGTH / namespace.blockBytes();
    return pair.on(queue, () -> namespace.read(lba, slice));
  }

  /** The admin queue's, then the others. */
  private static List<Channel> sockets(WatchedTransport transport, int before) {
    List<Channel> all = transport.accepted();
    assertThat(all).hasSize(before + 1 + QUEUES);
    return all.subList(before, all.size());
  }

  @Test
  void aTargetThatIsReadBoundsItsSendBuffers() throws Exception {
    try (Pair pair = pair(new ConnectionOptions())) {
      List<Channel> sockets = sockets(targetSockets, 0);
      List<Channel> io = sockets.subList(1, 1 + QUEUES);
      assertThat(io).noneMatch(CrowdTest::bound);
      read(() -> io.stream().allMatch(CrowdTest::bound), pair);
      assertThat(io).allMatch(CrowdTest::bound);
      assertThat(bound(sockets.getFirst())).isFalse();
    }
  }

  @Test
  void whoeverChoseKeepsWhatWasChosenInTheSameCrowd() throws Exception {
    try (Pair chosen = pair(new ConnectionOptions().setSendBufferBytes(2 * SEND_BUFFER))) {
      List<Channel> left = sockets(targetSockets, 0);
      List<Integer> before = left.stream().map(CrowdTest::sendBuffer).toList();
      try (Pair pair = pair(new ConnectionOptions())) {
        List<Channel> changed = sockets(targetSockets, left.size()).subList(1, 1 + QUEUES);
        read(() -> changed.stream().allMatch(CrowdTest::bound), chosen, pair);
        read(() -> true, chosen, pair);
        assertThat(changed).allMatch(CrowdTest::bound);
        assertThat(left).map(CrowdTest::sendBuffer).isEqualTo(before);
      }
    }
  }

  // Linux keeps as much again for itself, and tells the sum.
  private static boolean bound(Channel socket) {
    return sendBuffer(socket) == 2 * SEND_BUFFER;
  }

  private static int sendBuffer(Channel socket) {
    return socket.config().getOption(ChannelOption.SO_SNDBUF);
  }
}
