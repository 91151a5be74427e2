package io.nvmetcp.target.schedule;

import java.util.function.IntConsumer;

/**
 * Holds the ready responses of one connection and lets them go in the order of a {@link
 * SchedulePolicy}. A response is a number to it.
 *
 * <p><b>No response starves.</b> A group leaves when it is complete; an incomplete one leaves at
 * the end of the turn in which nothing else is under way that could complete it. So a response is
 * held for no longer than the back end works on those that were outstanding beside it.
 *
 * <p>In order, nothing is held and {@link #ready} is a call of the consumer. Confined to one
 * thread; allocates nothing after construction.
 */
public final class ResponseScheduler {
  private final IntConsumer emit;
  private final DisplacementHistogram histogram;
  private final ReleaseOrder order;
  private final int[] held;
  private final int[] ranks;
  private int heldCount;

  /**
   * @param policy which order
   * @param histogram counts how far each response moved
   * @param emit called with each response, exactly once
   */
  public ResponseScheduler(
      SchedulePolicy policy, DisplacementHistogram histogram, IntConsumer emit) {
    this.emit = emit;
    this.histogram = histogram;
    order = ReleaseOrder.of(policy);
    held = new int[policy.window()];
    ranks = new int[policy.window()];
  }

  /** A response is ready; it may leave within the call, and others with it. */
  public void ready(int response) {
    if (held.length == 1) {
      histogram.count(0);
      emit.accept(response);
      return;
    }
    held[heldCount++] = response;
    if (heldCount == held.length) {
      release();
    }
  }

  /**
   * The end of a turn of the event loop.
   *
   * @param underWay commands that will become ready without anything further from the host; if
   *     there are none, what is held leaves
   */
  public void turnEnd(int underWay) {
    if (heldCount > 0 && underWay == 0) {
      release();
    }
  }

  /** Responses held now. */
  public int held() {
    return heldCount;
  }

  private void release() {
    int count = heldCount;
    heldCount = 0;
    order.fill(ranks, count);
    for (int i = 0; i < count; i++) {
      histogram.count(Math.abs(ranks[i] - i));
      emit.accept(held[ranks[i]]);
    }
  }
}
