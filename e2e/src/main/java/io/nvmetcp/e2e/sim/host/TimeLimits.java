package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.cover.DeadlineWatch;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.initiator.health.Deadlines;
import org.jspecify.annotations.Nullable;

/** Looks at the time limits of a queue's commands, now and then. */
final class TimeLimits {
  private final Surroundings around;
  private final HostQueue queue;
  private final Alarm tick;
  private @Nullable Deadlines deadlines;
  private @Nullable DeadlineWatch watch;
  private Deadlines.@Nullable Late late;
  private long everyNs;

  TimeLimits(Surroundings around, HostQueue queue) {
    this.around = around;
    this.queue = queue;
    tick = new Alarm(around.agenda(), () -> queue.loop().run(this::tick));
  }

  /** From now on commands have a time limit; null if they have none. */
  void begin(@Nullable Deadlines limits, long interval, Deadlines.Late told) {
    deadlines = limits;
    watch = limits == null ? null : new DeadlineWatch(around.coverage(), limits);
    late = told;
    queue.pair().deadlines(limits);
    everyNs = interval;
    tick.in(everyNs);
  }

  private void tick() {
    queue.visit(Event.TICK);
    Deadlines limits = deadlines;
    Deadlines.Late told = late;
    DeadlineWatch seen = watch;
    if (limits != null && told != null && seen != null && queue.open()) {
      seen.sweep(limits, around.agenda().nowNs(), queue.pair()::awaitsResponse, told);
    }
    tick.in(everyNs);
  }

  void cancel() {
    tick.cancel();
  }
}
