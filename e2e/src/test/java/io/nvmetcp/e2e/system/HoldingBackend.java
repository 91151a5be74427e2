package io.nvmetcp.e2e.system;

import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Memory whose reads wait until they are let go: a storage that hangs. Any thread. */
final class HoldingBackend implements StorageBackend {
  private final MemoryBackend memory;
  private final CountDownLatch expected;
  private final List<Runnable> held = new ArrayList<>();
  private boolean open;

  /**
   * @param reads how many {@link #awaitReads} waits for
   */
  HoldingBackend(long sizeBytes, int reads) {
    memory = new MemoryBackend(sizeBytes);
    expected = new CountDownLatch(reads);
  }

  /** Waits until all expected reads are here, and outstanding. */
  void awaitReads() throws InterruptedException {
    if (!expected.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError(expected.getCount() + " reads have not come");
    }
  }

  /** Lets every read go that is held or comes. */
  void letGo() {
    List<Runnable> now;
    synchronized (this) {
      open = true;
      now = List.copyOf(held);
      held.clear();
    }
    now.forEach(Runnable::run);
  }

  @Override
  public void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion) {
    synchronized (this) {
      if (!open) {
        held.add(
            () ->
                sessionThread.execute(
                    () -> memory.read(offsetBytes, lengthBytes, into, sessionThread, completion)));
        expected.countDown();
        return;
      }
    }
    memory.read(offsetBytes, lengthBytes, into, sessionThread, completion);
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    memory.write(offsetBytes, from, durable, sessionThread, completion);
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    memory.flush(sessionThread, completion);
  }

  @Override
  public long sizeBytes() {
    return memory.sizeBytes();
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
  public CompletableFuture<Void> close() {
    letGo();
    return memory.close();
  }
}
