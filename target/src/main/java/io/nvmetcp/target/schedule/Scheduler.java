package io.nvmetcp.target.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds what is ready on one connection, responses or R2Ts, and lets it go in the order of its
 * rules. A thing is a number to it, below a bound that is known from the start, and used again once
 * it has left.
 *
 * <p><b>Nothing starves</b>: what is held leaves with its group; or when nothing is under way any
 * more that could complete the group; or when its time is up, at the latest after {@link
 * SchedulePolicy#LONGEST_HOLD_MILLIS} or the time of its {@link SchedulePolicy.Hold}.
 *
 * <p>If every rule is in order, nothing is held and {@link #ready} is a call of the outlet. Times
 * are parameters, of any one clock. Confined to one thread; allocates nothing after construction.
 * The outlet must not call back into the scheduler.
 */
public final class Scheduler {
  /** No deadline. */
  public static final long NEVER = Line.NEVER;

  private final Outlet outlet;
  private final DisplacementHistogram histogram;
  private final boolean direct;
  private final int[] nsids;
  private final Line[] lines;
  private final int[] underWay;
  private final byte[] lineOf;
  private final long[] readyAs;
  private long readyCount;
  private long leftCount;

  /**
   * @param rules of one kind; the first that fits counts, and what none fits leaves in order
   * @param qid the queue that the connection carries
   * @param items things are numbered below this
   * @param histogram counts how far each moved
   * @param outlet is given each thing that leaves, exactly once
   */
  public Scheduler(
      List<ScheduleRule> rules,
      int qid,
      int items,
      DisplacementHistogram histogram,
      Outlet outlet) {
    this.outlet = outlet;
    this.histogram = histogram;
    List<ScheduleRule> own = new ArrayList<>();
    for (ScheduleRule rule : rules) {
      if (rule.qid() == 0 || rule.qid() == qid) {
        own.add(rule);
      }
    }
    own.add(ScheduleRule.forAll(new SchedulePolicy.InOrder()));
    if (own.size() > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(own.size() + " rules for one queue");
    }
    nsids = own.stream().mapToInt(ScheduleRule::nsid).toArray();
    Outlet counted = counted();
    lines = own.stream().map(rule -> Line.of(rule.policy(), items, counted)).toArray(Line[]::new);
    direct = Arrays.stream(lines, 0, fitting(-1) + 1).allMatch(line -> line instanceof OpenLine);
    underWay = new int[lines.length];
    lineOf = new byte[items];
    readyAs = new long[items];
  }

  private Outlet counted() {
    return new Outlet() {
      @Override
      public void emit(int item) {
        left(item);
        outlet.emit(item);
      }

      @Override
      public boolean emitPart(int item, int mostBytes) {
        boolean more = outlet.emitPart(item, mostBytes);
        if (!more) {
          left(item);
        }
        return more;
      }
    };
  }

  private void left(int item) {
    histogram.count(Math.abs(leftCount++ - readyAs[item]));
  }

  private int fitting(long nsid) {
    int line = 0;
    while (nsids[line] != 0 && nsids[line] != nsid) {
      line++;
    }
    return line;
  }

  /**
   * A thing is under way: it will become ready without anything further from the host, unless
   * {@link #withdrawn}.
   *
   * @param nsid the namespace of its command
   */
  public void started(int item, long nsid) {
    if (!direct) {
      int line = fitting(nsid);
      lineOf[item] = (byte) line;
      underWay[line]++;
    }
  }

  /** A thing that was started will not become ready. */
  public void withdrawn(int item) {
    if (!direct) {
      underWay[lineOf[item]]--;
    }
  }

  /** A thing that was started is ready; it may leave within the call, and others with it. */
  public void ready(int item, long sizeBytes) {
    if (direct) {
      histogram.count(0);
      outlet.emit(item);
      return;
    }
    int line = lineOf[item];
    underWay[line]--;
    readyAs[item] = readyCount++;
    lines[line].ready(item, sizeBytes);
  }

  /** The end of a turn of the event loop: what nothing can complete, and what is due, leaves. */
  public void turnEnd(long nowNs) {
    if (!direct) {
      for (int i = 0; i < lines.length; i++) {
        lines[i].turnEnd(underWay[i], nowNs);
      }
    }
  }

  /** When {@link #turnEnd} is to be called at the latest, or {@link #NEVER}. */
  public long deadlineNs() {
    long earliest = NEVER;
    if (!direct) {
      for (Line line : lines) {
        earliest = Math.min(earliest, line.deadlineNs());
      }
    }
    return earliest;
  }

  /** A held thing is not to leave: it is the caller's again. */
  public void remove(int item) {
    lines[lineOf[item]].remove(item);
    // It took a place among the ready ones, so it takes one among those that left.
    leftCount++;
  }

  /** Everything that is held leaves now. */
  public void releaseAll() {
    for (Line line : lines) {
      if (line.held() > 0) {
        line.releaseAll();
      }
    }
  }

  /** Things held now. */
  public int held() {
    int held = 0;
    if (!direct) {
      for (Line line : lines) {
        held += line.held();
      }
    }
    return held;
  }
}
