package io.nvmetcp.loadgen.run;

import io.nvmetcp.initiator.NvmeException;

/**
 * How a worker's commands ended: each in exactly one way.
 *
 * @param sent commands that were handed to the initiator
 * @param succeeded completed with success
 * @param failed completed, and the answer was no success or could not be used
 * @param unknown the connection ended with the command in flight
 * @param neverSent refused before they were sent
 */
public record Outcomes(long sent, long succeeded, long failed, long unknown, long neverSent) {
  /** None. */
  public static final Outcomes NONE = new Outcomes(0, 0, 0, 0, 0);

  /** Both together. */
  public Outcomes plus(Outcomes other) {
    return new Outcomes(
        sent + other.sent,
        succeeded + other.succeeded,
        failed + other.failed,
        unknown + other.unknown,
        neverSent + other.neverSent);
  }

  /** True if every command ended, and in one way. */
  public boolean complete() {
    return sent == succeeded + failed + unknown + neverSent;
  }

  /** True if some ended because there was no connection. */
  public boolean withoutConnection() {
    return unknown + neverSent > 0;
  }

  /** Counts them while they happen. Confined to its worker. */
  static final class Counter {
    private long sent;
    private long succeeded;
    private long failed;
    private long unknown;
    private long neverSent;

    void sent() {
      sent++;
    }

    void succeeded() {
      succeeded++;
    }

    void failed(Throwable cause) {
      switch (cause) {
        case NvmeException.OutcomeUnknown _ -> unknown++;
        case NvmeException.NeverSent _ -> neverSent++;
        default -> failed++;
      }
    }

    Outcomes total() {
      return new Outcomes(sent, succeeded, failed, unknown, neverSent);
    }
  }
}
