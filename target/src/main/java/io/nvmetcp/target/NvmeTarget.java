package io.nvmetcp.target;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * An NVMe/TCP target: serves the subsystems of its options until it is closed.
 *
 * <p>Any thread. Futures complete on the caller's context. It starts once; a target that was closed
 * cannot start again.
 */
public interface NvmeTarget {

  /**
   * A target that is not started yet; the options are read when it starts.
   *
   * @param vertx runs it; stays the caller's
   */
  static NvmeTarget create(Vertx vertx, TargetOptions options) {
    return new VertxNvmeTarget(vertx, options);
  }

  /**
   * Opens the storage and listens.
   *
   * @return this target, once it takes connections. Fails with an {@link IllegalArgumentException}
   *     if the options do not fit together and an {@link java.io.IOException} if storage or port
   *     cannot be had; the message is one line saying what and where, and nothing stays open
   */
  Future<NvmeTarget> start();

  /**
   * The TCP port it listens on.
   *
   * @throws IllegalStateException before it has started
   */
  int port();

  /**
   * Stops listening, ends every association, closes connections and storage; what was flushed is
   * safe. Idempotent and bounded: what does not end within seconds is abandoned.
   */
  Future<Void> close();

  /** What it has done so far. */
  TargetStatistics statistics();
}
