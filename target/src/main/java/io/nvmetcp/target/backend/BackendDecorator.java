package io.nvmetcp.target.backend;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A back end round another one: each operation passes {@link #intercept}, which starts it, later or
 * not at all. Everything else is the inner one's, which this one owns and closes.
 */
public abstract class BackendDecorator implements StorageBackend {
  /** An operation of the inner back end that has not been started. */
  @FunctionalInterface
  public interface Operation {
    /**
     * Starts it; on the session's thread, at most once.
     *
     * @param completion called at its end, as {@link StorageBackend} says
     */
    void start(IoCompletion completion);
  }

  private final StorageBackend inner;

  /**
   * @param inner does the work; owned from now on
   */
  protected BackendDecorator(StorageBackend inner) {
    this.inner = inner;
  }

  /** The decorated back end. */
  protected final StorageBackend inner() {
    return inner;
  }

  /**
   * Called in place of an operation, on the session's thread. Sees to it that {@code completion} is
   * called exactly once, on the session's thread, be it by handing it to the operation.
   *
   * @param offsetBytes where the range starts; 0 for a flush, which has none
   * @param lengthBytes its length, above 0; 0 for a flush
   */
  protected abstract void intercept(
      IoKind kind,
      long offsetBytes,
      long lengthBytes,
      Executor sessionThread,
      IoCompletion completion,
      Operation operation);

  @Override
  public final long sizeBytes() {
    return inner.sizeBytes();
  }

  @Override
  public final boolean readOnly() {
    return inner.readOnly();
  }

  @Override
  public final boolean writesAreVolatile() {
    return inner.writesAreVolatile();
  }

  @Override
  public final boolean comparesAndWrites() {
    return inner.comparesAndWrites();
  }

  @Override
  public final void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion) {
    intercept(
        IoKind.READ,
        offsetBytes,
        lengthBytes,
        sessionThread,
        completion,
        done -> inner.read(offsetBytes, lengthBytes, into, sessionThread, done));
  }

  @Override
  public final boolean prepareWrite(long offsetBytes, int lengthBytes, MemoryPieces into) {
    return inner.prepareWrite(offsetBytes, lengthBytes, into);
  }

  @Override
  public final void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    intercept(
        IoKind.WRITE,
        offsetBytes,
        from.lengthBytes(),
        sessionThread,
        completion,
        done -> inner.write(offsetBytes, from, durable, sessionThread, done));
  }

  @Override
  public final void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    intercept(
        IoKind.ZERO,
        offsetBytes,
        lengthBytes,
        sessionThread,
        completion,
        done -> inner.zero(offsetBytes, lengthBytes, durable, sessionThread, done));
  }

  @Override
  public final void deallocate(
      long offsetBytes, long lengthBytes, Executor sessionThread, IoCompletion completion) {
    intercept(
        IoKind.ZERO,
        offsetBytes,
        lengthBytes,
        sessionThread,
        completion,
        done -> inner.deallocate(offsetBytes, lengthBytes, sessionThread, done));
  }

  @Override
  public final void compare(
      long offsetBytes, MemoryPieces with, Executor sessionThread, IoCompletion completion) {
    intercept(
        IoKind.COMPARE,
        offsetBytes,
        with.lengthBytes(),
        sessionThread,
        completion,
        done -> inner.compare(offsetBytes, with, sessionThread, done));
  }

  @Override
  public final void compareAndWrite(
      long offsetBytes,
      MemoryPieces with,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    intercept(
        IoKind.COMPARE_AND_WRITE,
        offsetBytes,
        from.lengthBytes(),
        sessionThread,
        completion,
        done -> inner.compareAndWrite(offsetBytes, with, from, durable, sessionThread, done));
  }

  @Override
  public final void flush(Executor sessionThread, IoCompletion completion) {
    intercept(
        IoKind.FLUSH, 0, 0, sessionThread, completion, done -> inner.flush(sessionThread, done));
  }

  @Override
  public final void resize(long newSizeBytes) throws IOException {
    inner.resize(newSizeBytes);
  }

  /** Closes the inner back end. */
  @Override
  public CompletableFuture<Void> close() {
    return inner.close();
  }
}
