package io.nvmetcp.initiator;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which queue a command goes to: one of the caller's own event loop if it owns any, so that the
 * command stays there from end to end; else each in turn. For any thread.
 */
final class QueueChoice {

  /** The queues of one event loop. Races for the turn, of other threads' hints, do no harm. */
  private static final class Own {
    private final QueueConnection[] queues;
    private int turn;

    Own(List<QueueConnection> queues) {
      this.queues = queues.toArray(QueueConnection[]::new);
    }

    QueueConnection next() {
      if (queues.length == 1) {
        return queues[0];
      }
      turn = turn + 1 == queues.length ? 0 : turn + 1;
      return queues[turn];
    }
  }

  private final QueueConnection[] all;
  private final EventLoop[] loops;
  private final Own[] own;
  private final AtomicInteger turn = new AtomicInteger();

  QueueChoice(List<QueueConnection> queues) {
    all = queues.toArray(QueueConnection[]::new);
    loops = queues.stream().map(QueueConnection::eventLoop).distinct().toArray(EventLoop[]::new);
    own = new Own[loops.length];
    for (int i = 0; i < loops.length; i++) {
      EventLoop loop = loops[i];
      own[i] = new Own(queues.stream().filter(queue -> queue.eventLoop() == loop).toList());
    }
  }

  /**
   * The queue for a command.
   *
   * @param loop the event loop that the command comes from; null if from none. Asked there
   */
  QueueConnection next(@Nullable EventLoop loop) {
    if (loop != null) {
      for (int i = 0; i < loops.length; i++) {
        if (loops[i] == loop) {
          return own[i].next();
        }
      }
    }
    return all[Math.floorMod(turn.getAndIncrement(), all.length)];
  }
}
