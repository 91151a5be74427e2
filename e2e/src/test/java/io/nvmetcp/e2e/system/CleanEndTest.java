package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * However an association ends, each I/O ends exactly once, with a result or with one of the three
 * kinds of failure, and nothing is left: no buffer, no connection, no thread.
 */
@Timeout(60)
class CleanEndTest {
  private static final int IOS = 32;
  private static final int LENGTH = 16 * 1024;

  private Set<Thread> threadsBefore = Set.of();
  private final HoldingBackend storage = new HoldingBackend(1 << 20, IOS);
  private final AtomicIntegerArray endings = new AtomicIntegerArray(IOS);
  private Vertx targetVertx;
  private Vertx hostVertx;
  private Pair pair;
  private Region region;

  @BeforeEach
  void connect() throws Exception {
    threadsBefore = userThreads();
    Transports transport = Transports.loadable().getFirst();
    targetVertx = transport.vertx(2);
    hostVertx = transport.vertx(2);
    pair =
        new Pair(
            targetVertx,
            hostVertx,
            new TargetOptions(),
            new InitiatorOptions()
                .setConnectTimeoutMillis(1000)
                .setReconnect(ReconnectOptions.never()),
            List.of(NamespaceOptions.custom(1, "holding", _ -> storage)));
    region = pair.initiator().regions().register((long) IOS * LENGTH);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    storage.letGo();
    region.close();
    pair.close();
    InitiatorStatistics host = pair.statistics();
    assertThat(host.outstanding()).isZero();
    assertThat(host.liveMappings()).isZero();
    assertThat(host.balanced()).isTrue();
    assertThat(pair.initiator().regions().liveRegions()).isZero();
    assertThat(pair.target().statistics().leasesOutstanding()).isZero();
    assertThat(pair.target().statistics().connectionsOpen()).isZero();
    await(Future.join(targetVertx.close(), hostVertx.close()));
    for (Thread thread : userThreads()) {
      if (!threadsBefore.contains(thread)) {
        thread.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(thread.isAlive()).as("%s still runs", thread).isFalse();
      }
    }
    for (int i = 0; i < IOS; i++) {
      assertThat(endings.get(i)).as("endings of I/O %d", i).isOne();
    }
  }

  private static Set<Thread> userThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.isDaemon() && thread.isAlive())
        // It watches over the time limits of tests, and comes with the first of them.
        .filter(thread -> !thread.getName().startsWith("junit-jupiter-"))
        .collect(Collectors.toSet());
  }

  private List<Future<Void>> reads() {
    Namespace namespace = pair.namespace(1);
    List<Future<Void>> reads = new ArrayList<>();
    for (int i = 0; i < IOS; i++) {
      int index = i;
      long lba = (long) i * LENGTH / namespace.blockBytes();
      reads.add(
          namespace
              .read(lba, region.slice((long) i * LENGTH, LENGTH))
              .onComplete(_ -> endings.incrementAndGet(index)));
    }
    return reads;
  }

  private static List<Throwable> failures(List<Future<Void>> ios) throws Exception {
    List<Throwable> failures = new ArrayList<>();
    for (Future<Void> io : ios) {
      Throwable failure = await(io.<Throwable>map((Throwable) null).otherwise(cause -> cause));
      if (failure != null) {
        failures.add(failure);
      }
    }
    return failures;
  }

  @Test
  void closingTheControllerLetsRunningReadsEnd() throws Exception {
    List<Future<Void>> reads = reads();
    storage.awaitReads();
    Future<Void> closed = pair.controller().close();
    storage.letGo();
    await(closed);
    assertThat(failures(reads)).isEmpty();
    assertNewIoIsNeverSent();
  }

  @Test
  void closingTheControllerEndsReadsThatHang() throws Exception {
    List<Future<Void>> reads = reads();
    storage.awaitReads();
    await(pair.controller().close());
    assertThat(failures(reads))
        .hasSize(IOS)
        .allSatisfy(f -> assertThat(f).isInstanceOf(NvmeException.OutcomeUnknown.class));
    assertThat(await(pair.controller().ended())).isNotBlank();
    assertThat(pair.statistics().lost()).isEqualTo(IOS);
    assertNewIoIsNeverSent();
  }

  @Test
  void closingTheTargetEndsReadsThatHang() throws Exception {
    List<Future<Void>> reads = reads();
    storage.awaitReads();
    await(pair.target().close());
    assertThat(failures(reads))
        .allSatisfy(f -> assertThat(f).isInstanceOf(NvmeException.class).hasNoCause());
    assertThat(await(pair.controller().ended())).isNotBlank();
    assertNewIoIsNeverSent();
  }

  @Test
  void closingTheTargetUnderLoadEndsEveryRead() throws Exception {
    storage.letGo();
    List<Future<Void>> first = reads();
    Future<Void> closed = pair.target().close();
    assertThat(failures(first)).allSatisfy(f -> assertThat(f).isInstanceOf(NvmeException.class));
    await(closed);
    assertThat(await(pair.controller().ended())).isNotBlank();
    assertNewIoIsNeverSent();
  }

  private void assertNewIoIsNeverSent() throws Exception {
    Region late = pair.initiator().regions().register(LENGTH);
    try {
      assertThat(failures(List.of(pair.namespace(1).read(0, late.slice(0, LENGTH)))))
          .singleElement()
          .isInstanceOf(NvmeException.NeverSent.class);
    } finally {
      late.close();
    }
  }
}
