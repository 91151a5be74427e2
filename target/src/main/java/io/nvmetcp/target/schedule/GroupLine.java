package io.nvmetcp.target.schedule;

import java.util.concurrent.TimeUnit;

/**
 * Holds things until a group is complete and lets it go in the policy's order.
 *
 * <p><b>Nothing starves.</b> An incomplete group leaves at the end of the turn in which nothing is
 * under way that could complete it, and in any case {@link SchedulePolicy#LONGEST_HOLD_MILLIS}
 * after the end of the turn in which its first member became ready: a back end that never answers
 * must not hold the answers of others.
 */
final class GroupLine implements Line {
  private static final long LONGEST_HOLD_NS =
      TimeUnit.MILLISECONDS.toNanos(SchedulePolicy.LONGEST_HOLD_MILLIS);

  private final Outlet outlet;
  private final ReleaseOrder order;
  private final int partBytes;
  private final int[] held;
  private final long[] sizes;
  private final int[] ranks;
  private final int[] leaving;
  private int count;
  private long deadlineNs = NEVER;

  GroupLine(SchedulePolicy policy, int items, Outlet outlet) {
    this.outlet = outlet;
    order = ReleaseOrder.of(policy);
    partBytes = policy instanceof SchedulePolicy.Interleave mixed ? mixed.partBytes() : 0;
    int window = Math.min(policy.window(), items);
    held = new int[window];
    sizes = new long[window];
    ranks = new int[window];
    leaving = new int[window];
  }

  @Override
  public void ready(int item, long sizeBytes) {
    held[count] = item;
    sizes[count] = sizeBytes;
    count++;
    if (count == held.length) {
      releaseAll();
    }
  }

  @Override
  public void turnEnd(int underWay, long nowNs) {
    if (count == 0) {
      return;
    }
    if (underWay == 0 || nowNs >= deadlineNs) {
      releaseAll();
    } else if (deadlineNs == NEVER) {
      deadlineNs = nowNs + LONGEST_HOLD_NS;
    }
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }

  @Override
  public int held() {
    return count;
  }

  @Override
  public void remove(int item) {
    int at = 0;
    while (at < count && held[at] != item) {
      at++;
    }
    if (at == count) {
      throw new IllegalStateException(item + " is not held");
    }
    count--;
    System.arraycopy(held, at + 1, held, at, count - at);
    System.arraycopy(sizes, at + 1, sizes, at, count - at);
    if (count == 0) {
      deadlineNs = NEVER;
    }
  }

  @Override
  public void releaseAll() {
    int group = count;
    count = 0;
    deadlineNs = NEVER;
    order.fill(ranks, sizes, group);
    // What leaves may make room for what comes: the group is out of the way first.
    for (int i = 0; i < group; i++) {
      leaving[i] = held[ranks[i]];
    }
    if (partBytes > 0) {
      mix(group);
      return;
    }
    for (int i = 0; i < group; i++) {
      outlet.emit(leaving[i]);
    }
  }

  // One part of each in turn, until none has any left.
  private void mix(int group) {
    int left = group;
    while (left > 0) {
      int stay = 0;
      for (int i = 0; i < left; i++) {
        int item = leaving[i];
        if (outlet.emitPart(item, partBytes)) {
          leaving[stay++] = item;
        }
      }
      left = stay;
    }
  }
}
