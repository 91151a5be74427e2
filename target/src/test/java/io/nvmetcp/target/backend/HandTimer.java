package io.nvmetcp.target.backend;

import java.util.PriorityQueue;

/** Time that passes when a test says so. */
final class HandTimer implements BackendTimer {
  private record Entry(long dueNs, long number, Runnable task) {}

  private final PriorityQueue<Entry> waiting =
      new PriorityQueue<>(
          (a, b) ->
              a.dueNs != b.dueNs
                  ? Long.compare(a.dueNs, b.dueNs)
                  : Long.compare(a.number, b.number));
  private long nowNs;
  private long count;

  @Override
  public synchronized void after(long delayNs, Runnable task) {
    waiting.add(new Entry(nowNs + delayNs, count++, task));
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** Lets time pass up to the next task and runs it; returns when that was. */
  synchronized long next() {
    Entry entry = waiting.remove();
    nowNs = entry.dueNs;
    entry.task.run();
    return nowNs;
  }
}
