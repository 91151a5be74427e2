package io.nvmetcp.loadgen.report;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.loadgen.run.DeviceCounts;
import io.nvmetcp.loadgen.run.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How responses were ordered, and who placed and checked the data of reads. */
final class OffloadPlots {
  private static final double HEIGHT = 220;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int LEAST_REACH = 4;

  private OffloadPlots() {}

  /** Share of responses by how many places they came earlier or later than submitted. */
  static String displacement(DeviceCounts counts) {
    int reach = LEAST_REACH;
    long all = 0;
    long most = 0;
    for (int i = -DeviceCounts.MOST_DISPLACED; i <= DeviceCounts.MOST_DISPLACED; i++) {
      long count = counts.displaced(i);
      all += count;
      most = Math.max(most, count);
      reach = count > 0 ? Math.max(reach, Math.abs(i)) : reach;
    }
    double total = Math.max(1, all);
    List<Double> ticks = new ArrayList<>();
    int step = Math.max(1, reach / 8);
    for (int i = -reach / step * step; i <= reach; i += step) {
      ticks.add((double) i);
    }
    var x =
        new Axis(
            -reach - 0.5,
            reach + 0.5,
            false,
            ticks,
            value -> value > 0 ? "+" + Math.round(value) : Long.toString(Math.round(value)));
    Axis y = Axis.linear(100.0 * most / total, value -> Axis.count(value) + " %");
    var plot = new Plot(HEIGHT, x, y, "Displacement of responses");
    for (int i = -reach; i <= reach; i++) {
      long count = counts.displaced(i);
      if (count > 0) {
        String kind = i == 0 ? "bar still" : i < 0 ? "bar early" : "bar late";
        plot.box(
            kind,
            i - 0.4,
            0,
            i + 0.4,
            100.0 * count / total,
            String.format(Locale.ROOT, "%+d: %,d responses", i, count));
      }
    }
    return plot.svg();
  }

  /** Data PDUs per second that were placed and that were copied. */
  static String placement(List<Sample> samples) {
    int points = Math.max(0, samples.size() - 1);
    double[] xs = new double[points];
    double[] placed = new double[points];
    double[] copied = new double[points];
    double max = 0;
    for (int i = 0; i < points; i++) {
      Sample before = samples.get(i);
      Sample after = samples.get(i + 1);
      double seconds = (after.elapsedNs() - before.elapsedNs()) / NANOS_PER_SECOND;
      xs[i] = (after.elapsedNs() + before.elapsedNs()) / 2.0 / NANOS_PER_SECOND;
      placed[i] = rate(before, after, DdpCounter.DDP_PDUS, seconds);
      copied[i] = rate(before, after, DdpCounter.COPIED_PDUS, seconds);
      max = Math.max(max, Math.max(placed[i], copied[i]));
    }
    double end = samples.isEmpty() ? 1 : samples.getLast().elapsedNs() / NANOS_PER_SECOND;
    return new Plot(
            HEIGHT, Axis.time(end), Axis.linear(max, Axis::count), "Data PDUs placed and copied")
        .curve("s1", xs, placed, true)
        .curve("s2", xs, copied, true)
        .svg();
  }

  private static double rate(Sample before, Sample after, DdpCounter counter, double seconds) {
    return (after.counts().get(counter) - before.counts().get(counter)) / seconds;
  }
}
