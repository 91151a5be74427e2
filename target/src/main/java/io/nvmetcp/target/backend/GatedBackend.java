package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * What the back ends of this package share: a size that may change, and a gate that every operation
 * passes, so that closing waits for the last of them. Any thread.
 */
abstract class GatedBackend implements StorageBackend {
  private final UseGate gate = new UseGate(this::free);
  private final String what;
  private volatile long sizeBytes;

  /**
   * @param what for messages: {@code a memory namespace}
   * @throws IllegalArgumentException if the size is not above 0
   */
  GatedBackend(String what, long sizeBytes) {
    this.what = what;
    this.sizeBytes = checked(what, sizeBytes);
  }

  private static long checked(String what, long sizeBytes) {
    if (sizeBytes <= 0) {
      throw new IllegalArgumentException(what + " of " + sizeBytes + " bytes");
    }
    return sizeBytes;
  }

  /** Frees everything; nobody is inside any more. */
  abstract void free();

  /** In, to be paid back by {@link #leave}; or the operation is over with this call. */
  final boolean admit(IoCompletion completion) {
    if (gate.enter()) {
      return true;
    }
    completion.complete(Status.NAMESPACE_NOT_READY);
    return false;
  }

  /**
   * As {@link #admit(IoCompletion)}; a range that the namespace lost by shrinking is refused too.
   */
  final boolean admit(long offsetBytes, long lengthBytes, IoCompletion completion) {
    if (!admit(completion)) {
      return false;
    }
    if (offsetBytes >= 0 && offsetBytes <= sizeBytes - lengthBytes) {
      return true;
    }
    gate.release();
    completion.complete(Status.LBA_OUT_OF_RANGE);
    return false;
  }

  /** In for what has no completion, or false; paid back by {@link #leave} or {@link #stayFor}. */
  final boolean tryEnter() {
    return gate.enter();
  }

  final void leave() {
    gate.release();
  }

  /** Stays inside until {@code pieces} are given back. */
  final void stayFor(MemoryPieces pieces) {
    pieces.lease(gate);
  }

  @Override
  public final long sizeBytes() {
    return sizeBytes;
  }

  final void resized(long newSizeBytes) {
    sizeBytes = newSizeBytes;
  }

  /**
   * Does what {@link #resize} says, up to the call of {@link #resized}.
   *
   * @throws IllegalArgumentException if there can be no such size
   */
  abstract void changeSize(long newSizeBytes) throws IOException;

  @Override
  public final void resize(long newSizeBytes) throws IOException {
    if (!gate.enter()) {
      throw new IOException(what + " is closed");
    }
    try {
      changeSize(checked(what, newSizeBytes));
    } finally {
      gate.release();
    }
  }

  @Override
  public final CompletableFuture<Void> close() {
    return gate.close();
  }

  /**
   * From {@code at} to the next multiple of {@code stepBytes}, or to {@code end} if it is nearer.
   */
  static int step(long at, long end, int stepBytes) {
    return (int) Math.min(end - at, stepBytes - at % stepBytes);
  }
}
