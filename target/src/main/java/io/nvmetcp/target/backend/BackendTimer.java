package io.nvmetcp.target.backend;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Lets time pass for back ends that wait; they read no clock of their own. */
@FunctionalInterface
public interface BackendTimer {
  /** The time of the machine; it never ends. */
  BackendTimer SYSTEM =
      (delayNs, task) ->
          CompletableFuture.delayedExecutor(delayNs, TimeUnit.NANOSECONDS, Runnable::run)
              .execute(task);

  /**
   * Runs {@code task} once, {@code delayNs} from now or a little later. Any thread, and the task
   * may run on any; it is short and does not block.
   *
   * @throws java.util.concurrent.RejectedExecutionException if time has ended: the task never runs
   */
  void after(long delayNs, Runnable task);
}
