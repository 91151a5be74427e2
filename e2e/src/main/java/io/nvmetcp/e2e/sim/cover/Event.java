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
  // ---- watching over time
  WAIT,
  SEND,
  RESET,
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
  // ---- slots of a queue pair
  DATA,
  R2T,
  RESPONSE,
  SENT,
  // ---- a device, its mappings and windows
  DEVICE_DOWN,
  DEVICE_UP,
  QUEUE_ADDED,
  QUEUE_REFUSED,
  SETUP,
  SETUP_REFUSED,
  PLACED,
  LAST_DATA,
  TEARDOWN,
  REPORTED,
  POLL,
  DELETE,
  WINDOW,
  WINDOW_RETURNED,
  STREAM,
  // ---- a device in its stream
  UNSEEN,
  CHAIN_BROKE,
  CANDIDATE,
  CONFIRMED,
  DENIED,
  ANSWERED_LATE,
  REST,
  BOUNDARY,
  // ---- a session's commands, its schedules and its clock
  BACKEND_DONE,
  TASK,
  DEADLINE,
  EXPIRED,
  // ---- operations
  SUCCESS,
  ABORTED,
  DIGEST_ERROR,
  NEVER_SENT,
  UNKNOWN,
  SENT_AGAIN,
  RETRIED,
  // ---- memory to copy through
  TAKE,
  GIVE_BACK,
  // ---- discovery
  CHANGED,
  GIVEN_UP,
  NEWS,
  SAW_ALL,
  SAW_LESS,
  // ---- a target's controllers and subsystems
  ENABLE,
  ENABLE_WRONGLY,
  DISABLE,
  SHUTDOWN,
  ABRUPT_SHUTDOWN,
  WRITTEN,
  RESET_DONE,
  SHUTDOWN_DONE,
  COMMAND,
  QUEUE_GONE,
  IDLE,
  TRAFFIC,
  TIMEOUT_SET,
  REQUESTED,
  POSTED,
  READ,
  RETAINED,
  CONNECTED,
  BUSY,
  FORBIDDEN,
  // ---- commands without an association
  WAITS,
  GOES,
  RELEASED,
  // ---- registered memory
  HOLD,
  HOLD_REFUSED,
  RELEASE,
  // ---- readers of PDUs, and ledgers of their digests
  BYTES_INSIDE,
  BYTES_TO_END,
  BYTES_BEYOND,
  VOUCHED,
  UNVOUCHED,
  BY_DEVICE,
  IN_PLACEMENT,
  BY_FALLBACK,
  MISMATCH;

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', ' ');

  /** For people. */
  @Override
  public String toString() {
    return text;
  }
}
