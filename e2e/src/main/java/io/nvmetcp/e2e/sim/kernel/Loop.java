package io.nvmetcp.e2e.sim.kernel;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An event loop: tasks run in the order in which they were given, each a little later than it was
 * given, for a real one is seldom idle and always takes time.
 */
public final class Loop implements Executor {
  private static final long TASK_NS = 200;
  private static final int FIRST_TASKS = 16;

  private final Agenda agenda;
  private final Dice dice;
  private final long maxDelayNs;
  private final Runnable next = this::next;
  // A ring of those that wait. They are due in order, so the agenda needs to know the first only;
  // the number that each got when it was given tells who is first of two loops' at one time.
  private @Nullable Runnable[] tasks = new Runnable[FIRST_TASKS];
  private long[] times = new long[FIRST_TASKS];
  private long[] numbers = new long[FIRST_TASKS];
  private int first;
  private int count;
  private long lastNs;
  private boolean inside;

  /**
   * @param maxDelayNs what a task waits at most, besides the tasks before it
   */
  public Loop(Agenda agenda, Dice dice, long maxDelayNs) {
    this.agenda = agenda;
    this.dice = dice;
    this.maxDelayNs = maxDelayNs;
  }

  @Override
  public void execute(Runnable task) {
    long delayNs = maxDelayNs == 0 ? 0 : dice.below(maxDelayNs);
    lastNs = Math.max(lastNs, agenda.nowNs() + TASK_NS + delayNs);
    if (count == tasks.length) {
      grow();
    }
    long number = agenda.ticket();
    int at = first + count & tasks.length - 1;
    tasks[at] = task;
    times[at] = lastNs;
    numbers[at] = number;
    if (count++ == 0) {
      agenda.put(lastNs, number, next);
    }
  }

  private void grow() {
    int larger = 2 * count;
    @Nullable Runnable[] newTasks = new Runnable[larger];
    long[] newTimes = new long[larger];
    long[] newNumbers = new long[larger];
    for (int i = 0; i < count; i++) {
      int from = first + i & count - 1;
      newTasks[i] = tasks[from];
      newTimes[i] = times[from];
      newNumbers[i] = numbers[from];
    }
    first = 0;
    tasks = newTasks;
    times = newTimes;
    numbers = newNumbers;
  }

  private void next() {
    Runnable task = tasks[first];
    tasks[first] = null;
    first = first + 1 & tasks.length - 1;
    if (--count > 0) {
      agenda.put(times[first], numbers[first], next);
    }
    if (task != null) {
      run(task);
    }
  }

  /** Runs what came from outside, such as bytes, on this loop now. */
  public void run(Runnable task) {
    boolean before = inside;
    inside = true;
    task.run();
    inside = before;
  }

  /** True within a task of this loop. */
  public boolean inside() {
    return inside;
  }
}
