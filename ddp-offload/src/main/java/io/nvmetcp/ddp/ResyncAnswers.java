package io.nvmetcp.ddp;

/**
 * The upper layer's side of a resynchronisation: where its stream stands, and what the device wants
 * to know of it. Confined to the queue's thread, allocates nothing.
 *
 * <p>While a question is open, the upper layer stops at every boundary between PDUs and reports it;
 * otherwise it only counts.
 */
public final class ResyncAnswers {
  private static final long NONE = -1;

  private long position;
  private long asked = NONE;

  /** At the start of a queue's stream. */
  public ResyncAnswers() {}

  /** A queue was added: its stream starts here. */
  public void restart() {
    position = 0;
    asked = NONE;
  }

  /** Takes the device's question; it replaces an open one. */
  public void ask(long at) {
    asked = at;
  }

  /** True if boundaries must be reported. */
  public boolean open() {
    return asked != NONE;
  }

  /** {@code bytes} of the stream were read. */
  public void passed(long bytes) {
    position += bytes;
  }

  /** The parser stands between two PDUs: answers if the question is about here or before. */
  public void boundary(DdpQueue queue) {
    if (asked != NONE && position >= asked) {
      asked = NONE;
      queue.headerAt(position);
    }
  }
}
