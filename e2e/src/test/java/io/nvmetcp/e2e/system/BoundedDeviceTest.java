package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.TargetStatistics;
import io.vertx.core.Vertx;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A device says how much of one I/O it takes, and the association keeps to it: what is larger goes
 * as several commands, each of which the device places, and none is refused.
 */
@Timeout(60)
class BoundedDeviceTest {
  private static final int KIB = 1024;
  private static final int BLOCK = 4096;
  private static final int LENGTH = 1000 * KIB;

  /** What one I/O of {@link #LENGTH} bytes each way took, and what it brought. */
  private record Seen(
      long maxTransferBytes,
      TargetStatistics target,
      InitiatorStatistics host,
      byte[] written,
      byte[] read) {
    long placedBytes() {
      return host.offload(DdpCounter.DDP_BYTES);
    }

    void assertRight(int parts) {
      assertThat(read).isEqualTo(written);
      assertThat(target.writes()).isEqualTo(parts);
      assertThat(target.reads()).isEqualTo(parts);
      assertThat(target.bytesRead()).isEqualTo(LENGTH);
      // Nothing was too much for the device.
      assertThat(host.offload(DdpCounter.SETUP)).isEqualTo(parts);
      assertThat(host.offload(DdpCounter.SETUP_FAIL_SEGMENTS)).isZero();
      assertThat(host.offload(DdpCounter.TEARDOWN)).isEqualTo(parts);
      assertThat(placedBytes() + host.offload(DdpCounter.COPIED_BYTES)).isEqualTo(LENGTH);
      // What its faults let through was placed by the device.
      assertThat(placedBytes()).isPositive();
    }
  }

  private static Seen once(String device, int pieces) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Pair pair =
        new Pair(
            vertx,
            vertx,
            new TargetOptions().setEventLoops(1),
            new InitiatorOptions().setIoQueues(1).setDevice(DeviceSpec.parse(device)),
            List.of(NamespaceOptions.memory(1, 2 << 20)))) {
      Region region = pair.initiator().regions().register(2 * LENGTH);
      byte[] data = new byte[LENGTH];
      new SplittableRandom(5).nextBytes(data);
      region.segment().asSlice(0, LENGTH).copyFrom(MemorySegment.ofArray(data));
      Namespace namespace = pair.namespace(1);
      if (pieces == 1) {
        await(namespace.write(3, region.slice(0, LENGTH)));
        await(namespace.read(3, region.slice(LENGTH, LENGTH)));
      } else {
        await(namespace.write(3, scattered(region, 0, pieces)));
        await(namespace.read(3, scattered(region, LENGTH, pieces)));
      }
      Seen seen =
          new Seen(
              pair.controller().info().maxTransferBytes(),
              pair.target().statistics(),
              pair.statistics(),
              data,
              region.segment().asSlice(LENGTH, LENGTH).toArray(ValueLayout.JAVA_BYTE));
      region.close();
      return seen;
    } finally {
      await(vertx.close());
    }
  }

  private static ScatterList scattered(Region region, long from, int pieces) {
    BufferSlice[] slices = new BufferSlice[pieces];
    int length = LENGTH / pieces;
    for (int i = 0; i < pieces; i++) {
      slices[i] = region.slice(from + (long) i * length, length);
    }
    return ScatterList.of(slices);
  }

  @Test
  void whatIsLargerThanTheDeviceTakesIsSplitForIt() throws Exception {
    Seen seen = once("simulated:11,max-io=64k", 1);
    assertThat(seen.maxTransferBytes()).isEqualTo(64 * KIB);
    seen.assertRight(16);
  }

  @Test
  void withoutABoundItIsOneCommand() throws Exception {
    Seen seen = once("simulated:11", 1);
    assertThat(seen.maxTransferBytes()).isEqualTo(1024 * KIB);
    seen.assertRight(1);
  }

  @Test
  void aBoundThatIsNoMultipleOfTheBlockIsKeptToo() throws Exception {
    Seen seen = once("simulated:11,max-io=102000", 1);
    // 24 blocks a command.
    seen.assertRight(Math.ceilDiv(LENGTH, 24 * BLOCK));
  }

  @Test
  void morePiecesThanTheDeviceTakesGoAsSeveralCommands() throws Exception {
    once("simulated:11,max-segments=2", 10).assertRight(5);
    once("simulated:11", 10).assertRight(1);
  }
}
