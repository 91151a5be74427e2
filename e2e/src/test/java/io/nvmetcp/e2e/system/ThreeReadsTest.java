package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The classic: three reads go out, the answers are made to come as 2, 3, 1, and each lands in its
 * own buffer. On every transport that loads here and on every device.
 */
@Timeout(60)
class ThreeReadsTest {
  private static final int LENGTH = 256 * 1024;
  private static final int GAP = 4096;
  private static final byte CANARY = 0x5A;

  static Stream<Arguments> everywhere() {
    return Transports.loadable().stream()
        .flatMap(
            transport ->
                Stream.of("none", "socket:4096", "simulated:9")
                    .map(device -> Arguments.of(transport, device)));
  }

  @AfterAll
  static void report() {
    System.out.println("three reads, answered 2, 3, 1: on " + Transports.loadable());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("everywhere")
  void answersTwoThreeOneLandEachInItsBuffer(Transports transport, String device) throws Exception {
    Vertx targetVertx = transport.vertx(1);
    Vertx hostVertx = transport.vertx(1);
    try {
      answered(targetVertx, hostVertx, transport, DeviceSpec.parse(device));
    } finally {
      await(Future.join(targetVertx.close(), hostVertx.close()));
    }
  }

  private static void answered(
      Vertx targetVertx, Vertx hostVertx, Transports transport, DeviceSpec device)
      throws Exception {
    Pair pair =
        new Pair(
            targetVertx,
            hostVertx,
            new TargetOptions().setEventLoops(1).setPolicy("script:2,3,1"),
            new InitiatorOptions()
                .setIoQueues(1)
                .setHeaderDigest(true)
                .setDataDigest(true)
                .setDevice(device),
            List.of(NamespaceOptions.memory(1, 1 << 20)));
    Region region = pair.initiator().regions().register(4 * GAP + 3 * LENGTH);
    List<Integer> order = new CopyOnWriteArrayList<>();
    InitiatorStatistics before;
    try (pair) {
      assertThat(pair.controller().info().channel()).isEqualTo(transport.channel());
      Namespace namespace = pair.namespace(1);
      for (int i = 1; i <= 3; i++) {
        buffer(region, i).segment().fill((byte) i);
      }
      await(three(pair, i -> namespace.write(lba(i), buffer(region, i))));
      region.segment().fill(CANARY);
      before = pair.statistics();
      await(
          three(pair, i -> namespace.read(lba(i), buffer(region, i)).onSuccess(_ -> order.add(i))));
      if (device.kind() == DeviceSpec.Kind.SIMULATED) {
        // It lets go of buffers late, in an order of its own, and a read ends only then.
        assertThat(order).containsExactlyInAnyOrder(2, 3, 1);
      } else {
        assertThat(order).containsExactly(2, 3, 1);
      }
      for (int i = 1; i <= 3; i++) {
        assertAll(buffer(region, i).segment(), (byte) i);
        assertAll(region.segment().asSlice((long) (i - 1) * (GAP + LENGTH), GAP), CANARY);
      }
      assertAll(region.segment().asSlice(3L * (GAP + LENGTH), GAP), CANARY);
    } finally {
      region.close();
    }
    InitiatorStatistics after = pair.statistics();
    assertThat(after.displaced(2) - before.displaced(2)).as("1 came two places late").isOne();
    assertThat(after.displaced(-1) - before.displaced(-1)).as("2 and 3 one early").isEqualTo(2);
    assertThat(after.offload(DdpCounter.DDP_PDUS))
        .isEqualTo(device.kind() == DeviceSpec.Kind.NONE ? 0 : 3);
    assertThat(after.balanced()).isTrue();
    assertThat(pair.initiator().regions().liveRegions()).isZero();
    assertThat(pair.target().statistics().leasesOutstanding()).isZero();
  }

  // In one turn of the event loop, so that the target has all three before it answers.
  private static Future<Void> three(Pair pair, IntFunction<Future<Void>> io) {
    return pair.on(
        0,
        () -> {
          List<Future<Void>> all = new ArrayList<>();
          for (int i = 1; i <= 3; i++) {
            all.add(io.apply(i));
          }
          return Future.join(all).mapEmpty();
        });
  }

  private static long lba(int i) {
    return 7L + (i - 1L) * (LENGTH / NamespaceOptions.DEFAULT_BLOCK_BYTES);
  }

  private static BufferSlice buffer(Region region, int i) {
    return region.slice(GAP + (long) (i - 1) * (GAP + LENGTH), LENGTH);
  }

  private static void assertAll(MemorySegment segment, byte value) {
    for (long i = 0; i < segment.byteSize(); i++) {
      if (segment.get(ValueLayout.JAVA_BYTE, i) != value) {
        throw new AssertionError(
            "byte %d is %d, not %d".formatted(i, segment.get(ValueLayout.JAVA_BYTE, i), value));
      }
    }
  }
}
