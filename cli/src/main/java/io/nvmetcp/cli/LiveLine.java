package io.nvmetcp.cli;

import io.nvmetcp.loadgen.Progress;
import java.io.PrintStream;
import java.util.Locale;

/**
 * One line that says how a job goes: rewritten in place and wiped at the end on a terminal, printed
 * once a second and at the end elsewhere. {@link #close} ends it.
 */
final class LiveLine implements AutoCloseable {
  private static final int WIDTH = 78;
  private static final long TERMINAL_MILLIS = 250;
  private static final long ELSEWHERE_MILLIS = 1000;

  private final PrintStream out;
  private final boolean terminal;
  private final String title;
  private final Progress progress;
  private final long expectedNs;
  private final long expectedBytes;
  private final long startedNs = System.nanoTime();
  private final Thread thread;
  private boolean closed;
  private long lastNs = startedNs;
  private long lastOperations;
  private long lastBytes;

  /**
   * @param out where the line goes
   * @param terminal that is a terminal
   * @param title what runs
   * @param progress how far it is
   * @param expectedNs time it takes, or 0 if it ends after {@code expectedBytes}
   * @param expectedBytes bytes it moves, or 0
   */
  LiveLine(
      PrintStream out,
      boolean terminal,
      String title,
      Progress progress,
      long expectedNs,
      long expectedBytes) {
    this.out = out;
    this.terminal = terminal;
    this.title = title;
    this.progress = progress;
    this.expectedNs = expectedNs;
    this.expectedBytes = expectedBytes;
    thread = Thread.ofVirtual().unstarted(this::run);
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.interrupted()) {
        Thread.sleep(terminal ? TERMINAL_MILLIS : ELSEWHERE_MILLIS);
        tick();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // The speed since the last tick.
  private synchronized void tick() {
    if (closed) {
      return;
    }
    long nowNs = System.nanoTime();
    long operations = progress.operations();
    long bytes = progress.bytes();
    if (!terminal && done(nowNs, bytes) >= 1) {
      // The last line is about to say it.
      return;
    }
    String line =
        format(
            title,
            done(nowNs, bytes),
            operations - lastOperations,
            bytes - lastBytes,
            nowNs - lastNs);
    lastNs = nowNs;
    lastOperations = operations;
    lastBytes = bytes;
    if (terminal) {
      out.print('\r' + String.format("%-" + WIDTH + "s", line));
      out.flush();
    } else {
      out.println(line);
    }
  }

  private double done(long nowNs, long bytes) {
    return expectedNs > 0
        ? (double) (nowNs - startedNs) / expectedNs
        : (double) bytes / Math.max(1, expectedBytes);
  }

  /**
   * The line.
   *
   * @param done part of the job that is done, 0 to 1; more counts as 1
   * @param operations done in {@code nanos}
   * @param bytes moved in {@code nanos}
   */
  static String format(String title, double done, long operations, long bytes, long nanos) {
    double seconds = Math.max(1, nanos) / 1e9;
    return String.format(
        Locale.ROOT,
        "%-13s %3.0f %%  %,9.0f IOPS  %,9.1f MiB/s",
        title,
        100 * Math.min(1, done),
        operations / seconds,
        bytes / seconds / (1 << 20));
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    thread.interrupt();
    if (terminal) {
      out.print('\r' + " ".repeat(WIDTH) + '\r');
      out.flush();
      return;
    }
    // The whole of the job.
    long nowNs = System.nanoTime();
    long bytes = progress.bytes();
    out.println(format(title, done(nowNs, bytes), progress.operations(), bytes, nowNs - startedNs));
  }
}
