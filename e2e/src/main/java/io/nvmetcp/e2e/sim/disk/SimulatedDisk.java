package io.nvmetcp.e2e.sim.disk;

import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.plant.Plants;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Serves a {@link Medium}: each operation happens at one moment between its call and its
 * completion, in whatever order the seed has it. One of these is opened for each life of a target.
 */
public final class SimulatedDisk implements StorageBackend {
  private final Agenda agenda;
  private final Dice dice;
  private final Medium medium;
  private final DiskPlants plants;
  // Memory for writes too.
  private final boolean lends;
  private final ArrayDeque<DiskOperation> free = new ArrayDeque<>();
  private final ArrayList<DiskOperation> running = new ArrayList<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private DiskOptions options;
  private boolean[] bad;
  private boolean closing;

  /** Opens a medium. */
  public SimulatedDisk(
      Agenda agenda, Dice dice, Medium medium, DiskOptions options, Plants plants) {
    this.agenda = agenda;
    this.dice = dice;
    this.medium = medium;
    this.options = options;
    this.plants = new DiskPlants(agenda, plants, medium);
    lends = dice.oneIn(2);
    bad = new boolean[(int) (medium.sizeBytes() / medium.blockBytes())];
  }

  DiskOptions options() {
    return options;
  }

  /** Nothing fails and nothing is slow from now on. */
  public void calm() {
    options = options.calm();
    bad = new boolean[bad.length];
  }

  /** Operations that have not ended. */
  public int running() {
    return running.size();
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
    return medium.cached();
  }

  @Override
  public boolean comparesAndWrites() {
    return true;
  }

  // ---- operations

