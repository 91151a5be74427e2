package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.memory.DeviceMemory;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.nic.NicOptions;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.PduFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue pair on devices that lose their place, and with memory that host code cannot touch. */
class QueuePairOffloadTest {
  private static final int BYTES = 12 * 1024;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 16);
  }

  private static DdpDevice nic(RegionRegistry registry, long seed, FaultRates rates) {
    return new SimulatedDevice(registry, JdkCrc32c.INSTANCE, seed, NicOptions.of(rates));
  }

  private static long get(QueueHarness host, DdpCounter counter) {
    return host.queue().counters().get(counter);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverANicMissesEveryReadIsRightAndPlacingGoesOn(long seed) {
    FaultRates rates = new FaultRates(16, 20, 20, 20, (int) (seed % 3), 2, 2);
    TeardownMode mode = seed % 2 == 0 ? TeardownMode.EAGER : TeardownMode.LAZY;
    QueueHarness host = new QueueHarness(registry -> nic(registry, seed, rates), mode).connected();
    for (int round = 0; round < 12; round++) {
      List<Outcome> reads = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        reads.add(host.read(i * (long) BYTES, BYTES));
      }
      host.exchange();
      for (int i = 15; i >= 0; i--) {
        byte[] content = QueueHarness.pattern(seed + i, BYTES);
        host.controller.data(reads.get(i).cid, 0, content, PduFlags.LAST | PduFlags.SUCCESS);
      }
      int[] cut = {(int) seed};
      host.deliver(host.controller.take(), at -> 1 + (cut[0] = cut[0] * 31 + 7 & 0x1FFF));
      host.exchange();
      for (int i = 0; i < 16; i++) {
        assertThat(reads.get(i)).hasToString("success");
        assertThat(host.bytes(i * (long) BYTES, BYTES))
            .isEqualTo(QueueHarness.pattern(seed + i, BYTES));
      }
    }
    assertThat(host.events).containsExactly("initialized");
    assertThat(get(host, DdpCounter.SYNC_LOST)).isPositive();
    assertThat(get(host, DdpCounter.RESYNC_CONFIRMED)).isPositive();
    assertThat(get(host, DdpCounter.DDP_BYTES)).isPositive();
    assertThat(get(host, DdpCounter.DIGEST_BY_FALLBACK)).isPositive();
    assertThat(get(host, DdpCounter.DDP_BYTES) + get(host, DdpCounter.COPIED_BYTES))
        .isEqualTo(get(host, DdpCounter.DELIVERED_BYTES));
    assertThat(host.close()).isZero();
  }

  private enum Kind {
    NONE,
    SOCKET,
    SIMULATED;

    DdpDevice make(RegionRegistry registry) {
      return switch (this) {
        case NONE -> new NoneDevice(registry);
        case SOCKET -> new SocketDevice(registry, JdkCrc32c.INSTANCE, 512);
        case SIMULATED -> nic(registry, 1, FaultRates.NONE);
      };
    }
  }

  /** An accelerator's memory, as far as its owner helps. */
  private record Accelerator(byte[] bytes, boolean copies, boolean digests)
      implements DeviceMemory {
    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public long address() {
      return 0x4000_0000_0000L;
    }

    @Override
    public void place(long offset, MemorySegment from, long at, int length) {
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, bytes, (int) offset, length);
    }

    @Override
    public boolean copyIn(long offset, MemorySegment from, long at, int length) {
      if (copies) {
        place(offset, from, at, length);
      }
      return copies;
    }

    @Override
    public long crc32c(long offset, int length) {
      CRC32C crc = new CRC32C();
      crc.update(bytes, (int) offset, length);
      return digests ? crc.getValue() : NO_CRC;
    }

    @Override
    public void close() {}
  }

  private static Outcome submit(QueueHarness host, int opcode, Direction direction, Region region) {
    Outcome outcome = new Outcome();
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, opcode, 0, 1);
    outcome.cid = host.pair.submit(sqe, direction, region, 512, BYTES, outcome);
    return outcome;
  }

  private static Outcome read(QueueHarness host, Accelerator memory) {
    Region region = host.registry.device(memory);
    Outcome outcome = submit(host, IoOpcode.READ, Direction.READ, region);
    host.exchange();
    host.controller.answer(outcome.cid, QueueHarness.pattern(8, BYTES));
    host.exchange();
    assertThat(region.holders()).isZero();
    region.close();
    return outcome;
  }

  private static QueueHarness host(Function<RegionRegistry, DdpDevice> device) {
    return new QueueHarness(device, TeardownMode.LAZY).connected();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aReadIntoADevicesMemoryIsPlacedOrCopiedByItsOwner(Kind kind) {
    QueueHarness host = host(kind::make);
    Accelerator memory = new Accelerator(new byte[BYTES + 1024], true, true);
    assertThat(read(host, memory)).hasToString("success");
    assertThat(Arrays.copyOfRange(memory.bytes(), 512, 512 + BYTES))
        .isEqualTo(QueueHarness.pattern(8, BYTES));
    boolean placed = kind == Kind.SIMULATED;
    assertThat(get(host, DdpCounter.SETUP_FAIL_KIND)).isEqualTo(placed ? 0 : 1);
    assertThat(get(host, DdpCounter.DDP_BYTES)).isEqualTo(placed ? BYTES : 0);
    assertThat(get(host, DdpCounter.DIGEST_BY_DEVICE)).isEqualTo(placed ? 1 : 0);
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"NONE", "SOCKET"})
  void whereNobodyCanCopyTheReadIsCompletedAndItsDataNotDelivered(Kind kind) {
    QueueHarness host = host(kind::make);
    Outcome read = read(host, new Accelerator(new byte[BYTES + 1024], false, true));
    assertThat(read).hasToString("not delivered: the device's memory cannot be copied to");
    assertThat(get(host, DdpCounter.NOT_DELIVERED_BYTES)).isEqualTo(BYTES);
    assertThat(get(host, DdpCounter.DATA_DIGEST_ERRORS)).isZero();
    // The connection lives.
    Outcome next = host.read(0, BYTES);
    host.exchange();
    host.controller.answer(next.cid, QueueHarness.pattern(9, BYTES));
    host.exchange();
    assertThat(next).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @Test
  void whereNobodyCanCheckTheDigestTheDataCountsAsNotDelivered() {
    FaultRates noWord = new FaultRates(1, 0, 0, 0, 0, 0, 1);
    QueueHarness host = host(registry -> nic(registry, 1, noWord));
    Outcome read = read(host, new Accelerator(new byte[BYTES + 1024], true, false));
    assertThat(read)
        .hasToString(
            "not delivered: nobody can compute the digest of what is in the device's memory");
    assertThat(host.close()).isZero();
  }

  private static Outcome read(QueueHarness host, ScatterList list) {
    Outcome outcome = new Outcome();
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.READ, 0, 1);
    outcome.cid = host.pair.submit(sqe, Direction.READ, list, outcome);
    host.exchange();
    return outcome;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5000})
  void aDigestOverHostAndDeviceMemoryIsPutTogetherFromItsPieces(int wrongAt) {
    QueueHarness host = host(Kind.NONE::make);
    Accelerator memory = new Accelerator(new byte[BYTES], true, true);
    Region region = host.registry.device(memory);
    ScatterList list =
        ScatterList.of(
            host.region.slice(0, 4000), region.slice(512, 3000), host.region.slice(9000, 5000));
    Outcome read = read(host, list);
    byte[] content = QueueHarness.pattern(8, 12_000);
    host.controller.data(read.cid, 0, content, PduFlags.LAST | PduFlags.SUCCESS);
    byte[] pdu = host.controller.take();
    pdu[pdu.length - 1 - wrongAt] ^= (byte) (wrongAt == 0 ? 0 : 1);
    host.deliver(pdu);
    assertThat(read).hasToString(wrongAt == 0 ? "success" : "status 022h");
    assertThat(get(host, DdpCounter.DIGEST_BY_FALLBACK)).isEqualTo(wrongAt == 0 ? 1 : 0);
    assertThat(get(host, DdpCounter.DATA_DIGEST_ERRORS)).isEqualTo(wrongAt == 0 ? 0 : 1);
    assertThat(host.bytes(0, 4000)).isEqualTo(Arrays.copyOf(content, 4000));
    region.close();
    assertThat(host.close()).isZero();
  }

  @Test
  void aWriteOfWhichOnePieceIsADevicesMemoryIsRefused() {
    QueueHarness host = host(Kind.SIMULATED::make);
    Region region = host.registry.device(new Accelerator(new byte[BYTES], true, true));
    Outcome outcome = new Outcome();
    int answer =
        host.pair.submit(
            new byte[Sqe.BYTES],
            Direction.WRITE,
            ScatterList.of(host.region.slice(0, 4096), region.slice(0, 4096)),
            outcome);
    assertThat(answer).isEqualTo(QueuePair.REGION_KIND);
    assertThat(outcome.calls).isEmpty();
    assertThat(host.region.holders()).isZero();
    region.close();
    assertThat(host.close()).isZero();
  }

  @Test
  void aWriteFromADevicesMemoryIsRefused() {
    QueueHarness host = host(Kind.SIMULATED::make);
    Region region = host.registry.device(new Accelerator(new byte[BYTES + 1024], true, true));
    Outcome write = submit(host, IoOpcode.WRITE, Direction.WRITE, region);
    assertThat(write.cid).isEqualTo(QueuePair.REGION_KIND);
    assertThat(write.calls).isEmpty();
    assertThat(host.pair.outstanding()).isZero();
    region.close();
    assertThat(host.close()).isZero();
  }
}
