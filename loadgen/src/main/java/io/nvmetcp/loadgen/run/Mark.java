package io.nvmetcp.loadgen.run;

/**
 * Something that happened to a connection while jobs ran.
 *
 * @param elapsedNs when, since the start of the run
 * @param kind what
 * @param text one sentence
 */
public record Mark(long elapsedNs, Kind kind, String text) {
  /** What can happen. */
  public enum Kind {
    /** The connection was lost. */
    LOST,
    /** It is there again. */
    RECONNECTED,
    /** Commands were sent again. */
    RETRIED,
    /** It is gone for good. */
    ENDED
  }
}
