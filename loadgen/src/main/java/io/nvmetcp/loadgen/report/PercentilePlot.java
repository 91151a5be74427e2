package io.nvmetcp.loadgen.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Latency by percentile: each step to the right has a tenth of the I/Os before it. */
final class PercentilePlot {
  private static final double HEIGHT = 320;
  private static final double STEP = 0.02;
  private static final double HUNDRED = 100;
  private static final double ROUNDING = 1e-6;

  /**
   * A curve.
   *
   * @param colour class of the series
   * @param nines how far to the right each point lies: 1 for 90 %, 2 for 99 % and so on
   * @param nanos latencies
   */
  record Curve(String colour, double[] nines, double[] nanos) {
    /** The curve of a histogram, as far as its number of values can tell. */
    static Curve of(String colour, Histogram latencies) {
      double end = Math.max(1, Math.log10((double) Math.max(1, latencies.getTotalCount())));
      int points = (int) Math.ceil(end / STEP) + 1;
      double[] nines = new double[points];
      double[] nanos = new double[points];
      for (int i = 0; i < points; i++) {
        nines[i] = Math.min(end, i * STEP);
        nanos[i] = latencies.getValueAtPercentile(HUNDRED - HUNDRED * Math.pow(10, -nines[i]));
      }
      return new Curve(colour, nines, nanos);
    }
  }

  private PercentilePlot() {}

  static String render(List<Curve> curves) {
    double end = 1;
    double min = Double.MAX_VALUE;
    double max = 1;
    for (Curve curve : curves) {
      for (int i = 0; i < curve.nines.length; i++) {
        end = Math.max(end, curve.nines[i]);
        min = Math.min(min, curve.nanos[i]);
        max = Math.max(max, curve.nanos[i]);
      }
    }
    List<Double> ticks = new ArrayList<>(List.of(0.0, Math.log10(2)));
    for (double nines = 1; nines <= end + ROUNDING; nines++) {
      ticks.add(nines);
    }
    var x = new Axis(0, end, false, ticks, PercentilePlot::name);
    Axis y = Axis.decades(min == Double.MAX_VALUE ? 1 : min, max, Axis::nanos);
    var plot = new Plot(HEIGHT, x, y, "Latency by percentile");
    for (Curve curve : curves) {
      plot.curve(curve.colour, curve.nines, curve.nanos, false);
    }
    return plot.svg();
  }

  private static String name(double nines) {
    if (nines == 0) {
      return "0 %";
    }
    int decimals = Math.max(0, (int) Math.ceil(nines) - 2);
    return String.format(
        Locale.ROOT, "%." + decimals + "f %%", HUNDRED - HUNDRED * Math.pow(10, -nines));
  }
}
