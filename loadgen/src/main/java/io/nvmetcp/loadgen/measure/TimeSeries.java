package io.nvmetcp.loadgen.measure;

import io.nvmetcp.loadgen.job.Operation;
import java.util.Arrays;

/**
 * How load went over time, in columns of equal width. There are never more than a few hundred: when
 * they are full, pairs of them are joined and each is twice as wide, so that any run fits in
 * bounded memory.
 */
public final class TimeSeries {
  /** Width of a column at first. */
  public static final long FIRST_COLUMN_NS = 100_000_000;

  private static final int MOST_COLUMNS = 512;
  private static final int OPERATIONS = Operation.values().length;

  private final long[][] ios = new long[OPERATIONS][MOST_COLUMNS];
  private final long[][] bytes = new long[OPERATIONS][MOST_COLUMNS];
  private final int[][] rows = new int[MOST_COLUMNS][];
  private long columnNs = FIRST_COLUMN_NS;
  private int column;
  private long columnEndNs = FIRST_COLUMN_NS;
  private int columns;

  /** Nothing has happened. */
  public TimeSeries() {}

  /**
   * Counts an I/O.
   *
   * @param elapsedNs when it ended, since the start of the run
   */
  void add(int operation, int lengthBytes, long latencyNs, long elapsedNs) {
    if (elapsedNs >= columnEndNs) {
      moveTo(elapsedNs);
    }
    int[] heat = rows[column];
    if (heat == null) {
      heat = new int[LatencyRows.COUNT];
      rows[column] = heat;
      columns = Math.max(columns, column + 1);
    }
    heat[LatencyRows.of(latencyNs)]++;
    ios[operation][column]++;
    bytes[operation][column] += lengthBytes;
  }

  private void moveTo(long elapsedNs) {
    while (elapsedNs / columnNs >= MOST_COLUMNS) {
      halve();
    }
    column = (int) (elapsedNs / columnNs);
    columnEndNs = (column + 1) * columnNs;
  }

  private void halve() {
    for (int i = 0; i < MOST_COLUMNS; i++) {
      int to = i / 2;
      for (int operation = 0; operation < OPERATIONS; operation++) {
        join(ios[operation], i, to);
        join(bytes[operation], i, to);
      }
      int[] heat = rows[i];
      rows[i] = null;
      if (heat != null) {
        rows[to] = i % 2 == 0 ? heat : sum(rows[to], heat);
      }
    }
    columnNs *= 2;
    columns = Math.ceilDiv(columns, 2);
  }

  private static void join(long[] values, int from, int to) {
    long value = values[from];
    values[from] = 0;
    values[to] += value;
  }

  private static int[] sum(int @org.jspecify.annotations.Nullable [] one, int[] other) {
    if (one == null) {
      return other;
    }
    for (int i = 0; i < one.length; i++) {
      one[i] += other[i];
    }
    return one;
  }

  /** Adds what another series counted; both may be of different widths. */
  public void add(TimeSeries other) {
    while (columnNs < other.columnNs) {
      halve();
    }
    for (int i = 0; i < other.columns; i++) {
      int to = (int) (i * other.columnNs / columnNs);
      for (int operation = 0; operation < OPERATIONS; operation++) {
        ios[operation][to] += other.ios[operation][i];
        bytes[operation][to] += other.bytes[operation][i];
      }
      int[] heat = other.rows[i];
      if (heat != null) {
        rows[to] = sum(rows[to], heat.clone());
      }
      columns = Math.max(columns, to + 1);
    }
  }

  /** Width of a column in nanoseconds. */
  public long columnNs() {
    return columnNs;
  }

  /** Number of columns in use. */
  public int columns() {
    return columns;
  }

  /** I/Os of an operation that ended in a column. */
  public long ios(Operation operation, int index) {
    return ios[operation.ordinal()][index];
  }

  /** Bytes of an operation that were moved in a column. */
  public long bytes(Operation operation, int index) {
    return bytes[operation.ordinal()][index];
  }

  /** I/Os that ended in a column with a latency of a row, see {@link LatencyRows}. */
  public int count(int index, int row) {
    int[] heat = rows[index];
    return heat == null ? 0 : heat[row];
  }

  /** I/Os of each row in a column; a copy. */
  public int[] rows(int index) {
    int[] heat = rows[index];
    return heat == null ? new int[LatencyRows.COUNT] : Arrays.copyOf(heat, heat.length);
  }
}
