package io.nvmetcp.target;

import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.subsystem.Controller;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per event in the life of associations, by logger {@value #NAME}: a queue connects, is
 * refused, disconnects. What a host says of itself is escaped, and no secret is among it. Anybody
 * can be refused as often as they like, so of those lines there are few. Any thread.
 */
final class AssociationLog {
  static final String NAME = "io.nvmetcp.target.associations";

  private static final Logger LOG = LoggerFactory.getLogger(NAME);
  private static final int REFUSALS = 20;
  private static final long REFUSALS_PERIOD_NS = TimeUnit.SECONDS.toNanos(10);

  private final Consumer<String> out;
  private long periodStartNs;
  private int refusals;
  private long unsaid;

  AssociationLog() {
    this(line -> LOG.info("{}", line));
  }

  /**
   * @param out takes the lines
   */
  AssociationLog(Consumer<String> out) {
    this.out = out;
  }

  /** A queue is connected; queue 0 makes the association. */
  void connected(String peer, Controller controller, int qid) {
    out.accept(line(qid == 0 ? "connect" : "connect-queue", peer, controller, qid).toString());
  }

  /** The connection of a queue is gone; that of queue 0 ends the association. */
  void disconnected(String peer, Controller controller, int qid, String reason) {
    EventLine line = line(qid == 0 ? "disconnect" : "disconnect-queue", peer, controller, qid);
    out.accept(line.add("reason", reason).toString());
  }

  private static EventLine line(String event, String peer, Controller controller, int qid) {
    return new EventLine(event)
        .add("peer", peer)
        .add("subsystem", controller.subsystem().nqn())
        .add("controller", controller.cntlid())
        .add("queue", qid)
        .add("host", controller.hostNqn())
        .add("hostid", controller.hostId().toString());
  }

  /** A Connect was refused. */
  void refused(String peer, ConnectData asked, int status, long nowNs) {
    long before = mayBeSaid(nowNs);
    if (before < 0) {
      return;
    }
    EventLine line =
        new EventLine("refuse")
            .add("peer", peer)
            .add("subsystem", asked.subnqn())
            .add("host", asked.hostnqn())
            .add("hostid", asked.hostId().toString())
            .add("status", Status.describe(status));
    out.accept((before > 0 ? line.add("unsaid", before) : line).toString());
  }

  /** How many refusals went unsaid before this one, or -1 if it goes unsaid too. */
  private synchronized long mayBeSaid(long nowNs) {
    if (refusals == 0 || nowNs - periodStartNs >= REFUSALS_PERIOD_NS) {
      periodStartNs = nowNs;
      refusals = 0;
    }
    if (refusals >= REFUSALS) {
      unsaid++;
      return -1;
    }
    refusals++;
    long before = unsaid;
    unsaid = 0;
    return before;
  }
}
