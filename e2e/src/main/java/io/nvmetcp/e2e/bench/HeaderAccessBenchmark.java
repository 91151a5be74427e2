package io.nvmetcp.e2e.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.nvmetcp.pdu.PduFields;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Where header accessors should sit: all fields of a 24-byte data header, read from a Netty buffer,
 * from a memory segment, or from an array after one copy of the header out of a segment.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderAccessBenchmark {
  private static final int HEADER_BYTES = 24;
  private static final int RING = 64 * HEADER_BYTES;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The same headers three times, at places that move. */
  @State(Scope.Thread)
  public static class Headers {
    private final ByteBuf buf = PooledByteBufAllocator.DEFAULT.directBuffer(RING).writeZero(RING);
    private final MemorySegment segment = Arena.ofShared().allocate(RING);
    private final byte[] scratch = new byte[HEADER_BYTES];
    private int at;

    /** For JMH. */
    public Headers() {}

    /** Writes something. */
    @Setup
    public void setUp() {
      for (int i = 0; i < RING; i++) {
        buf.setByte(i, i);
        segment.set(ValueLayout.JAVA_BYTE, i, (byte) i);
      }
    }

    /** Frees the buffer. */
    @TearDown
    public void tearDown() {
      buf.release();
    }

    private int next() {
      at = (at + HEADER_BYTES) % RING;
      return at;
    }
  }

  /** For JMH. */
  public HeaderAccessBenchmark() {}

  /** Netty's accessors. */
  @Benchmark
  public long byteBuf(Headers state) {
    int at = state.next();
    ByteBuf b = state.buf;
    return b.getUnsignedByte(at + PduFields.TYPE)
        + b.getUnsignedByte(at + PduFields.FLAGS)
        + b.getUnsignedByte(at + PduFields.HLEN)
        + b.getUnsignedByte(at + PduFields.PDO)
        + b.getUnsignedIntLE(at + PduFields.PLEN)
        + b.getUnsignedShortLE(at + PduFields.CCCID)
        + b.getUnsignedShortLE(at + PduFields.TTAG)
        + b.getUnsignedIntLE(at + PduFields.DATAO)
        + b.getUnsignedIntLE(at + PduFields.DATAL);
  }

  /** A segment in place. */
  @Benchmark
  public long segment(Headers state) {
    int at = state.next();
    MemorySegment s = state.segment;
    return (s.get(ValueLayout.JAVA_BYTE, at + PduFields.TYPE) & 0xFF)
        + (s.get(ValueLayout.JAVA_BYTE, at + PduFields.FLAGS) & 0xFF)
        + (s.get(ValueLayout.JAVA_BYTE, at + PduFields.HLEN) & 0xFF)
        + (s.get(ValueLayout.JAVA_BYTE, at + PduFields.PDO) & 0xFF)
        + (s.get(INT, at + PduFields.PLEN) & 0xFFFF_FFFFL)
        + (s.get(SHORT, at + PduFields.CCCID) & 0xFFFF)
        + (s.get(SHORT, at + PduFields.TTAG) & 0xFFFF)
        + (s.get(INT, at + PduFields.DATAO) & 0xFFFF_FFFFL)
        + (s.get(INT, at + PduFields.DATAL) & 0xFFFF_FFFFL);
  }

  /** An array, the copy included. */
  @Benchmark
  public long array(Headers state) {
    byte[] h = state.scratch;
    MemorySegment.copy(state.segment, ValueLayout.JAVA_BYTE, state.next(), h, 0, HEADER_BYTES);
    return PduFields.type(h)
        + PduFields.flags(h)
        + PduFields.hlen(h)
        + PduFields.pdo(h)
        + PduFields.plen(h)
        + PduFields.cccid(h)
        + PduFields.ttag(h)
        + PduFields.datao(h)
        + PduFields.datal(h);
  }
}
