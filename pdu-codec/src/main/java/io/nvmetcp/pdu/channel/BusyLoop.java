package io.nvmetcp.pdu.channel;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an event loop from going to sleep while something is awaited: a loop that has a task to run
 * looks for I/O without waiting for it. Two tasks hand over to each other, one before the end of an
 * iteration and one behind it, so that the loop looks for I/O between any two turns of them and
 * nothing is allocated. Confined to the event loop.
 */
public final class BusyLoop {
  // Turns without need before the loop may sleep: what is awaited next may be on its way here.
  private static final int IDLE_TURNS = 100;

  private final SingleThreadEventLoop loop;
  private final BooleanSupplier needed;
  private final Runnable within = this::within;
  private final Runnable behind = this::behind;
  private boolean running;
  private int idleTurns;

  private BusyLoop(SingleThreadEventLoop loop, BooleanSupplier needed) {
    this.loop = loop;
    this.needed = needed;
  }

  /**
   * For this event loop, or null if it is of a kind that cannot be kept awake this way.
   *
   * @param needed whether anything is awaited; asked on the event loop
   */
  public static @Nullable BusyLoop of(EventLoop loop, BooleanSupplier needed) {
    return loop instanceof SingleThreadEventLoop single ? new BusyLoop(single, needed) : null;
  }

  /** Something is awaited from now on. */
  public void wake() {
    idleTurns = 0;
    if (!running) {
      running = true;
      loop.execute(within);
    }
  }

  /** True if the loop does not sleep at present. */
  public boolean awake() {
    return running;
  }

  private void within() {
    loop.executeAfterEventLoopIteration(behind);
  }

  private void behind() {
    idleTurns = needed.getAsBoolean() ? 0 : idleTurns + 1;
    if (idleTurns < IDLE_TURNS && !loop.isShuttingDown()) {
      loop.execute(within);
    } else {
      running = false;
    }
  }
}
