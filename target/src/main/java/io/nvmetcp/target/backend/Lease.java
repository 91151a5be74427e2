package io.nvmetcp.target.backend;

/** Memory lent out: {@link #release} is called exactly once, when its bytes are no longer read. */
@FunctionalInterface
public interface Lease {
  /** For memory that outlives everybody who reads it. */
  Lease NONE = () -> {};

  /** The bytes are no longer read. May be called on any thread. */
  void release();
}
