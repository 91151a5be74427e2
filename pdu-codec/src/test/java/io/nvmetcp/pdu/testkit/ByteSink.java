package io.nvmetcp.pdu.testkit;

import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.TransmitSink;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Keeps everything that a writer emits. */
public final class ByteSink implements TransmitSink {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Override
  public void bytes(byte[] source, int offset, int length) {
    out.write(source, offset, length);
  }

  @Override
  public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
    out.writeBytes(source.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    lease.release();
  }

  /** What was written so far. */
  public byte[] toByteArray() {
    return out.toByteArray();
  }

  /** How much was written so far. */
  public int size() {
    return out.size();
  }
}
