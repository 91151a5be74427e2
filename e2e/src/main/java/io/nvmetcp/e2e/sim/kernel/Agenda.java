package io.nvmetcp.e2e.sim.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time and what is due in it. Of two things due at the same time the one that was put in
 * first happens first, so a world is a function of what is put in. Confined to one thread;
 * allocates only to grow.
 */
public final class Agenda {
  /** No time. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int FIRST_SIZE = 256;

  // A binary heap over three arrays.
  private long[] times = new long[FIRST_SIZE];
  private long[] numbers = new long[FIRST_SIZE];
  private @Nullable Runnable[] tasks = new Runnable[FIRST_SIZE];
  private int size;
  private long nowNs;
  private long nextNumber;
  private long done;

  /** Nothing is due; it is the time 0. */
  public Agenda() {}

  /** The time, in nanoseconds since the world began. */
  public long nowNs() {
    return nowNs;
  }

  /** Things that happened so far. */
  public long done() {
    return done;
  }

  /** True if nothing is due any more. */
  public boolean isEmpty() {
    return nextNs() == NEVER;
  }

  /** When the next thing is due; {@link #NEVER} if there is none. */
  public long nextNs() {
    while (size > 0 && tasks[0] instanceof Alarm alarm && !alarm.rings(numbers[0])) {
      removeFirst();
    }
    return size == 0 ? NEVER : times[0];
  }

  /**
   * Puts a task in.
   *
   * @param timeNs when it is due; not in the past
   * @return its number, by which of two tasks due at a time the earlier is known
   */
  public long at(long timeNs, Runnable task) {
    if (timeNs < nowNs) {
      throw new IllegalArgumentException("due at " + timeNs + " ns, and it is " + nowNs);
    }
    if (size == times.length) {
      grow();
    }
    long number = nextNumber++;
    siftUp(size++, timeNs, number, task);
    return number;
  }

  /** Puts a task in, due after a while. */
  public void after(long delayNs, Runnable task) {
    long unused = at(nowNs + delayNs, task);
  }

  private void grow() {
    int larger = 2 * size;
    times = Arrays.copyOf(times, larger);
    numbers = Arrays.copyOf(numbers, larger);
    tasks = Arrays.copyOf(tasks, larger);
  }

  private boolean before(long time, long number, int other) {
    return time < times[other] || time == times[other] && number < numbers[other];
  }

  private void siftUp(int hole, long time, long number, Runnable task) {
    int at = hole;
    while (at > 0) {
      int parent = at - 1 >>> 1;
      if (!before(time, number, parent)) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    times[at] = time;
    numbers[at] = number;
    tasks[at] = task;
  }

  private void move(int from, int to) {
    times[to] = times[from];
    numbers[to] = numbers[from];
    tasks[to] = tasks[from];
  }

  // The last one takes the first one's place, and sinks.
  private void removeFirst() {
    size--;
    long time = times[size];
    long number = numbers[size];
    Runnable task = tasks[size];
    tasks[size] = null;
    if (size == 0 || task == null) {
      return;
    }
    int at = 0;
    int child = 1;
    while (child < size) {
      if (child + 1 < size && before(times[child + 1], numbers[child + 1], child)) {
        child++;
      }
      if (before(time, number, child)) {
        break;
      }
      move(child, at);
      at = child;
      child = 2 * at + 1;
    }
    times[at] = time;
    numbers[at] = number;
    tasks[at] = task;
  }

  /** What is due next, for people. */
  public String next() {
    // The name of a lambda's class differs from run to run behind the slash.
    return size == 0 ? "nothing" : String.valueOf(tasks[0]).replaceFirst("/.*", "");
  }

  /**
   * Lets the next thing happen.
   *
   * @return false if there is none
   */
  public boolean step() {
    if (size == 0) {
      return false;
    }
    nowNs = times[0];
    Runnable task = tasks[0];
    long number = numbers[0];
    removeFirst();
    if (task instanceof Alarm alarm) {
      if (alarm.rings(number)) {
        done++;
        alarm.run();
      }
    } else if (task != null) {
      done++;
      task.run();
    }
    return true;
  }
}
