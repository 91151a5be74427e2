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

  // A heap in which each has four children: the keys of four lie together, and it is flat.
  private static final int CHILDREN = 4;
  private static final int KEY_LONGS = 2;

  // Of each the time and the number, one after the other.
  private long[] keys = new long[KEY_LONGS * FIRST_SIZE];
  private @Nullable Runnable[] tasks = new Runnable[FIRST_SIZE];
  private int size;
  // The first one is taken out, and its place is not filled yet: often the next one that is put in
  // belongs near it.
  private boolean vacant;
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
    fill();
    while (size > 0 && tasks[0] instanceof Alarm alarm && !alarm.rings(keys[1])) {
      vacant = true;
      fill();
    }
    return size == 0 ? NEVER : keys[0];
  }

  /**
   * Puts a task in.
   *
   * @param timeNs when it is due; not in the past
   * @return its number, by which of two tasks due at a time the earlier is known
   */
  public long at(long timeNs, Runnable task) {
    long number = ticket();
    put(timeNs, number, task);
    return number;
  }

  /** Puts a task in, due after a while. */
  public void after(long delayNs, Runnable task) {
    long unused = at(nowNs + delayNs, task);
  }

  /** The number of a task that is put in later. */
  long ticket() {
    return nextNumber++;
  }

  /** Puts a task in under the number that it got before. */
  void put(long timeNs, long number, Runnable task) {
    if (timeNs < nowNs) {
      throw new IllegalArgumentException("due at " + timeNs + " ns, and it is " + nowNs);
    }
    if (vacant) {
      vacant = false;
      sink(timeNs, number, task);
      return;
    }
    if (size == tasks.length) {
      int larger = 2 * size;
      keys = Arrays.copyOf(keys, KEY_LONGS * larger);
      tasks = Arrays.copyOf(tasks, larger);
    }
    rise(size++, timeNs, number, task);
  }

  // The last one takes the place of the first.
  private void fill() {
    if (!vacant) {
      return;
    }
    vacant = false;
    size--;
    Runnable last = tasks[size];
    tasks[size] = null;
    if (size > 0 && last != null) {
      sink(keys[KEY_LONGS * size], keys[KEY_LONGS * size + 1], last);
    }
  }

  private void rise(int from, long time, long number, Runnable task) {
    long[] all = keys;
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / CHILDREN;
      long parentTime = all[KEY_LONGS * parent];
      long parentNumber = all[KEY_LONGS * parent + 1];
      if (parentTime < time || parentTime == time && parentNumber < number) {
        break;
      }
      all[KEY_LONGS * at] = parentTime;
      all[KEY_LONGS * at + 1] = parentNumber;
      tasks[at] = tasks[parent];
      at = parent;
    }
    all[KEY_LONGS * at] = time;
    all[KEY_LONGS * at + 1] = number;
    tasks[at] = task;
  }

  // From the first place.
  private void sink(long time, long number, Runnable task) {
    long[] all = keys;
    int at = 0;
    int child = 1;
    while (child < size) {
      int least = child;
      long leastTime = all[KEY_LONGS * child];
      long leastNumber = all[KEY_LONGS * child + 1];
      int end = Math.min(child + CHILDREN, size);
      for (int other = child + 1; other < end; other++) {
        long otherTime = all[KEY_LONGS * other];
        long otherNumber = all[KEY_LONGS * other + 1];
        if (otherTime < leastTime || otherTime == leastTime && otherNumber < leastNumber) {
          least = other;
          leastTime = otherTime;
          leastNumber = otherNumber;
        }
      }
      if (time < leastTime || time == leastTime && number < leastNumber) {
        break;
      }
      all[KEY_LONGS * at] = leastTime;
      all[KEY_LONGS * at + 1] = leastNumber;
      tasks[at] = tasks[least];
      at = least;
      child = CHILDREN * at + 1;
    }
    all[KEY_LONGS * at] = time;
    all[KEY_LONGS * at + 1] = number;
    tasks[at] = task;
  }

  /** What is due next, for people. */
  public String next() {
    // The name of a lambda's class differs from run to run behind the slash.
    return isEmpty() ? "nothing" : String.valueOf(tasks[0]).replaceFirst("/.*", "");
  }

  /**
   * Lets the next thing happen.
   *
   * @return false if there is none
   */
  public boolean step() {
    fill();
    if (size == 0) {
      return false;
    }
    nowNs = keys[0];
    long number = keys[1];
    Runnable task = tasks[0];
    tasks[0] = null;
    vacant = true;
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
