package io.nvmetcp.e2e.sim.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The book of all operations of a world: hands what hosts call and are told to the histories of the
 * namespaces, and keeps the writes whose end nobody knows until their connection is known dead.
 */
public final class Ledger {
  /** A write that was lost, and may still happen. */
  private record Lost(
      NamespaceHistory history, int block, int blocks, long call, long[] versions) {}

  private final Ticks ticks = new Ticks();
  // By the number of a connection: when it was known dead, or 0.
  private long[] deadTicks = new long[64];
  private final List<List<Lost>> lost = new ArrayList<>();
  private long nextVersion = 1;
  private int running;
  private long called;
  private long blocksRead;

  /** Nothing was called. */
  public Ledger() {}

  /** The ticks of all operations. */
  public Ticks ticks() {
    return ticks;
  }

  /** Versions for so many blocks that no other block has. */
  public long versions(int blocks) {
    long first = nextVersion;
    nextVersion += blocks;
    return first;
  }

  /** Operations that have not ended. */
  public int running() {
    return running;
  }

  /** Operations called so far. */
  public long called() {
    return called;
  }

  /** Operations that have ended. */
  public long ended() {
    return called - running;
  }

  /** Blocks whose value was checked. */
  public long blocksRead() {
    return blocksRead;
  }

  private static NamespaceHistory history(Operation operation) {
    NamespaceHistory history = operation.history;
    if (history == null) {
      throw new IllegalStateException("an operation on no namespace");
    }
    return history;
  }

  /** An operation is called. */
  public void call(Operation operation) {
    if (operation.running()) {
      throw new IllegalStateException("it was called already");
    }
    called++;
    running++;
    enter(operation);
  }

  private void enter(Operation operation) {
    operation.call = ticks.next();
    ticks.called(operation);
    if (operation.kind.writes()) {
      NamespaceHistory history = history(operation);
      for (int i = 0; i < operation.blocks; i++) {
        history.writing(operation.block + i, operation.version(i), operation.call);
      }
    }
  }

  private long leave(Operation operation) {
    if (!operation.running()) {
      throw new Violation(Rule.OUTCOME, "an operation ends twice: " + operation);
    }
    ticks.ended(operation);
    long call = operation.call;
    operation.call = 0;
    running--;
    return call;
  }

  /** It ended with success; of a read see {@link #read}. */
  public void succeeded(Operation operation) {
    long call = leave(operation);
    long end = ticks.next();
    NamespaceHistory history = history(operation);
    switch (operation.kind) {
      case WRITE, ZERO, DEALLOCATE -> written(operation, call, end);
      case COMPARE -> {
        for (int i = 0; i < operation.blocks; i++) {
          history.read(operation.block + i, operation.version + i, call, end);
        }
      }
      case COMPARE_AND_WRITE -> {
        history.taken(operation.block, operation.expected, call);
        history.read(operation.block, operation.expected, call, end);
        written(operation, call, end);
      }
      case FLUSH -> history.flushed(call);
      case READ, VERIFY -> {}
    }
  }

  private static void written(Operation operation, long call, long end) {
    for (int i = 0; i < operation.blocks; i++) {
      history(operation).written(operation.block + i, call, end, operation.forced);
    }
  }

  /**
   * A read ended with success.
   *
   * @param versions of its blocks
   */
  public void read(Operation operation, long[] versions) {
    long call = leave(operation);
    long end = ticks.next();
    blocksRead += operation.blocks;
    for (int i = 0; i < operation.blocks; i++) {
      history(operation).read(operation.block + i, versions[i], call, end);
    }
  }

  /**
   * It failed.
   *
   * @param perhaps it may have changed some of its blocks
   */
  public void failed(Operation operation, boolean perhaps) {
    long call = leave(operation);
    long end = ticks.next();
    if (!operation.kind.writes()) {
      return;
    }
    for (int i = 0; i < operation.blocks; i++) {
      if (perhaps || operation.kind.inParts()) {
        history(operation).perhapsWritten(operation.block + i, call, end);
      } else {
        history(operation).notWritten(operation.block + i, call);
      }
    }
  }

  /** It never was sent. */
  public void neverSent(Operation operation) {
    failed(operation, false);
  }

  /** Nobody knows what became of it on this connection, and nobody asks again. */
  public void lost(Operation operation, int wire) {
    lostOn(operation, leave(operation), wire);
  }

  /**
   * Nobody knows what became of it on this connection; it is called once more. A write is called
   * once more only when nothing of its old association can happen any more.
   */
  public void again(Operation operation, int wire) {
    if (operation.kind.writes() && history(operation).judged() && !isDead(wire)) {
      throw new Violation(
          Rule.QUIESCE,
          "a write is sent again while the one on wire %d may still happen: %s"
              .formatted(wire, operation));
    }
    ticks.ended(operation);
    lostOn(operation, operation.call, wire);
    enter(operation);
  }

  /**
   * It failed, and is called once more.
   *
   * @param perhaps it may have changed some of its blocks
   */
  public void retried(Operation operation, boolean perhaps) {
    failed(operation, perhaps);
    running++;
    enter(operation);
  }

  /** The version that the first block of an operation probably has. */
  public long guess(Operation operation) {
    return history(operation).guess(operation.block);
  }

  private void lostOn(Operation operation, long call, int wire) {
    if (!operation.kind.writes()) {
      return;
    }
    long dead = isDead(wire) ? deadTicks[wire] : 0;
    long[] versions = new long[operation.blocks];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = operation.version(i);
    }
    Lost write = new Lost(history(operation), operation.block, operation.blocks, call, versions);
    if (dead > 0) {
      perhaps(write, dead);
      return;
    }
    while (lost.size() <= wire) {
      lost.add(new ArrayList<>());
    }
    lost.get(wire).add(write);
  }

  /** Nothing that was sent on this connection happens any more. */
  public void dead(int wire) {
    if (wire >= deadTicks.length) {
      deadTicks = Arrays.copyOf(deadTicks, 2 * wire);
    }
    deadTicks[wire] = ticks.next();
    if (wire < lost.size()) {
      lost.get(wire).forEach(write -> perhaps(write, deadTicks[wire]));
      lost.get(wire).clear();
    }
  }

  private boolean isDead(int wire) {
    return wire < deadTicks.length && deadTicks[wire] != 0;
  }

  private static void perhaps(Lost write, long tick) {
    for (int i = 0; i < write.blocks; i++) {
      write.history.perhapsWritten(write.block + i, write.call, tick);
    }
  }

  /** True if writes of this connection may still happen. */
  public boolean mayHappen(int wire) {
    return wire < lost.size() && !lost.get(wire).isEmpty();
  }

  /** A namespace has grown: what is under way may come to blocks that it had before, or has now. */
  public void grown(NamespaceHistory history, int from, int to) {
    for (Operation each = ticks.first(); !ticks.isEnd(each); each = each.newer) {
      if (each.history == history && each.kind.writes()) {
        for (int i = 0; i < each.blocks; i++) {
          int block = each.block + i;
          if (block >= from && block < to) {
            history.writing(block, each.version(i), each.call);
          }
        }
      }
    }
    for (List<Lost> ofWire : lost) {
      for (Lost write : ofWire) {
        for (int i = 0; i < write.blocks && write.history == history; i++) {
          int block = write.block + i;
          if (block >= from && block < to) {
            history.writing(block, write.versions[i], write.call);
          }
        }
      }
    }
  }
}
