package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A back end as a user would write one: a byte array. What it does not fill has defaults that are
 * made of read and write.
 */
final class ExampleBackend implements StorageBackend {
  private final byte[] bytes;
  private int lent;
  private boolean closed;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  ExampleBackend(int sizeBytes) {
    bytes = new byte[sizeBytes];
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean writesAreVolatile() {
    return true;
  }

  @Override
  public void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion) {
    int status = Status.NAMESPACE_NOT_READY;
    synchronized (this) {
      if (!closed) {
        // A copy, since what is lent must not change.
        byte[] copy = new byte[lengthBytes];
        System.arraycopy(bytes, (int) offsetBytes, copy, 0, lengthBytes);
        into.add(MemorySegment.ofArray(copy), 0, lengthBytes);
        into.lease(this::giveBack);
        lent++;
        status = Status.SUCCESS;
      }
    }
    completion.complete(status);
  }

  private synchronized void giveBack() {
    lent--;
    endIfDone();
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    int status = Status.NAMESPACE_NOT_READY;
    synchronized (this) {
      if (!closed) {
        from.copyTo(0, MemorySegment.ofArray(bytes), offsetBytes, from.lengthBytes());
        status = Status.SUCCESS;
      }
    }
    completion.complete(status);
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    int status;
    synchronized (this) {
      status = closed ? Status.NAMESPACE_NOT_READY : Status.SUCCESS;
    }
    completion.complete(status);
  }

  @Override
  public synchronized CompletableFuture<Void> close() {
    closed = true;
    endIfDone();
    return done;
  }

  private void endIfDone() {
    if (closed && lent == 0) {
      done.complete(null);
    }
  }
}
