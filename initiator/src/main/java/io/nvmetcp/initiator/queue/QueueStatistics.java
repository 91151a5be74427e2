package io.nvmetcp.initiator.queue;

/** What one queue pair counted. Confined to the queue's thread; see {@link #snapshot()}. */
public final class QueueStatistics {
  /** Displacements beyond this are counted at it. */
  public static final int MAX_DISPLACEMENT = 64;

  private final long[] displacement = new long[2 * MAX_DISPLACEMENT + 1];
  private long submitted;
  private long completed;
  private long lost;
  private long pdusReceived;
  private long transientErrors;
  private long retried;

  void submit() {
    submitted++;
  }

  void complete() {
    completed++;
  }

  void lose() {
    lost++;
  }

  void pdu() {
    pdusReceived++;
  }

  void retry() {
    retried++;
  }

  void digestOverride() {
    transientErrors++;
  }

  void displace(long positions) {
    int clamped = Math.clamp(positions, -MAX_DISPLACEMENT, MAX_DISPLACEMENT);
    displacement[clamped + MAX_DISPLACEMENT]++;
  }

  /** Adds {@code other}'s counts to this. */
  public void addAll(QueueStatistics other) {
    for (int i = 0; i < displacement.length; i++) {
      displacement[i] += other.displacement[i];
    }
    submitted += other.submitted;
    completed += other.completed;
    lost += other.lost;
    pdusReceived += other.pdusReceived;
    transientErrors += other.transientErrors;
    retried += other.retried;
  }

  /** A copy, to hand to another thread. */
  public QueueStatistics snapshot() {
    QueueStatistics copy = new QueueStatistics();
    copy.addAll(this);
    return copy;
  }

  /**
   * Responses that arrived {@code positions} later (positive) or earlier (negative) than the order
   * of submission would have it; the ends of the range hold everything beyond them.
   */
  public long displaced(int positions) {
    return displacement[positions + MAX_DISPLACEMENT];
  }

  /** Commands submitted. */
  public long submitted() {
    return submitted;
  }

  /** Commands that the controller answered. */
  public long completed() {
    return completed;
  }

  /** Commands whose outcome is unknown. */
  public long lost() {
    return lost;
  }

  /** PDUs received. */
  public long pdusReceived() {
    return pdusReceived;
  }

  /** Commands that failed and were submitted once more. */
  public long retried() {
    return retried;
  }

  /** Successful responses overridden because a data digest did not match. */
  public long digestOverrides() {
    return transientErrors;
  }
}
