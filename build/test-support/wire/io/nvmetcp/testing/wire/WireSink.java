package io.nvmetcp.testing.wire;

import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.TransmitSink;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/** Keeps what a writer emits; can keep the leases too, as a socket that is slow to send does. */
public final class WireSink implements TransmitSink {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ArrayDeque<PayloadLease> kept = new ArrayDeque<>();
  private boolean keeping;
  private int settles;

  /** Whether payloads count as being sent until {@link #releaseOne}. */
  public void keepLeases(boolean keep) {
    keeping = keep;
  }

  /** Leases not given back. */
  public int leases() {
    return kept.size();
  }

  /** The oldest payload was sent. */
  public void releaseOne() {
    kept.remove().release();
  }

  /** All payloads were sent, or given up. */
  public void releaseAll() {
    while (!kept.isEmpty()) {
      releaseOne();
    }
  }

  @Override
  public void bytes(byte[] source, int offset, int length) {
    out.write(source, offset, length);
  }

  @Override
  public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
    out.writeBytes(source.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    if (keeping) {
      kept.add(lease);
    } else {
      lease.release();
    }
  }

  @Override
  public void settle() {
    settles++;
  }

  /** How often small payloads were wanted back. */
  public int settles() {
    return settles;
  }

  /** What was emitted since the last {@link #take}. */
  public byte[] toByteArray() {
    return out.toByteArray();
  }

  /** How much was emitted since the last {@link #take}. */
  public int size() {
    return out.size();
  }

  /** What was emitted since the last call. */
  public byte[] take() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }
}
