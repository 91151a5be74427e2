package io.nvmetcp.e2e.chaos;

import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StorageBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A volatile write cache before a medium, as drives have one: a write is answered when it is in the
 * cache, a flush when everything that was answered before is on the medium. Whoever kills the
 * process loses what was not flushed, but for a part that went to the medium early, as in a drive.
 * May lie: then a flush is answered and does nothing.
 *
 * <p>Any thread. Operations are short copies under one lock; the medium is worked on behind it, one
 * step after the other.
 */
final class VolatileCache implements StorageBackend {
  private static final int BLOCK = 4096;
  private static final int LOAD_BYTES = 1 << 20;
  private static final long LOAD_SECONDS = 30;
  private static final int EARLY_PERCENT = 20;

  private final StorageBackend medium;
  private final boolean lies;
  private final MemorySegment image;
  private final BitSet dirty = new BitSet();
  private final SplittableRandom random;
  private CompletableFuture<Integer> last = CompletableFuture.completedFuture(Status.SUCCESS);

  /**
   * Reads the whole medium; blocks.
   *
   * @param medium owned
   * @param lies a flush does nothing
   * @param seed decides what goes to the medium early
   */
  VolatileCache(StorageBackend medium, boolean lies, long seed) {
    this.medium = medium;
    this.lies = lies;
    random = new SplittableRandom(seed);
    image = Arena.ofAuto().allocate(medium.sizeBytes(), BLOCK);
    for (long at = 0; at < medium.sizeBytes(); at += LOAD_BYTES) {
      load(at, (int) Math.min(LOAD_BYTES, medium.sizeBytes() - at));
    }
  }

  private void load(long at, int length) {
    var pieces = new MemoryPieces();
    var done = new CompletableFuture<Integer>();
    medium.read(at, length, pieces, Runnable::run, done::complete);
    try {
      int status = done.get(LOAD_SECONDS, TimeUnit.SECONDS);
      if (!Status.isSuccess(status)) {
        throw new IllegalStateException("the medium cannot be read: status " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
    pieces.copyTo(0, image, at, length);
    pieces.release();
  }

  @Override
  public long sizeBytes() {
    return medium.sizeBytes();
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
    MemorySegment copy = Arena.ofAuto().allocate(lengthBytes);
    synchronized (this) {
      MemorySegment.copy(image, offsetBytes, copy, 0, lengthBytes);
    }
    into.add(copy, 0, lengthBytes);
    completion.complete(Status.SUCCESS);
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    synchronized (this) {
      from.copyTo(0, image, offsetBytes, from.lengthBytes());
      int first = (int) (offsetBytes / BLOCK);
      dirty.set(first, (int) Math.ceilDiv(offsetBytes + from.lengthBytes(), BLOCK));
      if (random.nextInt(100) < EARLY_PERCENT) {
        destage(first);
      }
    }
    if (durable) {
      flush(sessionThread, completion);
    } else {
      completion.complete(Status.SUCCESS);
    }
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    if (lies) {
      completion.complete(Status.SUCCESS);
      return;
    }
    synchronized (this) {
      for (int block = dirty.nextSetBit(0); block >= 0; block = dirty.nextSetBit(block)) {
        destage(block);
      }
      step(medium::flush);
      last.thenAccept(status -> complete(sessionThread, completion, status));
    }
  }

  private static void complete(Executor sessionThread, IoCompletion completion, int status) {
    try {
      sessionThread.execute(() -> completion.complete(status));
    } catch (RejectedExecutionException e) {
      // The session has ended, and nobody waits.
      return;
    }
  }

  /** What stands in a block now goes to the medium after all that went there before. */
  private void destage(int block) {
    dirty.clear(block);
    MemorySegment copy = Arena.ofAuto().allocate(BLOCK);
    MemorySegment.copy(image, (long) block * BLOCK, copy, 0, BLOCK);
    var pieces = new MemoryPieces();
    pieces.add(copy, 0, BLOCK);
    step((thread, done) -> medium.write((long) block * BLOCK, pieces, false, thread, done));
  }

  /** Something that is done on the medium. */
  private interface Step {
    void begin(Executor thread, IoCompletion done);
  }

  // The first failure stays, so that no flush succeeds after it.
  private void step(Step step) {
    last =
        last.thenCompose(
            before -> {
              var done = new CompletableFuture<Integer>();
              if (Status.isSuccess(before)) {
                step.begin(Runnable::run, done::complete);
              } else {
                done.complete(before);
              }
              return done;
            });
  }

  @Override
  public synchronized CompletableFuture<Void> close() {
    return last.thenCompose(status -> medium.close());
  }
}
