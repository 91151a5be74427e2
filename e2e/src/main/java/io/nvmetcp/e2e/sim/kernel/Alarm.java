package io.nvmetcp.e2e.sim.kernel;

/**
 * A timer of one component that can be set again and cancelled: at most one time is set, and the
 * last one counts. Made once, allocates nothing afterwards.
 */
public final class Alarm implements Runnable {
  private static final long NOT_SET = -1;

  private final Agenda agenda;
  private final Runnable action;
  private long number = NOT_SET;
  private long dueNs = Agenda.NEVER;

  /**
   * @param action what happens when it rings
   */
  public Alarm(Agenda agenda, Runnable action) {
    this.agenda = agenda;
    this.action = action;
  }

  /** Rings at this time, and at no time that was set before; {@link Agenda#NEVER} cancels. */
  public void set(long timeNs) {
    if (timeNs == dueNs) {
      return;
    }
    dueNs = timeNs;
    number = timeNs == Agenda.NEVER ? NOT_SET : agenda.at(Math.max(timeNs, agenda.nowNs()), this);
  }

  /** Rings after a while. */
  public void in(long delayNs) {
    set(agenda.nowNs() + delayNs);
  }

  /** Does not ring. */
  public void cancel() {
    set(Agenda.NEVER);
  }

  /** True if it will ring. */
  public boolean isSet() {
    return number != NOT_SET;
  }

  /** When it will ring; {@link Agenda#NEVER} if not at all. */
  public long dueNs() {
    return dueNs;
  }

  // What was put in under another number was set again or cancelled since.
  boolean rings(long whichNumber) {
    return number == whichNumber;
  }

  @Override
  public String toString() {
    return (isSet() ? "alarm of " : "old alarm of ") + action;
  }

  @Override
  public void run() {
    number = NOT_SET;
    dueNs = Agenda.NEVER;
    action.run();
  }
}
