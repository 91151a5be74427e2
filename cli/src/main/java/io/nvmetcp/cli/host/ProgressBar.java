package io.nvmetcp.cli.host;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One line that says how far a copy is, rewritten in place; on a terminal only. Confined to the
 * thread that copies.
 */
public final class ProgressBar implements AutoCloseable {
  private static final int CELLS = 24;
  private static final int WIDTH = 78;
  private static final long INTERVAL_NS = 100_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private final String title;
  private final long totalBytes;
  private final LongSupplier clockNs;
  private final long startedNs;
  private long shownNs;
  private boolean shown;

  /**
   * @param out where the line goes
   * @param terminal that is a terminal; else nothing is shown
   * @param title what is done
   * @param totalBytes how much there is to do; 0 if nobody knows
   * @param clockNs tells the time
   */
  public ProgressBar(
      PrintStream out, boolean terminal, String title, long totalBytes, LongSupplier clockNs) {
    this.out = out;
    this.terminal = terminal;
    this.title = title;
    this.totalBytes = totalBytes;
    this.clockNs = clockNs;
    startedNs = clockNs.getAsLong();
    shownNs = startedNs;
  }

  /** So much is done; shown a few times a second. */
  public void update(long doneBytes) {
    long nowNs = clockNs.getAsLong();
    if (!terminal || nowNs - shownNs < INTERVAL_NS) {
      return;
    }
    shownNs = nowNs;
    shown = true;
    out.printf(Locale.ROOT, "\r%-" + WIDTH + "s", line(doneBytes, nowNs - startedNs));
    out.flush();
  }

  private String line(long doneBytes, long nanos) {
    double perSecond = doneBytes / (Math.max(1, nanos) / 1e9);
    if (totalBytes == 0) {
      return String.format(
          Locale.ROOT,
          "%s  %s  %s/s",
          title,
          Sizes.binary(doneBytes),
          Sizes.binary((long) perSecond));
    }
    double part = Math.min(1, (double) doneBytes / totalBytes);
    int full = (int) (part * CELLS);
    long left = perSecond < 1 ? 0 : (long) ((totalBytes - doneBytes) / perSecond);
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %3.0f %%  %s  %s/s  %d:%02d left",
        title,
        "#".repeat(full),
        ".".repeat(CELLS - full),
        100 * part,
        Sizes.binary(doneBytes),
        Sizes.binary((long) perSecond),
        left / 60,
        left % 60);
  }

  /** Makes room for other lines, until the next update. */
  public void wipe() {
    if (shown) {
      shown = false;
      out.print('\r' + " ".repeat(WIDTH) + '\r');
      out.flush();
    }
  }

  /** Wipes the line. */
  @Override
  public void close() {
    wipe();
  }
}