  private @Nullable DiskOperation begin(
      DiskOperation.Kind kind,
      long offset,
      long length,
      Executor sessionThread,
      IoCompletion completion) {
    if (closing) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return null;
    }
    if (offset < 0 || offset > medium.sizeBytes() - length) {
      completion.complete(Status.LBA_OUT_OF_RANGE);
      return null;
    }
    DiskOperation operation = free.poll();
    if (operation == null) {
      operation = new DiskOperation(this);
    }
    operation.begin(kind, offset, length, sessionThread, completion);
    operation.index = running.size();
    running.add(operation);
    return operation;
  }

  private void start(DiskOperation operation) {
    if (dice.oneIn(options.atOnceOneIn())) {
      operation.run();
      return;
    }
    if (dice.oneIn(options.lateOneIn())) {
      operation.laterNs = 1 + dice.below(options.mostNs());
    }
    long takesNs = dice.between(options.leastNs(), options.mostNs());
    if (dice.oneIn(options.slowOneIn())) {
      takesNs += dice.below(options.slowNs());
    }
    later(takesNs, operation);
  }

  void later(long ns, DiskOperation operation) {
    agenda.after(ns, operation);
  }

  @Override
  public void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion) {
    DiskOperation operation =
        begin(DiskOperation.Kind.READ, offsetBytes, lengthBytes, sessionThread, completion);
    if (operation != null) {
      operation.pieces = into;
      start(operation);
    }
  }

  @Override
  public boolean prepareWrite(long offsetBytes, int lengthBytes, MemoryPieces into) {
    return lends
        && !closing
        && offsetBytes >= 0
        && offsetBytes <= medium.sizeBytes() - lengthBytes
        && medium.lendForWrite(offsetBytes, lengthBytes, into);
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    DiskOperation operation =
        begin(DiskOperation.Kind.WRITE, offsetBytes, from.lengthBytes(), sessionThread, completion);
    if (operation != null) {
      operation.pieces = from;
      operation.forced = durable;
      start(operation);
    }
  }

  @Override
  public void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    DiskOperation operation =
        begin(DiskOperation.Kind.ZERO, offsetBytes, lengthBytes, sessionThread, completion);
    if (operation != null) {
      operation.forced = durable;
      start(operation);
    }
  }

  @Override
  public void compareAndWrite(
      long offsetBytes,
      MemoryPieces with,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    DiskOperation operation =
        begin(
            DiskOperation.Kind.COMPARE_AND_WRITE,
            offsetBytes,
            from.lengthBytes(),
            sessionThread,
            completion);
    if (operation != null) {
      operation.pieces = from;
      operation.with = with;
      operation.forced = durable;
      start(operation);
    }
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    DiskOperation operation = begin(DiskOperation.Kind.FLUSH, 0, 0, sessionThread, completion);
    if (operation != null) {
      start(operation);
    }
  }

  // ---- the moment

  void carryOut(DiskOperation operation) {
    if (operation.offset > medium.sizeBytes() - operation.length) {
      operation.status = Status.LBA_OUT_OF_RANGE;
      return;
    }
    boolean fails = dice.oneIn(options.errorOneIn()) || plants.fails();
    switch (operation.kind) {
      case READ -> carryOutRead(operation, fails);
      case WRITE -> carryOutWrite(operation, fails);
      case ZERO -> carryOutZero(operation, fails);
      case FLUSH -> {
        operation.status = fails ? Status.INTERNAL_ERROR : Status.SUCCESS;
        if (!fails && !plants.flushLies()) {
          medium.flush();
        }
      }
      case COMPARE_AND_WRITE -> compareAndWrite(operation, fails);
    }
  }

  private void carryOutRead(DiskOperation operation, boolean fails) {
    if (fails || anyBad(operation)) {
      operation.status = Status.UNRECOVERED_READ_ERROR;
      if (fails && dice.oneIn(options.badOneIn())) {
        bad(operation, true);
      }
    } else if (!plants.read(operation)) {
      medium.lend(operation.offset, (int) operation.length, operation.pieces());
    }
  }

  // Of a write that fails some blocks may be on the medium.
  private void carryOutWrite(DiskOperation operation, boolean fails) {
    int length = (int) operation.length;
    if (fails) {
      operation.status = Status.WRITE_FAULT;
      int blocks = length / medium.blockBytes();
      length = dice.below(blocks + 1) * medium.blockBytes();
    }
    if (!fails && plants.write(operation)) {
      return;
    }
    if (length > 0) {
      medium.write(operation.offset, operation.pieces(), 0, length, operation.forced);
    }
    if (!fails) {
      bad(operation, false);
    }
  }

  private void carryOutZero(DiskOperation operation, boolean fails) {
    if (fails) {
      operation.status = Status.WRITE_FAULT;
    } else if (!plants.zeroSkipped()) {
      medium.zero(operation.offset, operation.length, operation.forced);
      bad(operation, false);
    }
  }

  private void compareAndWrite(DiskOperation operation, boolean fails) {
    MemoryPieces with = operation.with;
    if (fails || anyBad(operation) || with == null) {
      operation.status = Status.WRITE_FAULT;
    } else if (!medium.holds(operation.offset, with)) {
      operation.status = Status.COMPARE_FAILURE;
    } else if (!plants.writesApart(operation)) {
      int length = (int) operation.length;
      medium.write(operation.offset, operation.pieces(), 0, length, operation.forced);
    }
  }

  private boolean anyBad(DiskOperation operation) {
    int block = medium.blockBytes();
    for (long at = operation.offset; at < operation.offset + operation.length; at += block) {
      if (bad[(int) (at / block)]) {
        return true;
      }
    }
    return false;
  }

  private void bad(DiskOperation operation, boolean value) {
    int block = medium.blockBytes();
    Arrays.fill(
        bad,
        (int) (operation.offset / block),
        (int) ((operation.offset + operation.length) / block),
        value);
  }

  @SuppressWarnings("ReferenceEquality") // the very operation
  void ended(DiskOperation operation) {
    // The last one takes its place.
    DiskOperation last = running.removeLast();
    if (last != operation) {
      running.set(operation.index, last);
      last.index = operation.index;
    }
    operation.pieces = null;
    operation.with = null;
    free.push(operation);
    if (closing && running.isEmpty()) {
      closed.complete(null);
    }
  }

  /**
   * Its machine has died: what was under way has happened or has not, and nothing happens later.
   */
  public void die() {
    closing = true;
    for (DiskOperation operation : List.copyOf(running)) {
      operation.cut(dice.oneIn(2));
    }
  }

  // ---- the medium

  @Override
  public void resize(long newSizeBytes) {
    long before = medium.sizeBytes();
    plants.resizing(newSizeBytes);
    medium.resize(newSizeBytes);
    bad = Arrays.copyOf(bad, (int) (newSizeBytes / medium.blockBytes()));
    plants.resized(before);
  }

  /** Closes the disk; the medium, and what is lent of it, outlives it. */
  @Override
  public CompletableFuture<Void> close() {
    closing = true;
    if (running.isEmpty()) {
      closed.complete(null);
    }
    return closed;
  }
}
