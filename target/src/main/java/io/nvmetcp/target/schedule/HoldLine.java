package io.nvmetcp.target.schedule;

import java.util.concurrent.TimeUnit;

/** Lets each n-th thing wait for a time and everything else pass. First held, first to leave. */
final class HoldLine implements Line {
  private final Outlet outlet;
  private final int every;
  private final long holdNs;
  private final int[] held;
  private final long[] deadlines;
  private int seen;
  private int count;
  // So many of the held ones have their deadline; the others became ready in this turn.
  private int dated;

  HoldLine(SchedulePolicy.Hold policy, int items, Outlet outlet) {
    this.outlet = outlet;
    every = policy.every();
    holdNs = TimeUnit.MILLISECONDS.toNanos(policy.millis());
    held = new int[items];
    deadlines = new long[items];
  }

  @Override
  public void ready(int item, long sizeBytes) {
    seen++;
    if (seen < every) {
      outlet.emit(item);
      return;
    }
    seen = 0;
    held[count++] = item;
  }

  @Override
  public void turnEnd(int underWay, long nowNs) {
    while (dated < count) {
      deadlines[dated++] = nowNs + holdNs;
    }
    int due = 0;
    while (due < count && deadlines[due] <= nowNs) {
      due++;
    }
    release(due);
  }

  private void release(int due) {
    for (int i = 0; i < due; i++) {
      int item = held[0];
      drop(0);
      outlet.emit(item);
    }
  }

  private void drop(int at) {
    count--;
    System.arraycopy(held, at + 1, held, at, count - at);
    System.arraycopy(deadlines, at + 1, deadlines, at, count - at);
    if (at < dated) {
      dated--;
    }
  }

  @Override
  public long deadlineNs() {
    return dated > 0 ? deadlines[0] : NEVER;
  }

  @Override
  public int held() {
    return count;
  }

  @Override
  public void remove(int item) {
    for (int i = 0; i < count; i++) {
      if (held[i] == item) {
        drop(i);
        return;
      }
    }
    throw new IllegalStateException(item + " is not held");
  }

  @Override
  public void releaseAll() {
    release(count);
  }
}
