package io.nvmetcp.e2e.sim.kernel;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * An event loop: tasks run in the order in which they were given, each a little later than it was
 * given, for a real one is seldom idle and always takes time.
 */
public final class Loop implements Executor {
  private static final long TASK_NS = 200;

  private final Agenda agenda;
  private final Dice dice;
  private final long maxDelayNs;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final Runnable next = this::next;
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
    tasks.add(task);
    long unused = agenda.at(lastNs, next);
  }

  private void next() {
    run(tasks.remove());
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
