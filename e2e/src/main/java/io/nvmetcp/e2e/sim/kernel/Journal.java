package io.nvmetcp.e2e.sim.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last things that happened in a world, as text. Most worlds are run without one: a seed that
 * fails is run again with it.
 */
public final class Journal {
  /** Writes nothing down. */
  public static final Journal OFF = new Journal(null, 0);

  private final @Nullable Agenda agenda;
  private final int most;
  private final ArrayDeque<String> lines = new ArrayDeque<>();

  private Journal(@Nullable Agenda agenda, int most) {
    this.agenda = agenda;
    this.most = most;
  }

  /** A journal that keeps the last {@code lines}. */
  public static Journal of(Agenda agenda, int lines) {
    return new Journal(agenda, lines);
  }

  /** True if something is written down. */
  public boolean on() {
    return agenda != null;
  }

  /** Something happened. */
  public void note(String who, Supplier<String> what) {
    Agenda time = agenda;
    if (time == null) {
      return;
    }
    if (lines.size() == most) {
      lines.removeFirst();
    }
    lines.add("%,15d ns  %-14s %s".formatted(time.nowNs(), who, what.get()));
  }

  /** The lines, oldest first. */
  public List<String> lines() {
    return new ArrayList<>(lines);
  }
}
