package io.nvmetcp.target.session;

import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Does nothing until it is told to, then by way of the session's thread. */
final class DeferredBackend implements StorageBackend {
  private final StorageBackend inner;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

  DeferredBackend(StorageBackend inner) {
    this.inner = inner;
  }

  int waiting() {
    return waiting.size();
  }

  void completeOne() {
    waiting.remove().run();
  }

  void completeAll() {
    completeFirst(waiting.size());
  }

  /** The operations that came first, so many of them. */
  void completeFirst(int count) {
    for (int i = 0; i < count; i++) {
      waiting.remove().run();
    }
  }

  @Override
  public long sizeBytes() {
    return inner.sizeBytes();
  }

  @Override
  public boolean readOnly() {
    return inner.readOnly();
  }

  @Override
  public boolean writesAreVolatile() {
    return inner.writesAreVolatile();
  }

  @Override
  public void read(
      long offset, int length, MemoryPieces into, Executor thread, IoCompletion completion) {
    waiting.add(() -> thread.execute(() -> inner.read(offset, length, into, thread, completion)));
  }

  @Override
  public void write(
      long offset, MemoryPieces from, boolean durable, Executor thread, IoCompletion completion) {
    waiting.add(() -> thread.execute(() -> inner.write(offset, from, durable, thread, completion)));
  }

  @Override
  public void flush(Executor thread, IoCompletion completion) {
    waiting.add(() -> thread.execute(() -> inner.flush(thread, completion)));
  }

  @Override
  public CompletableFuture<Void> close() {
    return inner.close();
  }
}
