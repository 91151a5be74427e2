package io.nvmetcp.ddp;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * One queue of a device, a fake protocol above it, a fake transport below it, and a region whose
 * every byte is accounted for: what no command was meant to fill keeps its canary.
 */
public final class DeviceBench implements AutoCloseable {
  public static final int REGION_BYTES = 192 * 1024;
  public static final int ENTRIES = 8;
  private static final byte CANARY = 0x5A;

  /** Makes a queue on the bench's registry. */
  public interface Queues {
    DdpQueue add(RegionRegistry registry, QueueConfig config, Framing framing, UpperLayer upper);
  }

  public final RegionRegistry registry = new RegionRegistry();
  public final Region region = registry.register(REGION_BYTES);
  public final IscsiFraming framing;
  public final RecordingUpperLayer upper;
  public final DdpQueue queue;

  /** The device, if the bench was made with one. */
  public DdpDevice device;

  public final SplittableRandom random;
  private final byte[] expected = new byte[REGION_BYTES];

  public DeviceBench(
      long seed, boolean digests, TeardownMode mode, Voucher voucher, Queues queues) {
    random = new SplittableRandom(seed);
    framing = new IscsiFraming(digests);
    upper = new RecordingUpperLayer(digests, voucher);
    queue = queues.add(registry, new QueueConfig(ENTRIES, digests, mode), framing, upper);
    upper.queue(queue);
    Arrays.fill(expected, CANARY);
    region.segment().fill(CANARY);
  }

  public DeviceBench(
      long seed, boolean digests, TeardownMode mode, Function<RegionRegistry, DdpDevice> devices) {
    this(seed, digests, mode, new Single(devices));
  }

  private DeviceBench(long seed, boolean digests, TeardownMode mode, Single single) {
    this(seed, digests, mode, single.devices.apply(new RegionRegistry()).voucher(), single);
    device = single.device;
  }

  private static final class Single implements Queues {
    private final Function<RegionRegistry, DdpDevice> devices;
    private DdpDevice device;

    Single(Function<RegionRegistry, DdpDevice> devices) {
      this.devices = devices;
    }

    @Override
    public DdpQueue add(
        RegionRegistry registry, QueueConfig config, Framing framing, UpperLayer upper) {
      device = devices.apply(registry);
      return device.addQueue(config, framing, upper);
    }
  }

  public byte[] data(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  /** A read into the bench's region. */
  public SetupResult read(int tag, int offset, int length) {
    return upper.read(tag, new BufferSlice(region, offset, length));
  }

  /** The region must hold {@code data} at {@code offset} in the end. */
  public void expect(int offset, byte[] data) {
    System.arraycopy(data, 0, expected, offset, data.length);
  }

  /** Feeds the stream through windows, cut at random, with empty reads and turns in between. */
  public void send(byte[]... pdus) {
    byte[] bytes = IscsiFraming.concat(pdus);
    int at = 0;
    while (at < bytes.length) {
      int cut = random.nextInt(4) == 0 ? random.nextInt(1, 64) : random.nextInt(1, 16 * 1024);
      at += sendOnce(bytes, at, Math.min(cut, bytes.length - at));
      if (random.nextInt(8) == 0) {
        queue.nextWindow();
        queue.windowReturned();
      }
      if (random.nextInt(3) == 0) {
        queue.poll();
      }
      assertBalanced();
    }
  }

  /** As much as one window takes of {@code length} bytes; returns how many that were. */
  public int sendOnce(byte[] bytes, int at, int length) {
    ReadWindow window = queue.nextWindow();
    int step = Math.min(length, window.length());
    fill(window, bytes, at, step);
    queue.received(step);
    return step;
  }

  public static void fill(ReadWindow window, byte[] bytes, int at, int length) {
    MemorySegment.copy(
        bytes, at, window.region().segment(), ValueLayout.JAVA_BYTE, window.offset(), length);
  }

  /** Polls until every teardown is reported. */
  public void settle() {
    int polls = 0;
    while (queue.poll()) {
      assertBalanced();
      assertThat(polls++).as("teardowns come to an end").isLessThan(100);
    }
    assertBalanced();
  }

  public long count(DdpCounter counter) {
    return queue.counters().get(counter);
  }

  public void assertBalanced() {
    assertThat(count(DdpCounter.SETUP))
        .as("setup = teardown + live")
        .isEqualTo(count(DdpCounter.TEARDOWN) + queue.liveMappings());
  }

  public void assertMemory() {
    byte[] actual = region.segment().toArray(ValueLayout.JAVA_BYTE);
    assertThat(Arrays.mismatch(actual, expected))
        .as("first byte that is not as expected")
        .isEqualTo(-1);
  }

  /** Ends the queue and the region; everything registered must be gone then. */
  @Override
  public void close() {
    queue.delete();
    region.close();
    assertBalanced();
    assertThat(queue.liveMappings()).isZero();
    assertThat(registry.liveRegions()).as("regions left").isZero();
  }
}
