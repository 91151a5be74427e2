package io.nvmetcp.loadgen.report;

import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.LatencyRows;
import io.nvmetcp.loadgen.measure.TimeSeries;
import io.nvmetcp.loadgen.run.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** How a run went over time: throughput, I/Os, and latencies as a heat map. */
final class TimePlots {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double HEIGHT = 240;
  private static final double HEAT_HEIGHT = 340;
  private static final int LEVELS = 8;
  private static final int MOST_COLUMNS = 240;
  private static final int NO_ROW = -1;
  private static final double MEDIAN = 0.5;
  private static final double TAIL = 0.99;

  private final TimeSeries series;
  private final List<Mark> marks;
  private final double columnSeconds;
  private final Axis time;

  TimePlots(TimeSeries series, List<Mark> marks) {
    this.series = series;
    this.marks = marks;
    columnSeconds = series.columnNs() / NANOS_PER_SECOND;
    time = Axis.time(series.columns() * columnSeconds);
  }

  /** The operations that occur, in their order: their series are s1, s2, s3. */
  List<Operation> operations() {
    List<Operation> occurring = new ArrayList<>();
    for (Operation operation : List.of(Operation.READ, Operation.WRITE, Operation.TRIM)) {
      for (int i = 0; i < series.columns(); i++) {
        if (series.ios(operation, i) > 0) {
          occurring.add(operation);
          break;
        }
      }
    }
    return occurring;
  }

  /** The class that colours an operation. */
  static String colour(Operation operation) {
    return "s" + (operation.ordinal() + 1);
  }

  String throughput() {
    return rates("Throughput over time", true);
  }

  String ios() {
    return rates("I/Os per second over time", false);
  }

  private String rates(String label, boolean bytes) {
    double max = 0;
    for (Operation operation : operations()) {
      for (int i = 0; i < series.columns(); i++) {
        max = Math.max(max, rate(operation, i, bytes));
      }
    }
    Axis y = bytes ? Axis.binaryRate(max) : Axis.linear(max, Axis::count);
    var plot = new Plot(HEIGHT, time, y, label);
    for (Operation operation : operations()) {
      double[] xs = new double[series.columns()];
      double[] ys = new double[series.columns()];
      for (int i = 0; i < xs.length; i++) {
        xs[i] = (i + 0.5) * columnSeconds;
        ys[i] = rate(operation, i, bytes);
      }
      plot.curve(colour(operation), xs, ys, true);
    }
    return marked(plot);
  }

  // The last column is seldom whole: it counts as one, and the line falls at the end.
  private double rate(Operation operation, int column, boolean bytes) {
    long amount = bytes ? series.bytes(operation, column) : series.ios(operation, column);
    return amount / columnSeconds;
  }

  private String marked(Plot plot) {
    for (Mark mark : marks) {
      plot.mark(
          mark.kind().name().toLowerCase(Locale.ROOT),
          mark.elapsedNs() / NANOS_PER_SECOND,
          "%s: %s".formatted(Axis.seconds(mark.elapsedNs() / NANOS_PER_SECOND), mark.text()));
    }
    return plot.svg();
  }

  // ---- the heat map

  /** Latency over time: the darker, the more I/Os; with the median and the 99th percentile. */
  String heat() {
    int step = Math.max(1, Math.ceilDiv(series.columns(), MOST_COLUMNS));
    int columns = Math.ceilDiv(series.columns(), step);
    int[][] counts = new int[columns][];
    int lowest = LatencyRows.COUNT - 1;
    int highest = 0;
    int most = 1;
    for (int i = 0; i < columns; i++) {
      counts[i] = column(i * step, step);
      for (int row = 0; row < LatencyRows.COUNT; row++) {
        if (counts[i][row] > 0) {
          lowest = Math.min(lowest, row);
          highest = Math.max(highest, row);
          most = Math.max(most, counts[i][row]);
        }
      }
    }
    Axis y = Axis.decades(Math.max(500.0, start(lowest)), start(highest + 1), Axis::nanos);
    var plot = new Plot(HEAT_HEIGHT, time, y, "Latencies over time");
    double width = step * columnSeconds;
    for (int level = 1; level <= LEVELS; level++) {
      List<double[]> cells = new ArrayList<>();
      for (int i = 0; i < columns; i++) {
        for (int row = lowest; row <= highest; row++) {
          if (level(counts[i][row], most) == level) {
            cells.add(new double[] {i * width, start(row), (i + 1) * width, start(row + 1)});
          }
        }
      }
      plot.boxes("heat h" + level, cells.toArray(double[][]::new));
    }
    quantile(plot, "median", counts, width, MEDIAN);
    quantile(plot, "tail", counts, width, TAIL);
    return marked(plot);
  }

  private int[] column(int first, int step) {
    int[] sum = series.rows(first);
    for (int i = first + 1; i < Math.min(first + step, series.columns()); i++) {
      int[] more = series.rows(i);
      for (int row = 0; row < sum.length; row++) {
        sum[row] += more[row];
      }
    }
    return sum;
  }

  private static double start(int row) {
    return row >= LatencyRows.COUNT
        ? LatencyRows.startNs(LatencyRows.COUNT - 1) * 1.2
        : LatencyRows.startNs(row);
  }

  // By the logarithm: a single slow I/O among many thousand fast ones is seen.
  private static int level(int count, int most) {
    if (count == 0) {
      return 0;
    }
    double part = most == 1 ? 1 : Math.log(count) / Math.log(most);
    return 1 + (int) Math.min(LEVELS - 1, part * LEVELS);
  }

  // A line for each stretch without a gap: where nothing ended, nothing is known.
  private static void quantile(
      Plot plot, String kind, int[][] counts, double width, double quantile) {
    var xs = DoubleStream.builder();
    var ys = DoubleStream.builder();
    for (int i = 0; i <= counts.length; i++) {
      int row = i < counts.length ? row(counts[i], quantile) : NO_ROW;
      if (row == NO_ROW) {
        plot.curve(kind, xs.build().toArray(), ys.build().toArray(), false);
        xs = DoubleStream.builder();
        ys = DoubleStream.builder();
      } else {
        xs.add((i + 0.5) * width);
        ys.add(Math.sqrt(Math.max(1, start(row)) * start(row + 1)));
      }
    }
  }

  private static int row(int[] counts, double quantile) {
    long all = 0;
    for (int count : counts) {
      all += count;
    }
    if (all == 0) {
      return NO_ROW;
    }
    long below = 0;
    int row = 0;
    while (below + counts[row] < all * quantile) {
      below += counts[row++];
    }
    return row;
  }
}
