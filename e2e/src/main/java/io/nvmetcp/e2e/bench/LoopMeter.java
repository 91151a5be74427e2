package io.nvmetcp.e2e.bench;

import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What an event loop has used so far, read on its own thread. */
final class LoopMeter {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Path STATUS = Path.of("/proc/thread-self/status");
  private static final String SWITCHES = "voluntary_ctxt_switches:";

  /**
   * @param cpuNanos CPU time of the thread
   * @param heapBytes bytes it allocated on the heap
   * @param sleeps times that it waited for something to do; 0 where Linux is not there to tell
   */
  record Used(long cpuNanos, long heapBytes, long sleeps) {
    Used since(Used earlier) {
      return new Used(
          cpuNanos - earlier.cpuNanos, heapBytes - earlier.heapBytes, sleeps - earlier.sleeps);
    }
  }

  private LoopMeter() {}

  /** Of the one event loop of {@code vertx}. */
  static Used read(VertxInternal vertx) throws Exception {
    return vertx
        .nettyEventLoopGroup()
        .next()
        .submit(LoopMeter::ofThisThread)
        .get(10, TimeUnit.SECONDS);
  }

  private static Used ofThisThread() throws IOException {
    long cpuNanos = THREADS.getCurrentThreadCpuTime();
    long heapBytes = THREADS.getCurrentThreadAllocatedBytes();
    return new Used(cpuNanos, heapBytes, sleeps());
  }

  /** Times that the calling thread waited for something to do; 0 where Linux does not tell. */
  static long sleeps() throws IOException {
    return Files.isReadable(STATUS)
        ? Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith(SWITCHES))
            .mapToLong(line -> Long.parseLong(line.substring(SWITCHES.length()).strip()))
            .sum()
        : 0;
  }
}
