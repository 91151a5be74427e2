package io.nvmetcp.target.hostile;

import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.NullBackend;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** Reads as zeros, and tells a test of each read before it starts, on the session's thread. */
final class HookedBackend implements StorageBackend {
  private final NullBackend inner;
  private final LongConsumer beforeRead;

  HookedBackend(long sizeBytes, LongConsumer beforeRead) {
    inner = new NullBackend(sizeBytes);
    this.beforeRead = beforeRead;
  }

  @Override
  public long sizeBytes() {
    return inner.sizeBytes();
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
      long offset, int length, MemoryPieces into, Executor thread, IoCompletion completion) {
    beforeRead.accept(offset);
    inner.read(offset, length, into, thread, completion);
  }

  @Override
  public void write(
      long offset, MemoryPieces from, boolean durable, Executor thread, IoCompletion completion) {
    inner.write(offset, from, durable, thread, completion);
  }

  @Override
  public void flush(Executor thread, IoCompletion completion) {
    inner.flush(thread, completion);
  }

  @Override
  public CompletableFuture<Void> close() {
    return inner.close();
  }
}
