package io.nvmetcp.e2e.sim.check;

import org.jspecify.annotations.Nullable;

/**
 * An operation as the checks know it: what it does to which blocks of which namespace. One object
 * serves one operation after the other.
 */
public class Operation {
  /** What an operation does. */
  public enum Kind {
    /** Reads blocks. */
    READ,
    /** Writes blocks, the n-th with version {@code version + n}. */
    WRITE,
    /** Writes zeros. */
    ZERO,
    /** Tells that blocks are not needed; they read as zeros then. */
    DEALLOCATE,
    /** Compares blocks with versions, as a write would have written them. */
    COMPARE,
    /** Compares one block with a version and writes another. */
    COMPARE_AND_WRITE,
    /** Makes what was written durable. */
    FLUSH,
    /** Lets blocks be checked, without moving them. */
    VERIFY;

    /** True if it changes blocks. */
    public boolean writes() {
      return switch (this) {
        case WRITE, ZERO, DEALLOCATE, COMPARE_AND_WRITE -> true;
        case READ, COMPARE, FLUSH, VERIFY -> false;
      };
    }

    /** True if each part of it may have happened without the others. */
    boolean inParts() {
      return this == DEALLOCATE;
    }
  }

  /** The next older operation that has not ended. */
  Operation older = this;

  Operation newer = this;

  /** When it was called; 0 if it was not. */
  long call;

  /** What it does. */
  public Kind kind = Kind.READ;

  /** Whose blocks. */
  public @Nullable NamespaceHistory history;

  /** The first block. */
  public int block;

  /** Number of blocks. */
  public int blocks;

  /** The version of the first block; of a Compare-and-Write what it writes. */
  public long version;

  /** What a Compare-and-Write expects. */
  public long expected;

  /** It is durable when it ends with success. */
  public boolean forced;

  /** Nothing was called. */
  public Operation() {}

  /** True from its call to its end. */
  public final boolean running() {
    return call != 0;
  }

  long version(int index) {
    return kind == Kind.WRITE || kind == Kind.COMPARE_AND_WRITE
        ? version + index
        : NamespaceHistory.ZERO;
  }
}
