package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.DeviceSpec.Kind;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.loadgen.ExpectedContent;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.TargetOptions.Success;
import io.nvmetcp.target.TargetStatistics;
import io.nvmetcp.target.schedule.SchedulePolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The product of response orders, placing devices, teardown modes and digests: every byte is where
 * it belongs, and the counters say that what was to be tried was tried.
 */
@Timeout(60)
class ReorderMatrixTest {
  private static final int QUEUES = 2;
  private static final int BLOCK_BYTES = 512;
  private static final int NAMESPACE_BYTES = 1 << 20;
  private static final int MEMORY = 1;
  private static final int FILE = 2;
  private static final long SEED = 20_26;
  private static final int WINDOW = 8;

  private static final List<String> TABLE = new ArrayList<>();
  private static Vertx targetVertx;
  private static Vertx hostVertx;
  private static ExpectedContent memoryContent;
  private static ExpectedContent fileContent;
  @TempDir private static Path dir;

  record Cell(String policy, String device, TeardownMode teardown, boolean hdgst, boolean ddgst) {
    Kind kind() {
      return DeviceSpec.parse(device).kind();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-12s %-12s %-5s %s%s",
          policy,
          device,
          teardown.name().toLowerCase(Locale.ROOT),
          hdgst ? "H" : "-",
          ddgst ? "D" : "-");
    }
  }

  static Stream<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (String policy : List.of("in-order", "reverse:" + WINDOW, "shuffle:" + WINDOW + ":3")) {
      for (String device : List.of("none", "socket:2048", "simulated:5")) {
        for (TeardownMode teardown : TeardownMode.values()) {
          // Without a mapping there is nothing to tear down.
          if (device.equals("none") && teardown == TeardownMode.EAGER) {
            continue;
          }
          for (int digests = 0; digests < 4; digests++) {
            cells.add(new Cell(policy, device, teardown, (digests & 1) != 0, (digests & 2) != 0));
          }
        }
      }
    }
    return cells.stream();
  }

  @BeforeAll
  static void start() {
    Transports transport = Transports.loadable().getFirst();
    targetVertx = transport.vertx(QUEUES);
    hostVertx = transport.vertx(QUEUES);
    memoryContent = ExpectedContent.generated(SEED, MEMORY, NAMESPACE_BYTES, BLOCK_BYTES);
    fileContent = ExpectedContent.generated(SEED, FILE, NAMESPACE_BYTES, BLOCK_BYTES);
    TABLE.add(
        String.format(
            Locale.ROOT,
            "%-34s %6s %6s %9s %9s %6s %5s %5s %5s %5s",
            "policy, device, teardown, digests",
            "placed",
            "copied",
            "bytes in",
            "bytes cp",
            "moved",
            "dev",
            "plc",
            "fall",
            "early"));
  }

  @AfterAll
  static void stop() throws Exception {
    memoryContent.close();
    fileContent.close();
    await(Future.join(targetVertx.close(), hostVertx.close()));
    TABLE.forEach(System.out::println);
  }

  private static Pair connect(Cell cell) throws Exception {
    Path file = dir.resolve("namespace.img");
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(0);
      access.setLength(NAMESPACE_BYTES);
    }
    return new Pair(
        targetVertx,
        hostVertx,
        new TargetOptions()
            .setEventLoops(QUEUES)
            .setPolicy(cell.policy())
            // A response of its own comes after the last byte; the SUCCESS flag comes with it, and
            // leaves no time to be torn down in between.
            .setSuccess(cell.teardown() == TeardownMode.EAGER ? Success.NEVER : Success.AUTO),
        new InitiatorOptions()
            .setIoQueues(QUEUES)
            .setHeaderDigest(cell.hdgst())
            .setDataDigest(cell.ddgst())
            .setDevice(DeviceSpec.parse(cell.device()))
            .setTeardownMode(cell.teardown()),
        List.of(
            NamespaceOptions.memory(MEMORY, NAMESPACE_BYTES).setBlockBytes(BLOCK_BYTES),
            NamespaceOptions.file(FILE, file, false).setBlockBytes(BLOCK_BYTES)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void everyByteIsRightAndEveryCounterBalances(Cell cell) throws Exception {
    Pair pair = connect(cell);
    Region region = pair.initiator().regions().register(Batch.REGION_BYTES);
    Batch memory = new Batch(pair, region, MEMORY, memoryContent, BLOCK_BYTES, SEED);
    Batch file = new Batch(pair, region, FILE, fileContent, BLOCK_BYTES, SEED + 1);
    InitiatorStatistics written;
    InitiatorStatistics memoryRead;
    InitiatorStatistics host;
    try (pair) {
      assertThat(pair.controller().info().headerDigest()).isEqualTo(cell.hdgst());
      assertThat(pair.controller().info().dataDigest()).isEqualTo(cell.ddgst());
      assertThat(pair.controller().contexts()).hasSize(QUEUES);
      memory.fill();
      file.fill();
      written = pair.statistics();
      memory.readAndVerify();
      memoryRead = pair.statistics();
      file.readAndVerify();
    } finally {
      region.close();
    }
    host = pair.statistics();
    TargetStatistics target = pair.target().statistics();
    TABLE.add(row(cell, host));

    ordered(cell, written, memoryRead, target);
    delivered(host, target, memory.bytesRead() + file.bytesRead());
    placed(cell, host);
    judged(cell, host, target);
    tornDown(cell, host);
    nothingLeaked(pair, host, target);
  }

  // Of the memory namespace every answer is ready in the order of the commands: whatever moved was
  // moved by the policy.
  private static void ordered(
      Cell cell, InitiatorStatistics before, InitiatorStatistics after, TargetStatistics target) {
    long answers = after.completed() - before.completed();
    long inPlace = after.displaced(0) - before.displaced(0);
    SchedulePolicy policy = SchedulePolicy.parse(cell.policy());
    switch (policy) {
      case SchedulePolicy.InOrder _ -> {
        assertThat(inPlace).isEqualTo(answers);
        assertThat(target.maxDisplacement()).isZero();
      }
      case SchedulePolicy.Reverse reverse -> {
        // The outermost of each whole group move by the width of the group.
        int most = reverse.window() - 1;
        assertThat(after.displaced(most) - before.displaced(most)).isPositive();
        assertThat(after.displaced(-most) - before.displaced(-most)).isPositive();
        assertThat(inPlace).isLessThan(answers / 2);
        assertThat(target.maxDisplacement()).isEqualTo(most);
      }
      case SchedulePolicy.Shuffle shuffle -> {
        assertThat(inPlace).isLessThan(answers / 2);
        assertThat(target.maxDisplacement()).isBetween(2, shuffle.window() - 1);
      }
      case SchedulePolicy.Script _,
          SchedulePolicy.SmallFirst _,
          SchedulePolicy.Interleave _,
          SchedulePolicy.Hold _ ->
          throw new AssertionError(policy.text() + " is not in this test");
    }
  }

  private static void delivered(InitiatorStatistics host, TargetStatistics target, long bytes) {
    assertThat(host.balanced()).isTrue();
    assertThat(host.offload(DdpCounter.DELIVERED_BYTES)).isEqualTo(bytes);
    assertThat(host.offload(DdpCounter.DDP_BYTES) + host.offload(DdpCounter.COPIED_BYTES))
        .isEqualTo(bytes);
    assertThat(host.completed()).isEqualTo(host.submitted());
    assertThat(host.lost()).isZero();
    assertThat(target.bytesRead()).isEqualTo(bytes);
    assertThat(target.bytesWritten()).isEqualTo(2L * NAMESPACE_BYTES);
    assertThat(target.r2ts()).as("writes by R2T").isPositive();
    assertThat(target.writes()).as("writes in a capsule").isGreaterThan(target.r2ts());
    assertThat(target.errors()).isZero();
  }

  private static void placed(Cell cell, InitiatorStatistics host) {
    if (cell.kind() == Kind.NONE) {
      assertThat(host.offload(DdpCounter.DDP_BYTES)).isZero();
      assertThat(host.offload(DdpCounter.SETUP)).isZero();
      return;
    }
    assertThat(host.offload(DdpCounter.DDP_BYTES)).isPositive();
    assertThat(host.offload(DdpCounter.DDP_PDUS)).isPositive();
    assertThat(host.offload(DdpCounter.SETUP)).isPositive();
    if (cell.kind() == Kind.SOCKET) {
      assertThat(host.offload(DdpCounter.SETUP_FAIL_THRESHOLD)).isPositive();
    }
  }

  private static void judged(Cell cell, InitiatorStatistics host, TargetStatistics target) {
    long device = host.offload(DdpCounter.DIGEST_BY_DEVICE);
    long placement = host.offload(DdpCounter.DIGEST_IN_PLACEMENT);
    long fallback = host.offload(DdpCounter.DIGEST_BY_FALLBACK);
    long pdus = host.offload(DdpCounter.DDP_PDUS) + host.offload(DdpCounter.COPIED_PDUS);
    assertThat(device + placement + fallback).isEqualTo(cell.ddgst() ? pdus : 0);
    assertThat(host.offload(DdpCounter.DATA_DIGEST_ERRORS)).isZero();
    assertThat(host.offload(DdpCounter.HEADER_DIGEST_ERRORS)).isZero();
    assertThat(target.digestErrors()).isZero();
    if (!cell.ddgst()) {
      return;
    }
    assertThat(target.dataDigests()).isPositive();
    switch (cell.kind()) {
      case NONE -> assertThat(fallback).isEqualTo(pdus);
      case SOCKET -> {
        assertThat(device).isZero();
        assertThat(placement).isPositive();
      }
      case SIMULATED -> {
        assertThat(device).isPositive();
        // A packet in 64 passes without the device's word.
        assertThat(fallback).isPositive();
      }
    }
  }

  private static void tornDown(Cell cell, InitiatorStatistics host) {
    long after = host.offload(DdpCounter.TEARDOWN_AFTER_RESPONSE);
    long before = host.offload(DdpCounter.TEARDOWN_BEFORE_RESPONSE);
    assertThat(host.offload(DdpCounter.TEARDOWN)).isEqualTo(host.offload(DdpCounter.SETUP));
    assertThat(after + before).isEqualTo(host.offload(DdpCounter.TEARDOWN));
    if (cell.teardown() == TeardownMode.LAZY) {
      assertThat(before).isZero();
    } else {
      assertThat(before).isPositive();
    }
  }

  private static void nothingLeaked(Pair pair, InitiatorStatistics host, TargetStatistics target) {
    assertThat(host.outstanding()).isZero();
    assertThat(host.liveMappings()).isZero();
    assertThat(pair.initiator().regions().liveRegions()).isZero();
    assertThat(target.leasesOutstanding()).isZero();
    assertThat(target.connectionsOpen()).isZero();
    assertThat(target.controllers()).isZero();
    assertThat(target.hangUps()).isZero();
    assertThat(target.faultsByFes()).isEmpty();
  }

  private static String row(Cell cell, InitiatorStatistics host) {
    return String.format(
        Locale.ROOT,
        "%-34s %6d %6d %9d %9d %5.0f%% %5d %5d %5d %5d",
        cell,
        host.offload(DdpCounter.DDP_PDUS),
        host.offload(DdpCounter.COPIED_PDUS),
        host.offload(DdpCounter.DDP_BYTES),
        host.offload(DdpCounter.COPIED_BYTES),
        100.0 * (host.completed() - host.displaced(0)) / host.completed(),
        host.offload(DdpCounter.DIGEST_BY_DEVICE),
        host.offload(DdpCounter.DIGEST_IN_PLACEMENT),
        host.offload(DdpCounter.DIGEST_BY_FALLBACK),
        host.offload(DdpCounter.TEARDOWN_BEFORE_RESPONSE));
  }
}
