package io.nvmetcp.loadgen.report;

import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.LatencySink;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every latency of a worker, in fio's log files: {@code NAME_lat.N.log} with the whole, {@code
 * _slat} with the time until an I/O was sent, {@code _clat} with the time from then on. A line has
 * the milliseconds since the job's start, nanoseconds, the direction, the length, the position if
 * that is asked for, and a priority, which is 0.
 */
final class LatencyLog implements LatencySink {
  private static final int ENTRY = 5;
  private static final int ENTRIES = 8192;
  private static final int PIECES = 8;
  private static final String PRIORITY = ", 0\n";
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Measurements that wait to be written. */
  private static final class Piece {
    private final long[] values;
    private int used;

    Piece(int entries) {
      values = new long[entries * ENTRY];
    }
  }

  private final Path file;
  private final LogPump<Piece> pump;
  private @Nullable Piece current;
  private long startNs;
  private long dropped;

  /**
   * @param prefix first part of the names
   * @param number number of the job, from 1
   * @param positions lines tell them
   */
  LatencyLog(Path folder, String prefix, int number, boolean positions) {
    file = folder.resolve(prefix + "_lat." + number + ".log");
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      pieces.add(new Piece(ENTRIES));
    }
    pump =
        new LogPump<>(
            file, pieces, new Piece(0), () -> new Files3(folder, prefix, number, positions));
  }

  @Override
  public void start(long nowNs) {
    startNs = nowNs;
  }

  @Override
  public void add(
      Operation operation, long position, int lengthBytes, long dueNs, long sentNs, long nowNs) {
    Piece piece = current;
    if (piece == null) {
      piece = pump.poll();
      if (piece == null) {
        dropped++;
        return;
      }
      piece.used = 0;
      current = piece;
    }
    long[] values = piece.values;
    int at = piece.used;
    values[at] = (nowNs - startNs) / NANOS_PER_MILLI << 2 | operation.ordinal();
    values[at + 1] = sentNs - dueNs;
    values[at + 2] = nowNs - sentNs;
    values[at + 3] = lengthBytes;
    values[at + 4] = position;
    piece.used = at + ENTRY;
    if (piece.used == values.length) {
      current = null;
      pump.push(piece);
    }
  }

  /** Ends the log, after the worker; returns what went wrong, or null. */
  @Nullable String close() throws InterruptedException {
    Piece rest = current;
    if (rest != null) {
      pump.push(rest);
    }
    String problem = pump.close();
    return problem == null && dropped > 0
        ? "%s: %d lines are missing, the disk was too slow".formatted(file, dropped)
        : problem;
  }

  /** The three files. */
  private static final class Files3 implements LogPump.Writer<Piece> {
    private final List<BufferedWriter> writers = new ArrayList<>();
    private final boolean positions;

    Files3(Path folder, String prefix, int number, boolean positions) throws IOException {
      this.positions = positions;
      for (String kind : List.of("lat", "slat", "clat")) {
        writers.add(
            Files.newBufferedWriter(folder.resolve(prefix + "_" + kind + "." + number + ".log")));
      }
    }

    @Override
    public void write(Piece piece) throws IOException {
      long[] values = piece.values;
      for (int at = 0; at < piece.used; at += ENTRY) {
        String start = (values[at] >>> 2) + ", ";
        String end =
            ", "
                + (values[at] & 3)
                + ", "
                + values[at + 3]
                + (positions ? ", " + values[at + 4] : "")
                + PRIORITY;
        writers.get(0).write(start + (values[at + 1] + values[at + 2]) + end);
        writers.get(1).write(start + values[at + 1] + end);
        writers.get(2).write(start + values[at + 2] + end);
      }
    }

    @Override
    public void close() throws IOException {
      IOException first = null;
      for (BufferedWriter writer : writers) {
        try {
          writer.close();
        } catch (IOException e) {
          first = first == null ? e : first;
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }
}
