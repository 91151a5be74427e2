package io.nvmetcp.initiator;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an Asynchronous Event Request outstanding: each that is answered is followed by the next
 * (Base specification 5.2). Confined to the admin queue's event loop.
 */
final class EventRequests {
  private static final Logger LOG = LoggerFactory.getLogger(EventRequests.class);
  // A controller that answers at once, for ever, must not keep this host busy.
  private static final int BURST = 16;
  private static final long PAUSE_MILLIS = 1_000;

  private final AdminQueue admin;
  private final Consumer<AsyncEvent> events;
  private int burst;
  private boolean pausing;

  /**
   * @param events told of each event, on the event loop
   */
  EventRequests(AdminQueue admin, Consumer<AsyncEvent> events) {
    this.admin = admin;
    this.events = events;
  }

  /** Sends the first request. */
  void start() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.ASYNC_EVENT_REQUEST, 0, 0);
    admin
        .submitUrgent(sqe)
        .onFailure(cause -> LOG.debug("no more events: {}", cause.getMessage()))
        .onSuccess(this::answered);
  }

  private void answered(AdminQueue.Answer answer) {
    if (!Status.isSuccess(answer.status())) {
      // It takes none, or not now; the next association asks again.
      LOG.debug("event requests are refused: {}", Status.describe(answer.status()));
      return;
    }
    again();
    events.accept(AsyncEvent.decode((int) answer.result()));
  }

  private void again() {
    if (++burst < BURST) {
      start();
    } else if (!pausing) {
      pausing = true;
      admin
          .connection()
          .context()
          .setTimer(
              PAUSE_MILLIS,
              id -> {
                pausing = false;
                burst = 0;
                start();
              });
    }
    if (burst == 1) {
      admin.connection().context().setTimer(PAUSE_MILLIS, id -> calm());
    }
  }

  private void calm() {
    if (!pausing) {
      burst = 0;
    }
  }
}
