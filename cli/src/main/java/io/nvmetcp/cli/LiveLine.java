package io.nvmetcp.cli;

import io.nvmetcp.loadgen.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One line that says how a job goes: rewritten in place on a terminal, printed once a second
 * elsewhere. {@link #close} ends it.
 */
final class LiveLine implements AutoCloseable {
  private static final int WIDTH = 78;
  private final PrintStream out;
  private final boolean terminal;
  private final String title;
  private final Progress progress;
  private final long expectedNs;
  private final long expectedBytes;
  private final long startedNs = System.nanoTime();
  private final Thread thread;
  private volatile boolean closed;
  private long lastNs = startedNs;
  private long lastOperations;
  private long lastBytes;

  /**
   * @param out where the line goes
   * @param title what runs
   * @param progress how far it is
   * @param expectedNs time it takes, or 0 if it ends after {@code expectedBytes}
   * @param expectedBytes bytes it moves, or 0
   */
  LiveLine(PrintStream out, String title, Progress progress, long expectedNs, long expectedBytes) {
    this.out = out;
    this.title = title;
    this.progress = progress;
    this.expectedNs = expectedNs;
    this.expectedBytes = expectedBytes;
    terminal = System.console() != null && System.console().isTerminal();
    thread = Thread.ofVirtual().unstarted(this::run);
    thread.start();
  }

  private void run() {
    long everyMillis = terminal ? 250 : 1000;
    try {
      while (!closed) {
        Thread.sleep(everyMillis);
        if (!closed) {
          print(line(System.nanoTime()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String line(long nowNs) {
    double seconds = Math.max(1e-3, (nowNs - lastNs) / 1e9);
    long operations = progress.operations();
    long bytes = progress.bytes();
    double iops = (operations - lastOperations) / seconds;
    double mebibytes = (bytes - lastBytes) / seconds / (1 << 20);
    lastNs = nowNs;
    lastOperations = operations;
    lastBytes = bytes;
    return String.format(
        Locale.ROOT,
        "%s %3.0f %%  %,9.0f IOPS  %,9.1f MiB/s",
        title,
        Math.min(100, 100 * done(nowNs, bytes)),
        iops,
        mebibytes);
  }

  private double done(long nowNs, long bytes) {
    return expectedNs > 0
        ? (double) (nowNs - startedNs) / expectedNs
        : (double) bytes / Math.max(1, expectedBytes);
  }

  private synchronized void print(@Nullable String line) {
    if (!terminal) {
      if (line != null) {
        out.println(line);
      }
      return;
    }
    out.print(
        '\r' + (line == null ? " ".repeat(WIDTH) + '\r' : String.format("%-" + WIDTH + "s", line)));
    out.flush();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    print(null);
    // A short job on a pipe leaves at least its last word.
    if (!terminal && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs) < 1000) {
      out.println(title + " 100 %");
    }
  }
}
