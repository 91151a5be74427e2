package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.loadgen.ExpectedContent;
import io.nvmetcp.target.ConnectionOptions;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.TargetStatistics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The policies that {@link ReorderMatrixTest} leaves out, and rules that combine them, under reads
 * and writes of our own host that are verified; with data aligned both ways (CPDA, HPDA), that to
 * the target asked for in small pieces, several at a time.
 */
@Timeout(60)
class EveryPolicyTest {
  private static final int QUEUES = 2;
  private static final int BLOCK_BYTES = 512;
  private static final int NAMESPACE_BYTES = 1 << 20;
  private static final long SEED = 2027;
  private static final int CPDA = 7;
  private static final int HPDA = 20;
  private static final int R2T_BYTES = 8192;
  private static final int R2TS = 3;

  private static Vertx targetVertx;
  private static Vertx hostVertx;
  private static ExpectedContent content;

  @BeforeAll
  static void start() {
    Transports transport = Transports.loadable().getFirst();
    targetVertx = transport.vertx(QUEUES);
    hostVertx = transport.vertx(QUEUES);
    content = ExpectedContent.generated(SEED, 1, NAMESPACE_BYTES, BLOCK_BYTES);
  }

  @AfterAll
  static void stop() throws Exception {
    content.close();
    await(Future.join(targetVertx.close(), hostVertx.close()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "small-first",
        "interleave:8:1024",
        "hold:3:2",
        "script:4,1,3,2",
        "ns1=reverse:4;r2t:interleave:4",
        "queue1=interleave;queue2=shuffle:8:7;r2t:small-first",
      })
  void everyByteIsRight(String schedule) throws Exception {
    Pair pair =
        new Pair(
            targetVertx,
            hostVertx,
            new TargetOptions()
                .setEventLoops(QUEUES)
                .setPolicy(schedule)
                .setConnections(
                    new ConnectionOptions()
                        .setCpda(CPDA)
                        .setMaxR2tBytes(R2T_BYTES)
                        .setMaxR2ts(R2TS)),
            new InitiatorOptions()
                .setIoQueues(QUEUES)
                .setHeaderDigest(true)
                .setDataDigest(true)
                .setHostDataAlignment(HPDA)
                .setMaxR2t(R2TS - 1),
            List.of(NamespaceOptions.memory(1, NAMESPACE_BYTES).setBlockBytes(BLOCK_BYTES)));
    Region region = pair.initiator().regions().register(Batch.REGION_BYTES);
    try (pair) {
      Batch batch = new Batch(pair, region, 1, content, BLOCK_BYTES, SEED);
      batch.fill();
      batch.readAndVerify();
    } finally {
      region.close();
    }
    TargetStatistics target = pair.target().statistics();
    assertThat(target.errors()).isZero();
    assertThat(target.digestErrors()).isZero();
    assertThat(target.faultsByFes()).isEmpty();
    assertThat(target.leasesOutstanding()).isZero();
    assertThat(target.transferBytes()).isZero();
    // Of six sizes in turn three go by R2T, of which they need 2, 4 and 16.
    assertThat(target.r2ts()).as("R2Ts in pieces").isGreaterThan(100);
    assertThat(target.maxDisplacement()).as("the policy was at work").isPositive();
    long moved = Arrays.stream(target.r2tDisplacement()).skip(1).sum();
    assertThat(moved > 0).as("%d R2Ts moved", moved).isEqualTo(schedule.contains("r2t:"));
  }
}
