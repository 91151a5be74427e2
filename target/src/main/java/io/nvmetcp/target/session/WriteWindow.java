package io.nvmetcp.target.session;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the data that a host has been asked for and that is not here yet. R2Ts beyond that wait in
 * their order, and leave several together, once a quarter of the bound has come: a host that is
 * asked for one piece at a time sends, and sleeps, for each of them.
 *
 * <p>One R2T may reach beyond the bound, and may be larger than it: if nothing is owed the next one
 * leaves. Confined to the session's thread.
 */
final class WriteWindow {
  private final int mostBytes;
  private final ArrayDeque<Transfer> waiting = new ArrayDeque<>();
  private long owedBytes;
  private boolean full;

  /**
   * @param mostBytes no R2T leaves while so much is owed
   */
  WriteWindow(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** True if the R2T may leave now; otherwise it waits, and {@link #next} tells when it may. */
  boolean admits(Transfer transfer) {
    if (full) {
      waiting.add(transfer);
      return false;
    }
    owes(transfer.length);
    return true;
  }

  private void owes(int bytes) {
    owedBytes += bytes;
    full = owedBytes >= mostBytes;
  }

  /** So much of what was asked for came, as whole PDUs. */
  void came(int bytes) {
    owedBytes -= bytes;
  }

  /**
   * Looks whether R2Ts that wait may leave.
   *
   * @param inHandBytes data that came of a PDU which is not complete
   */
  void look(int inHandBytes) {
    full &= owedBytes - inHandBytes > mostBytes - mostBytes / 4;
  }

  /** The next R2T that waited and may leave now, or null. */
  @Nullable Transfer next() {
    Transfer transfer = full ? null : waiting.poll();
    if (transfer != null) {
      owes(transfer.length);
    }
    return transfer;
  }

  /** Takes out the first R2T of this command that waits; there must be one. */
  Transfer withdraw(CommandSlot slot) {
    for (Iterator<Transfer> each = waiting.iterator(); each.hasNext(); ) {
      Transfer transfer = each.next();
      if (transfer.slot == slot) {
        each.remove();
        return transfer;
      }
    }
    throw new IllegalStateException("no R2T of this command waits");
  }
}
