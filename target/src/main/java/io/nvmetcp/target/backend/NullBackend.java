package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Takes every write and forgets it; reads as zeros. For measuring everything but storage. */
public final class NullBackend implements StorageBackend {
  private static final int ZERO_BYTES = 128 * 1024;
  private static final MemorySegment ZEROS = Arena.global().allocate(ZERO_BYTES, 4096);

  private volatile long sizeBytes;
  private final UseGate gate = new UseGate(() -> {});

  /**
   * @param sizeBytes size of the namespace, above 0
   */
  public NullBackend(long sizeBytes) {
    this.sizeBytes = checked(sizeBytes);
  }

  private static long checked(long sizeBytes) {
    if (sizeBytes <= 0) {
      throw new IllegalArgumentException("a null namespace of " + sizeBytes + " bytes");
    }
    return sizeBytes;
  }

  @Override
  public void resize(long newSizeBytes) {
    sizeBytes = checked(newSizeBytes);
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
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
    if (!gate.enter()) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return;
    }
    into.lease(gate);
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
    finish(completion);
  }

  @Override
  public void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    finish(completion);
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

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    finish(completion);
  }

  private void finish(IoCompletion completion) {
    if (gate.enter()) {
      gate.release();
      completion.complete(Status.SUCCESS);
    } else {
      completion.complete(Status.NAMESPACE_NOT_READY);
    }
  }

  @Override
  public CompletableFuture<Void> close() {
    return gate.close();
  }
}
