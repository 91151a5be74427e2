package io.nvmetcp.pdu.fuzz;

import com.sun.management.ThreadMXBean;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import io.nvmetcp.pdu.testkit.EventTape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;

/**
 * What holds for the reader whatever it is fed: faults come as events and never as exceptions;
 * events obey the listener's grammar ({@link EventTape} checks it); nothing follows a fault; how
 * the stream is cut makes no difference, wherever the pieces lie and whatever becomes of them
 * afterwards; memory does not grow with what a length field claims.
 */
final class ReaderInvariants {
  /** A fault's text and its copy of the header; headers that are accepted cost nothing. */
  private static final long MOST_ALLOCATED_BYTES = 16 << 10;

  private static final int CUTTINGS = 2;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private ReaderInvariants() {}

  /** Checks all but memory; returns the tape of the uncut stream. */
  static EventTape check(FuzzInput input) {
    byte[] stream = input.stream();
    EventTape whole = new EventTape(input.limits(), input.agreed());
    whole.reader().accept(MemorySegment.ofArray(stream), 0, stream.length);
    byte[] expected = whole.toByteArray();
    staysSilentAfterAFault(whole, stream, expected);
    same(expected, byteByByte(input, stream), "byte by byte");
    var random = new Random(input.cutSeed());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment landing = arena.allocate(Math.max(1, stream.length));
      for (int i = 0; i < CUTTINGS; i++) {
        same(expected, inPieces(input, stream, landing, random), "in pieces");
      }
    }
    return whole;
  }

  /** Checks that reading allocates no more than a fault costs, twice if need be. */
  static void checkMemory(FuzzInput input) {
    byte[] stream = input.stream();
    long bytes = Long.MAX_VALUE;
    // The first use of a piece of code allocates for the virtual machine's own ends.
    for (int attempt = 0; attempt < 3 && bytes > MOST_ALLOCATED_BYTES; attempt++) {
      bytes = allocatedBytes(input, stream);
    }
    if (bytes > MOST_ALLOCATED_BYTES) {
      throw new AssertionError(bytes + " bytes allocated for " + stream.length);
    }
  }

  private static long allocatedBytes(FuzzInput input, byte[] stream) {
    var listener = new Indifferent(input.limits().with(input.agreed()));
    listener.reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.DEVICE, input.limits(), listener);
    MemorySegment bytes = MemorySegment.ofArray(stream);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    listener.reader.accept(bytes, 0, stream.length);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void staysSilentAfterAFault(EventTape tape, byte[] stream, byte[] expected) {
    if (tape.fault() == null) {
      if (tape.reader().failed() || tape.reader().bytesToBoundary() < 1) {
        throw new AssertionError("a reader without a fault is stuck");
      }
      return;
    }
    PduReader reader = tape.reader();
    reader.accept(MemorySegment.ofArray(stream), 0, stream.length);
    same(expected, tape.toByteArray(), "fed on after its fault");
    if (!reader.failed() || reader.payloadLeft() != 0) {
      throw new AssertionError("a fault does not stick");
    }
  }

  private static byte[] byteByByte(FuzzInput input, byte[] stream) {
    EventTape tape = new EventTape(input.limits(), input.agreed());
    byte[] one = new byte[1];
    MemorySegment bytes = MemorySegment.ofArray(one);
    for (byte each : stream) {
      one[0] = each;
      tape.reader().accept(bytes, 0, 1);
    }
    return tape.toByteArray();
  }

  private static byte[] inPieces(
      FuzzInput input, byte[] stream, MemorySegment landing, Random random) {
    EventTape tape = new EventTape(input.limits(), input.agreed());
    MemorySegment source = MemorySegment.ofArray(stream);
    int reach = 1 << (1 + random.nextInt(10));
    for (int at = 0; at < stream.length; ) {
      int step = Math.min(stream.length - at, 1 + random.nextInt(reach));
      long offset = random.nextInt(stream.length - step + 1);
      MemorySegment.copy(source, at, landing, offset, step);
      tape.reader().accept(landing, offset, step);
      landing.asSlice(offset, step).fill((byte) 0xA5); // what was borrowed is reused at once
      at += step;
    }
    return tape.toByteArray();
  }

  private static void same(byte[] expected, byte[] found, String how) {
    if (!Arrays.equals(expected, found)) {
      throw new AssertionError("other events " + how);
    }
  }

  /** Negotiates and does nothing else. */
  private static final class Indifferent implements PduListener {
    private final Limits agreed;
    private PduReader reader;

    @SuppressWarnings("NullAway.Init") // the reader wants its listener first
    Indifferent(Limits agreed) {
      this.agreed = agreed;
    }

    @Override
    public void onPdu(PduType type, byte[] header, int payloadBytes) {
      if (type == PduType.IC_REQ || type == PduType.IC_RESP) {
        reader.limits(agreed);
      }
    }

    @Override
    public void onPayload(
        MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {}

    @Override
    public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {}

    @Override
    public void onFault(ConnectionFault fault) {}
  }
}
