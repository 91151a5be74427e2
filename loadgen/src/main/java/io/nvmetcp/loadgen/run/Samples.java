package io.nvmetcp.loadgen.run;

import java.util.ArrayList;
import java.util.List;

/** Samples of a run: when there are too many, every second one is dropped and they come rarer. */
final class Samples {
  private static final int MOST = 512;

  private final List<Sample> samples = new ArrayList<>();
  private long everyNs = 250_000_000;
  private long nextNs;

  /** Adds a sample, if it is time for one. */
  void add(Sample sample) {
    if (sample.elapsedNs() < nextNs) {
      return;
    }
    if (samples.size() >= MOST) {
      List<Sample> kept = new ArrayList<>();
      for (int i = 0; i < samples.size(); i += 2) {
        kept.add(samples.get(i));
      }
      samples.clear();
      samples.addAll(kept);
      everyNs *= 2;
    }
    samples.add(sample);
    // Half an interval early is not too early: timers are not exact.
    nextNs = sample.elapsedNs() + everyNs / 2;
  }

  List<Sample> list() {
    return List.copyOf(samples);
  }
}
