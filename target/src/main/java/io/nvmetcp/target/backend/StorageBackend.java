package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Where the blocks of a namespace live, as plain bytes. Write one of your own by filling this
 * interface and giving it to {@code NamespaceOptions.custom}; the package says how to begin.
 *
 * <p>May be used by many sessions at once, each on its own thread. No call blocks; each operation
 * ends by one call of its {@link IoCompletion} on the session's thread, before the call returns or
 * by way of {@code sessionThread}. A failed operation is a status, never an exception. A back end
 * need not order operations that are in flight together, but a read never returns a mix of two
 * writes within one aligned block of 4096 bytes.
 *
 * <p>Ranges have been checked by the caller: they lie within {@link #sizeBytes()}, or did before a
 * {@link #resize} that shrank it. A back end that shrinks answers the latter with {@link
 * Status#LBA_OUT_OF_RANGE} and serves nothing beyond its end.
 */
public interface StorageBackend {

  /** Size in bytes, a multiple of the block size; only {@link #resize} changes it. */
  long sizeBytes();

  /** True if writes are refused. */
  boolean readOnly();

  /** True if a completed write can be lost with the machine until it is flushed. */
  boolean writesAreVolatile();

  /**
   * Reads {@code lengthBytes} from {@code offsetBytes}.
   *
   * @param into empty; on success it holds the data in leased pieces, which do not change until the
   *     caller releases them (it must, on any thread, once); whoever keeps digests of that data
   *     gives their source with the pieces. On failure it stays empty
   * @param sessionThread the thread the completion is called on; the calling thread is one of its
   */
  void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion);

  /**
   * Lends memory in which the data of a coming write is collected, if that spares {@link #write} a
   * copy. Whoever asks fills it, gives it to that write and does not change it any more, or gives
   * it back unused.
   *
   * @param into empty; on success it holds {@code lengthBytes} of leased memory whose bytes are
   *     anything, to be released once, on any thread. Otherwise it stays empty
   * @return false if this back end has nothing better than the caller's own memory
   */
  default boolean prepareWrite(long offsetBytes, int lengthBytes, MemoryPieces into) {
    return false;
  }

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

  /**
   * Makes a range read as zeros; a sparse back end need not keep storage for it.
   *
   * @param lengthBytes above 0; may be far more than one transfer
   * @param durable as for {@link #write}
   * @param sessionThread as for {@link #read}
   */
  default void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    new ZeroWriter(this, offsetBytes, lengthBytes, durable, sessionThread, completion).run();
  }

  /**
   * Takes the hint that what a range holds is not needed any more. Afterwards it reads as zeros, or
   * the operation has failed.
   *
   * @param lengthBytes above 0
   * @param sessionThread as for {@link #read}
   */
  default void deallocate(
      long offsetBytes, long lengthBytes, Executor sessionThread, IoCompletion completion) {
    zero(offsetBytes, lengthBytes, false, sessionThread, completion);
  }

  /**
   * Compares what stands at {@code offsetBytes} with {@code with}; where they differ the status is
   * {@link Status#COMPARE_FAILURE}.
   *
   * @param with borrowed until the completion
   * @param sessionThread as for {@link #read}
   */
  default void compare(
      long offsetBytes, MemoryPieces with, Executor sessionThread, IoCompletion completion) {
    MemoryPieces held = new MemoryPieces();
    read(
        offsetBytes,
        with.lengthBytes(),
        held,
        sessionThread,
        status -> {
          boolean differs = Status.isSuccess(status) && !held.sameBytes(with);
          held.release();
          completion.complete(differs ? Status.COMPARE_FAILURE : status);
        });
  }

  /**
   * True if {@link #compareAndWrite} works. Only a back end can keep other writers out between the
   * two halves, so there is no default for it.
   */
  default boolean comparesAndWrites() {
    return false;
  }

  /**
   * Compares as {@link #compare} does and, if there is no difference, writes; no other write to
   * these bytes comes between.
   *
   * @param offsetBytes the range lies within one aligned block of 4096 bytes
   * @param with what must be there, borrowed until the completion
   * @param from what to write, of the same length, borrowed until the completion
   * @param durable as for {@link #write}
   * @param sessionThread as for {@link #read}
   */
  default void compareAndWrite(
      long offsetBytes,
      MemoryPieces with,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    completion.complete(Status.INVALID_OPCODE);
  }

  /** Makes every write that completed before this call durable. */
  void flush(Executor sessionThread, IoCompletion completion);

  /**
   * Grows or shrinks the storage; what is added reads as zeros, what is cut off is gone. May block:
   * not for an event loop. Operations may be in flight: one that reaches beyond a new end touches
   * nothing within it, and one that comes later fails. One resize at a time.
   *
   * @param newSizeBytes the new size, a positive multiple of the block size
   * @throws IOException if it cannot be done; the message says what and why in one line
   * @throws IllegalArgumentException if this storage can have no such size, likewise
   * @throws UnsupportedOperationException if this storage has a fixed size
   */
  default void resize(long newSizeBytes) throws IOException {
    throw new UnsupportedOperationException("this storage has a fixed size");
  }

  /**
   * Refuses what comes from now on, with {@link Status#NAMESPACE_NOT_READY}. Idempotent; any
   * thread.
   *
   * @return done once every operation has completed, every lease is back and everything is freed
   */
  CompletableFuture<Void> close();
}
