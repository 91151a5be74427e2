package io.nvmetcp.target.schedule;

/**
 * Where ready things of one rule wait. What leaves is given to the {@link Outlet} within the call.
 * Times are those of the caller's clock. Confined to one thread; allocates nothing after
 * construction.
 */
sealed interface Line permits OpenLine, GroupLine, HoldLine {
  /** No deadline. */
  long NEVER = Long.MAX_VALUE;

  static Line of(SchedulePolicy policy, int items, Outlet outlet) {
    return switch (policy) {
      case SchedulePolicy.InOrder _ -> new OpenLine(outlet);
      case SchedulePolicy.Hold hold -> new HoldLine(hold, items, outlet);
      default -> new GroupLine(policy, items, outlet);
    };
  }

  /** A thing is ready. */
  void ready(int item, long sizeBytes);

  /**
   * The end of a turn.
   *
   * @param underWay things that will become ready without anything further from the host
   */
  void turnEnd(int underWay, long nowNs);

  /** When {@link #turnEnd} is to be called at the latest, or {@link #NEVER}. */
  long deadlineNs();

  /** Things held. */
  int held();

  /** Forgets a held thing. */
  void remove(int item);

  /** Lets go of everything held. */
  void releaseAll();
}
