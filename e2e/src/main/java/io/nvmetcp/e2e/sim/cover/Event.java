package io.nvmetcp.e2e.sim.cover;

import java.util.Locale;

/** What can happen to machines. Each knows some of them. */
public enum Event {
  // ---- a controller's life
  LOST,
  GONE,
  WAKE,
  ATTACHED,
  REFUSED,
  CLOSE,
  // ---- conversations
  ANSWERED,
  RESUMED,
  NO_ANSWER,
  // ---- connections
  BYTES,
  BYTES_IN_PLACE,
  BYTES_OFFERED_AGAIN,
  TURN,
  DRAIN,
  END,
  CLOSED,
  SUBMIT,
  FLUSH,
  TEARDOWN_DONE,
  DEVICE_CHANGED,
  HEADER_ASKED,
  TICK,
  FAULT,
  TERMINATED,
  FAILED,
  // ---- operations
  SUCCESS,
  ABORTED,
  DIGEST_ERROR,
  NEVER_SENT,
  UNKNOWN,
  SENT_AGAIN,
  RETRIED;

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', ' ');

  /** For people. */
  @Override
  public String toString() {
    return text;
  }
}
