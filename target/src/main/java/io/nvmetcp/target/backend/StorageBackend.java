package io.nvmetcp.target.backend;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Where the blocks of a namespace live, as plain bytes.
 *
 * <p>May be used by many sessions at once, each on its own thread. No call blocks; each operation
 * ends by one call of its {@link IoCompletion} on the session's thread, before the call returns or
 * by way of {@code sessionThread}. A failed operation is a status, never an exception. A back end
 * need not order operations that are in flight together, but a read never returns a mix of two
 * writes within one aligned block of 4096 bytes.
 *
 * <p>Ranges have been checked by the caller: they lie within {@link #sizeBytes()}.
 */
public interface StorageBackend {

  /** Size in bytes; does not change. */
  long sizeBytes();

  /** True if writes are refused. */
  boolean readOnly();

  /** True if a completed write can be lost with the machine until it is flushed. */
  boolean writesAreVolatile();

  /**
   * Reads {@code lengthBytes} from {@code offsetBytes}.
   *
   * @param into empty; on success it holds the data in leased pieces, which do not change until the
   *     caller releases them (it must, on any thread, once). On failure it stays empty
   * @param sessionThread the thread the completion is called on; the calling thread is one of its
   */
  void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion);

  /**
   * Writes {@code from} at {@code offsetBytes}.
   *
   * @param from the data; borrowed until the completion
   * @param durable the data survives a power failure once the completion is called (FUA)
   * @param sessionThread as for {@link #read}
   */
  void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion);

  /** Makes every write that completed before this call durable. */
  void flush(Executor sessionThread, IoCompletion completion);

  /**
   * Refuses what comes from now on, with {@link io.nvmetcp.nvme.Status#NAMESPACE_NOT_READY}.
   * Idempotent; any thread.
   *
   * @return done once every operation has completed, every lease is back and everything is freed
   */
  CompletableFuture<Void> close();
}
