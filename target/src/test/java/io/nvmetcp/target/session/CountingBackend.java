package io.nvmetcp.target.session;

import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Says that its writes can be lost, and writes down what it is asked to do. */
class CountingBackend implements StorageBackend {
  private final StorageBackend inner;
  final List<String> log = new ArrayList<>();
  int flushes;
  boolean readOnly;

  CountingBackend(StorageBackend inner) {
    this.inner = inner;
  }

  @Override
  public long sizeBytes() {
    return inner.sizeBytes();
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean writesAreVolatile() {
    return true;
  }

  @Override
  public void read(
      long offset, int length, MemoryPieces into, Executor thread, IoCompletion completion) {
    log.add("read");
    inner.read(offset, length, into, thread, completion);
  }

  @Override
  public void write(
      long offset, MemoryPieces from, boolean durable, Executor thread, IoCompletion completion) {
    log.add(durable ? "durable write" : "write");
    inner.write(offset, from, durable, thread, completion);
  }

  @Override
  public void flush(Executor thread, IoCompletion completion) {
    flushes++;
    log.add("flush");
    inner.flush(thread, completion);
  }

  @Override
  public CompletableFuture<Void> close() {
    return inner.close();
  }
}
