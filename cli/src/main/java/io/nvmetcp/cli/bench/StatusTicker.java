package io.nvmetcp.cli.bench;

import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * Shows a line again and again: rewritten in place and wiped at the end on a terminal, one below
 * the other elsewhere. {@link #close} ends it.
 */
final class StatusTicker implements AutoCloseable {
  private static final long TERMINAL_MILLIS = 500;
  private static final long ELSEWHERE_MILLIS = 1000;

  private final PrintStream out;
  private final boolean terminal;
  private final Supplier<String> line;
  private final Thread thread;
  private int width;
  private boolean closed;

  /**
   * @param out where the line goes
   * @param terminal that is a terminal
   * @param line asked for from one thread; nothing is shown while it is empty
   */
  StatusTicker(PrintStream out, boolean terminal, Supplier<String> line) {
    this.out = out;
    this.terminal = terminal;
    this.line = line;
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

  private synchronized void tick() {
    String now = closed ? "" : line.get();
    if (now.isEmpty()) {
      return;
    }
    if (terminal) {
      // What a longer line left behind is wiped.
      out.print('\r' + now + " ".repeat(Math.max(0, width - now.length())));
      out.flush();
      width = now.length();
    } else {
      out.println(now);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    thread.interrupt();
    if (terminal && width > 0) {
      out.print('\r' + " ".repeat(width) + '\r');
      out.flush();
    }
  }
}
