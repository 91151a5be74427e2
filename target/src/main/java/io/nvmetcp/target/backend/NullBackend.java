package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;

/** Takes every write and forgets it; reads as zeros. For measuring everything but storage. */
public final class NullBackend extends GatedBackend {
  private static final int ZERO_BYTES = 128 * 1024;
  private static final MemorySegment ZEROS = Arena.global().allocate(ZERO_BYTES, 4096);

  /**
   * @param sizeBytes size of the namespace, above 0
   */
  public NullBackend(long sizeBytes) {
    super("a null namespace", sizeBytes);
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean writesAreVolatile() {
    return false;
  }

  @Override
  public void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion) {
    if (!admit(offsetBytes, lengthBytes, completion)) {
      return;
    }
    stayFor(into);
    for (int left = lengthBytes; left > 0; left -= ZERO_BYTES) {
      into.add(ZEROS, 0, Math.min(left, ZERO_BYTES));
    }
    completion.complete(Status.SUCCESS);
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    forget(offsetBytes, from.lengthBytes(), completion);
  }

  @Override
  public void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    forget(offsetBytes, lengthBytes, completion);
  }

  @Override
  public boolean comparesAndWrites() {
    return true;
  }

  /** What is written is forgotten at once, so this is a compare with zeros. */
  @Override
  public void compareAndWrite(
      long offsetBytes,
      MemoryPieces with,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    compare(offsetBytes, with, sessionThread, completion);
  }

  private void forget(long offsetBytes, long lengthBytes, IoCompletion completion) {
    if (admit(offsetBytes, lengthBytes, completion)) {
      leave();
      completion.complete(Status.SUCCESS);
    }
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    forget(0, 0, completion);
  }

  @Override
  void changeSize(long newSizeBytes) {
    resized(newSizeBytes);
  }

  @Override
  void free() {}
}
