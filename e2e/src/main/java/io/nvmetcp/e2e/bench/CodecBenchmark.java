package io.nvmetcp.e2e.bench;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.pdu.frame.TransmitSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one PDU costs the codec, and what one payload costs the digest engine. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

  /** A reader at the host, and a C2HData PDU with the least data there is, over and over. */
  @State(Scope.Thread)
  public static class Reading {
    private static final int DATA_BYTES = 4;

    /** Header digests on or off. */
    @Param({"false", "true"})
    public boolean headerDigest;

    private final MemorySegment bytes = Arena.ofAuto().allocate(64);
    private int length;
    private final Counting listener = new Counting();
    private PduReader reader =
        new PduReader(
            JdkCrc32c.INSTANCE, Voucher.PLACEMENT, Limits.initial(Role.HOST, 0, 4096), listener);

    /** Writes the PDU and makes the reader. */
    @Setup
    public void setUp() {
      Negotiated negotiated = new Negotiated(headerDigest, false, 0, 0, 1, 4096);
      Collected collected = new Collected();
      PduWriter writer = new PduWriter(JdkCrc32c.INSTANCE, collected);
      writer.negotiated(negotiated);
      writer.data(PduType.C2H_DATA, PduFlags.LAST | PduFlags.SUCCESS, 7, 0, 0, DATA_BYTES);
      writer.payload(MemorySegment.ofArray(new byte[DATA_BYTES]), 0, DATA_BYTES, PayloadLease.NONE);
      length = collected.length;
      MemorySegment.copy(collected.bytes, 0, bytes, ValueLayout.JAVA_BYTE, 0, length);
      reader =
          new PduReader(
              JdkCrc32c.INSTANCE,
              Voucher.PLACEMENT,
              Limits.initial(Role.HOST, 0, 4096).with(negotiated),
              listener);
    }
  }

  /** Counts what it is told, so that nothing is optimized away. */
  private static final class Counting implements PduListener {
    private long seen;

    @Override
    public void onPdu(PduType type, byte[] header, int payloadBytes) {
      seen += PduFields.cccid(header) + payloadBytes;
    }

    @Override
    public void onPayload(
        MemorySegment run, long offset, int count, int payloadOffset, boolean placed) {
      seen += count;
    }

    @Override
    public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {
      seen++;
    }

    @Override
    public void onFault(ConnectionFault fault) {
      throw new IllegalStateException(fault.describe());
    }
  }

  /** A sink that keeps the last PDU. */
  public static final class Collected implements TransmitSink {
    private final byte[] bytes = new byte[256];
    private int length;

    /** Empty. */
    public Collected() {}

    @Override
    public void bytes(byte[] source, int offset, int count) {
      System.arraycopy(source, offset, bytes, length, count);
      length += count;
    }

    @Override
    public void payload(MemorySegment source, long offset, int count, PayloadLease lease) {
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, length, count);
      length += count;
      lease.release();
    }
  }

  /** A writer at the host and a Read. */
  @State(Scope.Thread)
  public static class Writing {
    /** Header digests on or off. */
    @Param({"false", "true"})
    public boolean headerDigest;

    private final Collected collected = new Collected();
    private final PduWriter writer = new PduWriter(JdkCrc32c.INSTANCE, collected);
    private final byte[] sqe = new byte[Sqe.BYTES];
    private int cid;

    /** Makes the writer write what is negotiated. */
    @Setup
    public void setUp() {
      writer.negotiated(new Negotiated(headerDigest, false, 0, 0, 1, 4096));
    }
  }

  /** Memory to digest. */
  @State(Scope.Thread)
  public static class Digesting {
    /** Payload size. */
    @Param({"4096", "131072"})
    public int bytes;

    private final Arena arena = Arena.ofAuto();
    private MemorySegment segment = arena.allocate(1);
    private ByteBuffer buffer = segment.asByteBuffer();
    private final Crc32cDigest digest = JdkCrc32c.INSTANCE.newDigest();
    private final CRC32C bare = new CRC32C();

    /** Fills the memory. */
    @Setup
    public void setUp() {
      segment = arena.allocate(bytes);
      for (int i = 0; i < bytes; i++) {
        segment.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31));
      }
      buffer = segment.asByteBuffer();
    }
  }

  /** For JMH. */
  public CodecBenchmark() {}

  /** Decode and validate a C2HData header, and hand its 4 bytes of data on. */
  @Benchmark
  public long decodeC2hData(Reading state) {
    state.reader.accept(state.bytes, 0, state.length);
    return state.listener.seen;
  }

  /** Encode the capsule of a Read. */
  @Benchmark
  public int encodeReadCapsule(Writing state) {
    state.collected.length = 0;
    Sqe.init(state.sqe, 0, IoOpcode.READ, state.cid++, 1);
    Sqe.range(state.sqe, 0, state.cid, 8);
    Sgl.transport(state.sqe, 0, 4096);
    state.writer.capsuleCmd(state.sqe, 0, 0);
    return state.collected.length;
  }

  /** The engine. */
  @Benchmark
  public int digest(Digesting state) {
    state.digest.reset();
    state.digest.update(state.segment, 0, state.bytes);
    return state.digest.value();
  }

  /** What the engine is measured against. */
  @Benchmark
  public long bareCrc32c(Digesting state) {
    state.bare.reset();
    state.buffer.clear();
    state.bare.update(state.buffer);
    return state.bare.getValue();
  }
}
