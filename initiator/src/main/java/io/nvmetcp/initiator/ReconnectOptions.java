package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.json.JsonObject;

/**
 * What happens when the connections to a controller are lost, and to the commands that run or come
 * meanwhile. Setters return this, and refuse what cannot be with an {@link
 * IllegalArgumentException} of one line; every option has a field of its name in JSON.
 *
 * <p>A loss is noticed when a connection ends, or when Keep Alive or a command is not answered in
 * time. From then on the initiator tries to connect again, after the first delay, then after ever
 * longer ones. Once connected, it is checked that the subsystem and the namespaces are those of
 * before, in name and size, before any command is sent that was issued earlier.
 *
 * <p>A controller that was restarted may have lost what its volatile write cache held, although the
 * writes had succeeded. Whoever relies on {@link Namespace#flush} must take a change of state to
 * {@link ControllerState#RECONNECTING} for a reason to write again what was not flushed.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class ReconnectOptions {
  /** No time limit. */
  public static final long UNLIMITED = -1;

  private long lossTimeoutMillis = 600_000;
  private long firstDelayMillis = 1_000;
  private long maxDelayMillis = 10_000;
  private long failFastMillis = UNLIMITED;
  private boolean commandsWait = true;
  private boolean replayReads = true;
  private boolean replayWrites;
  private long quiesceMarginMillis = 5_000;

  /** The defaults. */
  public ReconnectOptions() {}

  /** The same options. */
  public ReconnectOptions(ReconnectOptions other) {
    this(other.toJson());
  }

  /**
   * The defaults, and what differs from them.
   *
   * @param json as {@link #toJson()} makes it; what is absent keeps its default
   * @throws IllegalArgumentException with path and reason if a field is unknown or its value is
   *     refused
   */
  public ReconnectOptions(JsonObject json) {
    this("", json);
  }

  ReconnectOptions(String path, JsonObject json) {
    new JsonFields(path, json)
        .number("lossTimeoutMillis", this::setLossTimeoutMillis)
        .number("firstDelayMillis", this::setFirstDelayMillis)
        .number("maxDelayMillis", this::setMaxDelayMillis)
        .number("failFastMillis", this::setFailFastMillis)
        .bool("commandsWait", this::setCommandsWait)
        .bool("replayReads", this::setReplayReads)
        .bool("replayWrites", this::setReplayWrites)
        .number("quiesceMarginMillis", this::setQuiesceMarginMillis)
        .end();
  }

  /** Every option, by its name. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("lossTimeoutMillis", lossTimeoutMillis)
        .put("firstDelayMillis", firstDelayMillis)
        .put("maxDelayMillis", maxDelayMillis)
        .put("failFastMillis", failFastMillis)
        .put("commandsWait", commandsWait)
        .put("replayReads", replayReads)
        .put("replayWrites", replayWrites)
        .put("quiesceMarginMillis", quiesceMarginMillis);
  }

  /** Options with which a loss is the end of the controller. */
  public static ReconnectOptions never() {
    return new ReconnectOptions().setLossTimeoutMillis(0);
  }

  /** How long after a loss the controller is given up, in milliseconds; 10 minutes by default. */
  public long getLossTimeoutMillis() {
    return lossTimeoutMillis;
  }

  /**
   * Sets how long after a loss the controller is given up: {@link ControllerState#ENDED}. 0 gives
   * it up at once, {@link #UNLIMITED} never.
   */
  @CanIgnoreReturnValue
  public ReconnectOptions setLossTimeoutMillis(long value) {
    lossTimeoutMillis = orUnlimited("controller loss timeout", value);
    return this;
  }

  /** The first delay before an attempt, in milliseconds; 1 second by default. */
  public long getFirstDelayMillis() {
    return firstDelayMillis;
  }

  /**
   * Sets the first delay before an attempt, 1 ms to 1 hour; the next ones double it. By chance each
   * is up to a half shorter, so that many hosts do not come back in step.
   */
  @CanIgnoreReturnValue
  public ReconnectOptions setFirstDelayMillis(long value) {
    firstDelayMillis = delay(value);
    maxDelayMillis = Math.max(maxDelayMillis, value);
    return this;
  }

  /** The longest delay before an attempt, in milliseconds; 10 seconds by default. */
  public long getMaxDelayMillis() {
    return maxDelayMillis;
  }

  /** Sets the longest delay before an attempt, 1 ms to 1 hour; it shortens the first if need be. */
  @CanIgnoreReturnValue
  public ReconnectOptions setMaxDelayMillis(long value) {
    maxDelayMillis = delay(value);
    firstDelayMillis = Math.min(firstDelayMillis, value);
    return this;
  }

  /**
   * How long commands wait for a new connection, in milliseconds; {@link #UNLIMITED} by default.
   */
  public long getFailFastMillis() {
    return failFastMillis;
  }

  /**
   * Sets how long after a loss the commands that wait fail, and those that come fail at once, while
   * the attempts go on; {@link #UNLIMITED} lets them wait until the controller is given up.
   */
  @CanIgnoreReturnValue
  public ReconnectOptions setFailFastMillis(long value) {
    failFastMillis = orUnlimited("fail-fast timeout", value);
    return this;
  }

  /** Whether commands that were never sent wait for a new connection; they do by default. */
  public boolean isCommandsWait() {
    return commandsWait;
  }

  /**
   * Sets whether commands that were never sent wait for a new connection, or fail at once with
   * {@link NvmeException.NeverSent}. As many may wait as may wait for a slot.
   */
  @CanIgnoreReturnValue
  public ReconnectOptions setCommandsWait(boolean value) {
    commandsWait = value;
    return this;
  }

  /** Whether commands that change nothing are sent again after a loss; they are by default. */
  public boolean isReplayReads() {
    return replayReads;
  }

  /**
   * Sets whether a read, compare or verify that was sent and not answered is sent again on the new
   * connection, or fails at once with {@link NvmeException.OutcomeUnknown}.
   */
  @CanIgnoreReturnValue
  public ReconnectOptions setReplayReads(boolean value) {
    replayReads = value;
    return this;
  }

  /** Whether commands that change something are sent again after a loss; not by default. */
  public boolean isReplayWrites() {
    return replayWrites;
  }

  /**
   * Sets whether a write, or another command that changes something, that was sent and not answered
   * is sent again on the new connection. By default it fails with {@link
   * NvmeException.OutcomeUnknown}. It may be executed twice, so this is for those alone who write a
   * block from one place at a time. It is sent only after a quiesce: when the controller must have
   * ended the old association, which is one keep-alive timeout after the loss, or two if it counts
   * traffic, and the margin. Needs a keep-alive timeout. Fused commands are never sent again.
   */
  @CanIgnoreReturnValue
  public ReconnectOptions setReplayWrites(boolean value) {
    replayWrites = value;
    return this;
  }

  /** What is added to the keep-alive timeout before a write is sent again; 5 seconds by default. */
  public long getQuiesceMarginMillis() {
    return quiesceMarginMillis;
  }

  /**
   * Sets what is added to the keep-alive timeout before a write is sent again, 0 to 1 hour: room
   * for clocks that differ, and for commands that the controller had begun when it ended the
   * association. A controller that states how long these take (CQT) is given that time at least.
   */
  @CanIgnoreReturnValue
  public ReconnectOptions setQuiesceMarginMillis(long value) {
    if (value < 0 || value > 3_600_000) {
      throw new IllegalArgumentException("quiesce margin: 0 ms to 1 hour, not " + value + " ms");
    }
    quiesceMarginMillis = value;
    return this;
  }

  private static long delay(long value) {
    if (value < 1 || value > 3_600_000) {
      throw new IllegalArgumentException("reconnect delay: 1 ms to 1 hour, not " + value + " ms");
    }
    return value;
  }

  private static long orUnlimited(String what, long value) {
    if (value < UNLIMITED || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          what + ": 0 to 2^31-1 ms, or -1 for no limit, not " + value);
    }
    return value;
  }
}
