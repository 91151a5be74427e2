package io.nvmetcp.e2e.bench;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.PduShape;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.socket.SocketDevice;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to map a buffer and to let go of it again, with nothing placed in between. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MappingBenchmark {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int ENTRIES = 128;
  private static final int TAGS = 1 << 16;

  /** A queue of device {@code socket}, and a region. */
  @State(Scope.Thread)
  public static class Queue {
    private final Reports reports = new Reports();
    private final RegionRegistry registry = new RegionRegistry();
    private final Region region = registry.register((long) ENTRIES * BUFFER_BYTES);
    private final DdpQueue queue =
        new SocketDevice(registry, JdkCrc32c.INSTANCE, BUFFER_BYTES)
            .addQueue(
                new QueueConfig(ENTRIES, false, TeardownMode.LAZY), new NothingFramed(), reports);
    private int tag;

    /** Frees the memory. */
    @TearDown
    public void close() {
      queue.delete();
      region.close();
    }
  }

  private static final class Reports implements UpperLayer {
    private long done;

    @Override
    public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
      throw new IllegalStateException("nothing was received");
    }

    @Override
    public void teardownDone(int finished) {
      done++;
    }
  }

  private static final class NothingFramed implements Framing {
    @Override
    public int prefixBytes() {
      return 1;
    }

    @Override
    public int maxHeaderBytes() {
      return 1;
    }

    @Override
    public int headerBytes(byte[] header) {
      return -1;
    }

    @Override
    public boolean parse(byte[] header, PduShape shape) {
      return false;
    }
  }

  /** One buffer is mapped, torn down, and its teardown reported. */
  @Benchmark
  public long setupAndTeardown(Queue state) {
    int tag = state.tag;
    state.tag = (tag + 1) % TAGS;
    long offset = (long) (tag % ENTRIES) * BUFFER_BYTES;
    if (state.queue.setup(tag, state.region, offset, BUFFER_BYTES) != SetupResult.MAPPED) {
      throw new IllegalStateException("not mapped");
    }
    state.queue.teardown(tag);
    if (state.queue.poll()) {
      throw new IllegalStateException("the teardown is not done");
    }
    return state.reports.done;
  }
}
