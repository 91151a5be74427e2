package io.nvmetcp.initiator;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends Abort commands, as many at a time as the controller takes (ACL); further ones wait. An
 * abort that was not done frees nothing: the command ends when its own answer comes, or with the
 * association. Confined to the admin queue's event loop.
 */
final class AbortDesk {
  private static final Logger LOG = LoggerFactory.getLogger(AbortDesk.class);

  private record Order(int qid, int cid) {}

  private final AdminQueue admin;
  private final int most;
  private final ArrayDeque<Order> waiting = new ArrayDeque<>();
  private int running;
  private long sent;
  private long notDone;

  /**
   * @param limit most at a time that the controller takes
   */
  AbortDesk(AdminQueue admin, int limit) {
    this.admin = admin;
    most = Math.clamp(limit, 1, AdminQueue.ABORTS);
  }

  /** Asks for an abort; there are at most as many orders as commands. */
  void abort(int qid, int cid) {
    waiting.add(new Order(qid, cid));
    next();
  }

  private void next() {
    Order order;
    while (running < most && (order = waiting.poll()) != null) {
      running++;
      send(order);
    }
  }

  private void send(Order order) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.ABORT, 0, 0);
    // SQID and CID (Base specification 5.1).
    Sqe.cdw(sqe, 0, 10, order.qid | (long) order.cid << 16);
    sent++;
    admin
        .submitUrgent(sqe)
        .onComplete(
            done -> {
              running--;
              if (done.failed()) {
                LOG.debug("an abort got no answer: {}", done.cause().getMessage());
                return;
              }
              AdminQueue.Answer answer = done.result();
              // Dword 0, bit 0: the command was not aborted.
              if (!Status.isSuccess(answer.status()) || (answer.result() & 1) != 0) {
                notDone++;
              }
              next();
            });
  }

  /** Aborts sent. */
  long sent() {
    return sent;
  }

  /** Aborts that the controller did not do. */
  long notDone() {
    return notDone;
  }
}
