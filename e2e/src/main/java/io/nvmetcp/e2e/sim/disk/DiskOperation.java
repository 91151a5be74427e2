package io.nvmetcp.e2e.sim.disk;

import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryPieces;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One operation at a disk, from its call to its completion. Reused. */
final class DiskOperation implements Runnable {
  /** What it does. */
  enum Kind {
    READ,
    WRITE,
    ZERO,
    FLUSH,
    COMPARE_AND_WRITE
  }

  /** What it waits for. */
  private enum State {
    FREE,
    AWAIT_DISK,
    AWAIT_COMPLETION,
    AWAIT_THREAD
  }

  private final SimulatedDisk disk;
  private State state = State.FREE;
  int index;
  Kind kind = Kind.READ;
  long offset;
  long length;
  boolean forced;
  int status = Status.SUCCESS;
  long laterNs;
  @Nullable MemoryPieces pieces;
  @Nullable MemoryPieces with;
  private @Nullable Executor thread;
  private @Nullable IoCompletion completion;
  private @Nullable IoOwner owner;

  DiskOperation(SimulatedDisk disk) {
    this.disk = disk;
  }

  void begin(Kind what, long at, long bytes, Executor sessionThread, IoCompletion told) {
    kind = what;
    offset = at;
    length = bytes;
    forced = false;
    status = Status.SUCCESS;
    laterNs = 0;
    pieces = null;
    with = null;
    thread = sessionThread;
    completion = told;
    state = State.AWAIT_DISK;
    owner = sessionThread instanceof IoOwner known ? known : null;
    if (owner != null) {
      owner.began();
    }
  }

  MemoryPieces pieces() {
    MemoryPieces held = pieces;
    if (held == null) {
      throw new IllegalStateException(kind + " has no data");
    }
    return held;
  }

  @Override
  public void run() {
    switch (state) {
      case AWAIT_DISK -> {
        disk.carryOut(this);
        state = State.AWAIT_COMPLETION;
        if (laterNs > 0) {
          disk.later(laterNs, this);
        } else {
          run();
        }
      }
      case AWAIT_COMPLETION -> {
        Executor executor = thread;
        if (disk.options().onThread() && executor != null) {
          state = State.AWAIT_THREAD;
          executor.execute(this);
        } else {
          complete();
        }
      }
      case AWAIT_THREAD -> complete();
      // Its power was cut.
      case FREE -> {}
    }
  }

  /** Ends it at once. */
  void cut(boolean carriedOut) {
    if (state == State.AWAIT_DISK && carriedOut) {
      disk.carryOut(this);
    } else if (state == State.AWAIT_DISK) {
      status = Status.INTERNAL_ERROR;
    }
    complete();
  }

  private void complete() {
    IoCompletion told = completion;
    IoOwner known = owner;
    completion = null;
    owner = null;
    thread = null;
    state = State.FREE;
    int ended = status;
    disk.ended(this);
    if (told != null) {
      told.complete(ended);
    }
    if (known != null) {
      known.over();
    }
  }
}
