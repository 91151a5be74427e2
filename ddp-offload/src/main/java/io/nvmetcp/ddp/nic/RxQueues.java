package io.nvmetcp.ddp.nic;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The receive queues of a simulated NIC and the rules that steer connections to them: a connection
 * added goes to the queue that has the fewest. Safe for use by many threads.
 */
final class RxQueues {
  private final int[] flows;
  private final AtomicLongArray packets;

  RxQueues(int count) {
    flows = new int[count];
    packets = new AtomicLongArray(count);
  }

  /** Adds a rule; says which receive queue the connection comes in on. */
  synchronized int steer() {
    int best = 0;
    for (int i = 1; i < flows.length; i++) {
      if (flows[i] < flows[best]) {
        best = i;
      }
    }
    flows[best]++;
    return best;
  }

  /** Removes a rule. */
  synchronized void release(int queue) {
    flows[queue]--;
  }

  /** A packet came in. */
  void packet(int queue) {
    packets.incrementAndGet(queue);
  }

  synchronized int flows(int queue) {
    return flows[queue];
  }

  long packets(int queue) {
    return packets.get(queue);
  }

  int size() {
    return flows.length;
  }
}
