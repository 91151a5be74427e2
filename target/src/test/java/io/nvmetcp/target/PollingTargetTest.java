package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A target whose event loops look for commands without sleeping. */
@Timeout(60)
class PollingTargetTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:awake";
  private static final int BLOCK = 4096;
  private static final int MOST_MICROS = 1_000_000;
  private static final int POLL_MICROS = 300_000;
  private static final long WORK_NS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long NAP_NS = TimeUnit.MILLISECONDS.toNanos(60);

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static NvmeTarget target(Vertx vertx, int pollMicros) {
    return await(
        NvmeTarget.create(
                vertx,
                new TargetOptions()
                    .setConnections(new ConnectionOptions().setPollMicros(pollMicros))
                    .addSubsystem(
                        new SubsystemOptions(NQN)
                            .addNamespace(NamespaceOptions.memory(1, 64 * BLOCK))))
            .start());
  }

  // CPU time that the only event loop has taken.
  private static long cpuNs(long thread) {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
  }

  // Looks at what the loop takes during naps of this thread, until it is as wanted.
  private static void untilANapTakes(long thread, LongPredicate wanted) {
    long before = cpuNs(thread);
    long taken;
    do {
      LockSupport.parkNanos(NAP_NS);
      long now = cpuNs(thread);
      taken = now - before;
      before = now;
    } while (!wanted.test(taken));
  }

  private static Transport transport(String name) {
    Transport transport =
        switch (name) {
          case "epoll" -> Transport.EPOLL;
          case "io_uring" -> Transport.IO_URING;
          default -> Transport.NIO;
        };
    assumeTrue(transport != null && transport.available(), "no such transport here");
    return transport;
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "io_uring"})
  void aLoopStaysAwakeForATimeAfterACommandOfAnIoQueueAndSleepsThen(String name) throws Exception {
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(transport(name))
            .build();
    Promise<Long> number = Promise.promise();
    vertx.runOnContext(_ -> number.complete(Thread.currentThread().threadId()));
    long loop = await(number.future());
    NvmeTarget target = target(vertx, POLL_MICROS);
    try (HostConnection admin = new HostConnection(target.port(), NQN);
        HostConnection queue = new HostConnection(target.port(), NQN)) {
      int cntlid = admin.enable();
      untilANapTakes(loop, taken -> taken < WORK_NS / 2);
      queue.connect(1, cntlid);
      queue.host.read(2, 0, 1, BLOCK);
      assertThat(queue.next().data()).isEqualTo(new byte[BLOCK]);
      // Nothing comes any more, and yet it works; until the time is over.
      untilANapTakes(loop, taken -> taken > WORK_NS);
      untilANapTakes(loop, taken -> taken < WORK_NS / 2);
      queue.host.read(3, 1, 1, BLOCK);
      assertThat(queue.next().data()).isEqualTo(new byte[BLOCK]);
      untilANapTakes(loop, taken -> taken > WORK_NS);
    } finally {
      await(target.close());
      await(vertx.close());
    }
  }

  @Test
  void theTimeHasBounds() {
    ConnectionOptions options = new ConnectionOptions();
    assertThat(options.getPollMicros()).isZero();
    assertThatThrownBy(() -> options.setPollMicros(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.setPollMicros(MOST_MICROS + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("poll microseconds");
  }
}
