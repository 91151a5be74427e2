package io.nvmetcp.initiator.queue;

import java.util.ArrayDeque;

/**
 * Commands that wait for a slot of a queue pair, in the order in which they came, and what becomes
 * of one that comes: it is submitted, waits, is refused, or goes back to whoever may send it on
 * another connection. Confined to the thread of the queue pair.
 *
 * @param <C> commands
 */
public final class SlotLine<C> {

  /** What is done with commands; told within the calls of the line. */
  public interface Shell<C> {
    /** Submits a command; the answer is {@link QueuePair#submit}'s. */
    int submit(C command);

    /** It stands in the line now. */
    void waits(C command);

    /** It cannot be sent on this connection, which has ended. */
    void goesBack(C command, String why);

    /** It is not sent. */
    void neverSent(C command, String why);

    /** Why the connection ended. */
    String reason();
  }

  private final int limit;
  private final Shell<C> shell;
  private final ArrayDeque<C> line = new ArrayDeque<>();
  private boolean draining;

  /**
   * Nobody waits.
   *
   * @param limit how many may wait, besides those that were counted elsewhere
   */
  public SlotLine(int limit, Shell<C> shell) {
    this.limit = limit;
    this.shell = shell;
  }

  /** Those that wait. */
  public int size() {
    return line.size();
  }

  /** A command comes: submits it, or has it wait, or refuses it. */
  public void start(C command) {
    start(command, limit);
  }

  /** As {@link #start}, for one that was counted when it came first: it may wait in any case. */
  public void resume(C command) {
    start(command, Integer.MAX_VALUE);
  }

  private void start(C command, int most) {
    if (draining) {
      shell.neverSent(command, "the controller is closed");
    } else if (!line.isEmpty()) {
      await(command, most);
    } else {
      int answer = shell.submit(command);
      if (answer == QueuePair.QUEUE_FULL) {
        await(command, most);
      } else if (answer < 0) {
        refuse(command, answer);
      }
    }
  }

  private void await(C command, int most) {
    if (line.size() >= most) {
      shell.neverSent(command, "%d commands wait for a slot already".formatted(most));
    } else {
      line.add(command);
      shell.waits(command);
    }
  }

  // Whoever drains wants no other connection for what is left.
  private void refuse(C command, int answer) {
    String why = refusal(answer, shell.reason());
    if (answer == QueuePair.CLOSED && !draining) {
      shell.goesBack(command, why);
    } else {
      shell.neverSent(command, why);
    }
  }

  /** Slots may be free: those that wait are submitted, as far as there is room. */
  public void slotFree() {
    C next;
    while ((next = line.peek()) != null) {
      int answer = shell.submit(next);
      if (answer == QueuePair.QUEUE_FULL) {
        return;
      }
      line.remove();
      if (answer < 0) {
        refuse(next, answer);
      }
    }
  }

  /** From now on nothing is taken; those that wait are submitted still. */
  public void drain() {
    draining = true;
  }

  /** The connection has ended: those that wait cannot be sent here. */
  public void close() {
    C command;
    while ((command = line.poll()) != null) {
      refuse(command, QueuePair.CLOSED);
    }
  }

  /**
   * Why {@link QueuePair#submit} refused, in words.
   *
   * @param end why the connection ended, if it has
   */
  public static String refusal(int answer, String end) {
    return switch (answer) {
      case QueuePair.QUEUE_FULL -> "the queue is full";
      case QueuePair.REGION_CLOSED -> "the buffer's region is closing";
      case QueuePair.REGION_KIND -> "this host cannot read the memory of a device";
      case QueuePair.TOO_SMALL -> "the queue has no room for two commands at a time";
      default -> "the connection has ended: " + end;
    };
  }
}
