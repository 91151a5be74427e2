package io.nvmetcp.loadgen.job;

import org.jspecify.annotations.Nullable;

/** A job that cannot be: the message is one line with place and reason, for the user. */
public final class JobSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param place file and line, option or job; empty if the reason says it
   * @param reason what is wrong, and what to do
   */
  public JobSyntaxException(String place, @Nullable String reason) {
    super(place.isEmpty() ? reason : place + ": " + reason);
  }
}
