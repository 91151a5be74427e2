package io.nvmetcp.initiator;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.initiator.queue.QueueStatistics;

/** Counts of all I/O queues of a controller at one moment; immutable for its holder. */
public final class InitiatorStatistics {
  /** Displacements beyond this are counted at it. */
  public static final int MAX_DISPLACEMENT = QueueStatistics.MAX_DISPLACEMENT;

  private final DdpCounters offload = new DdpCounters();
  private final QueueStatistics queues = new QueueStatistics();
  private int outstanding;
  private int liveMappings;
  private long reconnects;
  private long aborts;
  private long abortsNotDone;
  private int parked;

  InitiatorStatistics() {}

  void add(DdpCounters counters, QueueStatistics statistics, int commands, int mappings) {
    offload.addAll(counters);
    queues.addAll(statistics);
    outstanding += commands;
    liveMappings += mappings;
  }

  void addAll(InitiatorStatistics other) {
    add(other.offload, other.queues, other.outstanding, other.liveMappings);
    reconnects += other.reconnects;
    aborts += other.aborts;
    abortsNotDone += other.abortsNotDone;
    parked += other.parked;
  }

  void reconnected() {
    reconnects++;
  }

  void aborted(long sent, long notDone) {
    aborts += sent;
    abortsNotDone += notDone;
  }

  void parked(int commands) {
    parked += commands;
  }

  /** Abort commands sent, each for a command that took too long. */
  public long aborts() {
    return aborts;
  }

  /** Aborts that the controller did not do. */
  public long abortsNotDone() {
    return abortsNotDone;
  }

  /** Commands that wait for the controller to be connected again. */
  public int waitingForConnection() {
    return parked;
  }

  /** How often the controller was lost and connected again. */
  public long reconnects() {
    return reconnects;
  }

  /** A counter of the offload layer. */
  public long offload(DdpCounter counter) {
    return offload.get(counter);
  }

  /** Commands submitted. */
  public long submitted() {
    return queues.submitted();
  }

  /** Commands that the controller answered. */
  public long completed() {
    return queues.completed();
  }

  /** Commands whose outcome is unknown. */
  public long lost() {
    return queues.lost();
  }

  /** Commands that failed and were sent again, as {@link InitiatorOptions#setRetries} asks. */
  public long retried() {
    return queues.retried();
  }

  /** Reads that ended as failed although the controller answered with success: wrong digests. */
  public long digestOverrides() {
    return queues.digestOverrides();
  }

  /** PDUs received. */
  public long pdusReceived() {
    return queues.pdusReceived();
  }

  /** Commands that have not ended. */
  public int outstanding() {
    return outstanding;
  }

  /** Mappings whose teardown is not done. */
  public int liveMappings() {
    return liveMappings;
  }

  /**
   * Responses that arrived {@code positions} later (positive) or earlier (negative) than the order
   * of submission on their queue; the ends of the range hold everything beyond them.
   *
   * @param positions from {@code -MAX_DISPLACEMENT} to {@code MAX_DISPLACEMENT}
   */
  public long displaced(int positions) {
    return queues.displaced(positions);
  }

  /** True if every byte delivered was placed or copied, and every setup has its teardown. */
  public boolean balanced() {
    long placed = offload.get(DdpCounter.DDP_BYTES);
    long copied = offload.get(DdpCounter.COPIED_BYTES);
    long undelivered = offload.get(DdpCounter.NOT_DELIVERED_BYTES);
    return placed + copied + undelivered == offload.get(DdpCounter.DELIVERED_BYTES)
        && offload.get(DdpCounter.SETUP) == offload.get(DdpCounter.TEARDOWN) + liveMappings;
  }
}
