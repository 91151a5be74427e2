package io.nvmetcp.pdu.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendingLoopsTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);
  private final List<ExecutorService> loops = new ArrayList<>();

  private ExecutorService loop() {
    ExecutorService loop = Executors.newSingleThreadExecutor(new DefaultThreadFactory("loop"));
    loops.add(loop);
    return loop;
  }

  @AfterEach
  void end() throws InterruptedException {
    for (ExecutorService loop : loops) {
      loop.shutdown();
      assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static boolean sends(ExecutorService loop, SendingLoops sending) throws Exception {
    return loop.submit(sending::crowded).get(10, TimeUnit.SECONDS);
  }

  @Test
  void oneLoopAndItsPeerHaveTwoCpusToThemselves() throws Exception {
    var sending = new SendingLoops(2, clock::get);
    ExecutorService loop = loop();
    for (int i = 0; i < 10; i++) {
      assertThat(sends(loop, sending)).isFalse();
      clock.addAndGet(SendingLoops.RECENT_NS / 3);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, true", "2, 1, false", "2, 2, true", "3, 2, true", "4, 2, false", "4, 3, true"})
  void itIsCrowdedWhereLoopsAndTheirPeersAreMoreThanCpus(int cpus, int count, boolean crowded)
      throws Exception {
    var sending = new SendingLoops(cpus, clock::get);
    for (int i = 0; i < count; i++) {
      sends(loop(), sending);
    }
    clock.addAndGet(SendingLoops.RECENT_NS / 2);
    for (ExecutorService loop : loops) {
      assertThat(sends(loop, sending)).isEqualTo(crowded);
    }
  }

  @Test
  void aLoopThatSendsNoMoreIsForgotten() throws Exception {
    var sending = new SendingLoops(2, clock::get);
    ExecutorService stays = loop();
    sends(loop(), sending);
    clock.addAndGet(SendingLoops.RECENT_NS);
    assertThat(sends(stays, sending)).isTrue();
    clock.addAndGet(1);
    assertThat(sends(stays, sending)).as("not asked again so soon").isTrue();
    clock.addAndGet(SendingLoops.RECENT_NS);
    assertThat(sends(stays, sending)).isFalse();
  }

  @Test
  void aLoopThatEndsIsNotKept() throws Exception {
    var sending = new SendingLoops(2, clock::get);
    ExecutorService stays = loop();
    sends(stays, sending);
    AtomicInteger meanwhile = new AtomicInteger();
    Thread ends =
        new DefaultThreadFactory("ends")
            .newThread(
                () -> {
                  assertThat(sending.crowded()).isTrue();
                  meanwhile.set(sending.known());
                });
    ends.start();
    ends.join(10_000);
    assertThat(meanwhile).hasValue(2);
    assertThat(sending.known()).isOne();
  }

  @Test
  void onlyAPeerOnThisMachineSharesItsCpus() {
    assertThat(crowdAround("127.0.0.1", "127.0.0.1")).isNotSameAs(SendingLoops.Crowd.NONE);
    assertThat(crowdAround("192.0.2.1", "192.0.2.1")).isNotSameAs(SendingLoops.Crowd.NONE);
    assertThat(crowdAround("192.0.2.1", "192.0.2.2")).isSameAs(SendingLoops.Crowd.NONE);
    assertThat(SendingLoops.crowdAround(new EmbeddedChannel()))
        .as("no addresses")
        .isSameAs(SendingLoops.Crowd.NONE);
    assertThat(SendingLoops.Crowd.NONE.crowded()).isFalse();
  }

  private static SendingLoops.Crowd crowdAround(String local, String remote) {
    EmbeddedChannel channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress localAddress0() {
            return new InetSocketAddress(local, 4420);
          }

          @Override
          protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(remote, 50_000);
          }
        };
    return SendingLoops.crowdAround(channel);
  }
}
