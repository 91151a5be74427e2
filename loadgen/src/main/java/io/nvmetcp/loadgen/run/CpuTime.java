package io.nvmetcp.loadgen.run;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The processor time that a worker's event loop used: with it, all that shares the loop. To be used
 * on that thread.
 */
final class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Processor time.
   *
   * @param userNs in this program
   * @param systemNs in the kernel
   */
  record Used(long userNs, long systemNs) {}

  private long allNs;
  private long userNs;

  void start() {
    if (THREADS.isCurrentThreadCpuTimeSupported()) {
      allNs = THREADS.getCurrentThreadCpuTime();
      userNs = THREADS.getCurrentThreadUserTime();
    }
  }

  Used used() {
    if (!THREADS.isCurrentThreadCpuTimeSupported()) {
      return new Used(0, 0);
    }
    long all = THREADS.getCurrentThreadCpuTime() - allNs;
    // The two clocks tick differently: the part may seem larger than the whole.
    long user = Math.clamp(THREADS.getCurrentThreadUserTime() - userNs, 0, Math.max(0, all));
    return new Used(user, all - user);
  }
}
