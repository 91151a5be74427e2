package io.nvmetcp.nvme;

/**
 * What a completion status says about sending the same command again (Base specification 3.3.3.2,
 * fields DNR and CRD; path related status 3.3.3.2.1.4). Whether a command <em>may</em> be repeated
 * is the caller's to know: a Compare or a reservation command is not the same the second time.
 */
public enum Retry {
  /** The command succeeded. */
  DONE,
  /** Do Not Retry: it would fail again, here and on every other path. */
  NEVER,
  /**
   * The path failed, not the namespace: try another controller, or this one once its ANA state
   * allows. First make sure that the old path cannot apply the command late.
   */
  OTHER_PATH,
  /** Wait for the time that CRD names, then retry here; see {@link Status#retryDelay}. */
  AFTER_DELAY,
  /** Retry here when convenient. */
  SAME_PATH
}
