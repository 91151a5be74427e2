package io.nvmetcp.initiator.queue;

/**
 * How many commands may still be submitted. At most as many are outstanding as the queue has
 * entries, and with SQ flow control one less; then also no entry is used again before the
 * controller's head, told by SQHD in each response capsule, has passed it (Base specification
 * 3.3.2.1, Fabrics command set 6.3).
 *
 * <p>The identifier of a command and its entry are freed by different things: the one by the end of
 * the command, the other by the head.
 *
 * <p>A controller could answer what it has not been sent, and would have this host emit more and
 * more that nobody reads. So no more commands are emitted than twice the entries without a word
 * that the socket took them; an honest controller never brings a host there.
 */
final class SubmissionWindow {
  /** SQHD in the response to Connect: flow control is off. It moves no head. */
  private static final int NO_HEAD = 0xFFFF;

  private final int mask;
  private int limit;
  private boolean flowControl = true;
  private int tail;
  private int head;
  // Commands emitted since the socket had taken everything.
  private int unsent;

  /**
   * @param entries of the queue, a power of two
   */
  SubmissionWindow(int entries) {
    mask = entries - 1;
    limit = entries - 1;
  }

  /** What the response to Connect said. */
  void flowControl(boolean on) {
    flowControl = on;
    limit = on ? mask : mask + 1;
  }

  boolean flowControl() {
    return flowControl;
  }

  /** Most commands that can ever be outstanding. */
  int limit() {
    return limit;
  }

  /** A command was submitted. */
  void submitted() {
    tail++;
    unsent++;
  }

  private int unsentLimit() {
    return 2 * (mask + 1);
  }

  /** True if it has to be told when the socket has taken what was emitted. */
  boolean awaitsFlush() {
    return unsent > mask;
  }

  /**
   * The socket has taken what was emitted, or is about to.
   *
   * @return true if nothing could be submitted before, for this reason
   */
  boolean flushed() {
    boolean full = unsent >= unsentLimit();
    unsent = 0;
    return full;
  }

  /**
   * A response capsule told a head.
   *
   * @return false if no head can stand there
   */
  boolean head(int sqhd) {
    if (!flowControl || sqhd == NO_HEAD) {
      return true;
    }
    int forward = sqhd - head & mask;
    if (forward <= tail - head) {
      head += forward;
    }
    // Elsewhere in the queue it is an older head: responses may be reordered after they got theirs.
    return sqhd <= mask;
  }

  /**
   * The command submitted last was answered: entries are read in order, so all of them were,
   * whatever the controller says. One that keeps no head does not stop the queue for ever.
   */
  void allRead() {
    head = tail;
  }

  /** Commands that may be submitted now. */
  int room(int live) {
    int free = Math.min(limit - live, unsentLimit() - unsent);
    return flowControl ? Math.min(free, mask - (tail - head)) : free;
  }
}
