package io.nvmetcp.initiator;

import io.nvmetcp.initiator.health.KeepAlive;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Sqe;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends Keep Alive in time: the shell round {@link KeepAlive}, from the moment that the controller
 * is ready. Confined to the admin queue's event loop.
 */
final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** Counts commands on the queues whose traffic counts. */
  interface Traffic {
    /** None is looked at. */
    Traffic NONE =
        new Traffic() {
          @Override
          public long answered() {
            return 0;
          }

          @Override
          public long submitted() {
            return 0;
          }
        };

    /** Commands answered so far; asked first, or an answer could be counted without its command. */
    long answered();

    /** Commands submitted so far. */
    long submitted();
  }

  private final AdminQueue admin;
  private final KeepAlive keepAlive;
  private final Traffic traffic;
  private final Runnable lost;
  private final long timer;

  /**
   * Begins.
   *
   * @param lost the controller does not answer any more; called at every look from then on
   */
  Heartbeat(AdminQueue admin, KeepAlive keepAlive, Traffic traffic, Runnable lost) {
    this.admin = admin;
    this.keepAlive = keepAlive;
    this.traffic = traffic;
    this.lost = lost;
    long everyMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(keepAlive.checkIntervalNs()));
    timer = admin.connection().context().setPeriodic(everyMillis, id -> look());
  }

  private void look() {
    long answered = traffic.answered();
    switch (keepAlive.check(System.nanoTime(), traffic.submitted(), answered)) {
      case WAIT -> {}
      case LOST -> lost.run();
      case SEND -> send();
    }
  }

  private void send() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.KEEP_ALIVE, 0, 0);
    keepAlive.sent(System.nanoTime());
    admin
        .submitUrgent(sqe)
        .onSuccess(answer -> keepAlive.answered())
        .onFailure(cause -> LOG.debug("Keep Alive failed: {}", cause.getMessage()));
  }

  /** Ends; any number of times. */
  void stop() {
    admin.connection().context().owner().cancelTimer(timer);
  }
}
