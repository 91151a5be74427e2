package io.nvmetcp.loadgen.run;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * The time of an event loop. Vert.x's own timers have whole milliseconds, too coarse for a rate of
 * more than a thousand.
 */
record LoopTicker(ContextInternal context) implements Ticker {
  static LoopTicker of(Context context) {
    return new LoopTicker((ContextInternal) context);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  @SuppressWarnings(
      "FutureReturnValueIgnored") // it is never cancelled: a late call finds nothing to do
  public void after(long delayNs, Runnable task) {
    context
        .nettyEventLoop()
        .schedule(
            () -> context.emit(task, Runnable::run), Math.max(0, delayNs), TimeUnit.NANOSECONDS);
  }
}
