package io.nvmetcp.e2e.bench;

import io.netty.channel.SingleThreadEventLoop;

/**
 * Keeps an event loop from going to sleep until it is closed: what a peer costs that is awake in
 * any case. Two tasks hand over to each other, one behind the end of an iteration, so that the loop
 * looks for I/O in between.
 */
final class WakefulLoop implements AutoCloseable {
  private final SingleThreadEventLoop loop;
  private volatile boolean over;

  WakefulLoop(SingleThreadEventLoop loop) {
    this.loop = loop;
    loop.execute(this::within);
  }

  private void within() {
    loop.executeAfterEventLoopIteration(
        () -> {
          if (!over) {
            loop.execute(this::within);
          }
        });
  }

  @Override
  public void close() {
    over = true;
  }
}
