package io.nvmetcp.loadgen.report;

import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.LatencySink;
import io.nvmetcp.loadgen.measure.OperationStats;
import io.nvmetcp.loadgen.run.WorkerPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/**
 * The latencies of a run as a log of histograms (HdrHistogram's, version 1.3), one per second,
 * worker and operation, tagged {@code job.clone.operation}; times of the log count from the run's
 * start.
 */
final class HistogramLog {
  private static final long INTERVAL_NS = 1_000_000_000;
  private static final int PIECES = 64;
  private static final int DIGITS = 3;
  // The legend's unit: milliseconds.
  private static final double NANOS_PER_UNIT = 1e6;

  /** A histogram that waits to be written. */
  private static final class Piece {
    private final Histogram histogram = new Histogram(OperationStats.HIGHEST_NS, DIGITS);
    private double startSeconds;
    private double endSeconds;
  }

  private final Path file;
  private final String version;
  private final LogPump<Piece> pump;
  private final ConcurrentLinkedQueue<Sink> sinks = new ConcurrentLinkedQueue<>();
  private final long startMillis = System.currentTimeMillis();
  private final long originNs = System.nanoTime();

  HistogramLog(Path file, String version) {
    this.file = file;
    this.version = version;
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      pieces.add(new Piece());
    }
    pump = new LogPump<>(file, pieces, new Piece(), this::open);
  }

  private LogPump.Writer<Piece> open() throws IOException {
    var out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8);
    var writer = new HistogramLogWriter(out);
    writer.outputComment("[Latencies of " + version + ", nanoseconds]");
    writer.outputLogFormatVersion();
    writer.outputStartTime(startMillis);
    writer.outputLegend();
    return new LogPump.Writer<>() {
      @Override
      public void write(Piece piece) throws IOException {
        writer.outputIntervalHistogram(
            piece.startSeconds, piece.endSeconds, piece.histogram, NANOS_PER_UNIT);
        piece.histogram.reset();
        check(out);
      }

      @Override
      public void close() throws IOException {
        out.close();
        check(out);
      }
    };
  }

  // A PrintStream keeps its errors to itself.
  private static void check(PrintStream out) throws IOException {
    if (out.checkError()) {
      throw new IOException("writing failed; is the disk full?");
    }
  }

  /** What takes the latencies of a worker. */
  LatencySink sink(WorkerPlan plan) {
    var sink = new Sink(plan);
    sinks.add(sink);
    return sink;
  }

  /** Ends the log, after all workers; returns what went wrong, or null. */
  @Nullable String close() throws InterruptedException {
    long dropped = 0;
    for (Sink sink : sinks) {
      sink.push(System.nanoTime());
      dropped += sink.dropped;
    }
    String problem = pump.close();
    return problem == null && dropped > 0
        ? "%s: %d latencies are missing, the disk was too slow".formatted(file, dropped)
        : problem;
  }

  private final class Sink implements LatencySink {
    private final String tag;
    private final @Nullable Piece[] current = new Piece[Operation.values().length];
    private long intervalStartNs;
    private long dropped;

    Sink(WorkerPlan plan) {
      // Commas and blanks end a tag.
      tag = plan.job().name().replaceAll("[,\\s]", "_") + "." + plan.cloneIndex() + ".";
    }

    @Override
    public void start(long nowNs) {
      intervalStartNs = nowNs;
    }

    @Override
    public void add(
        Operation operation, long position, int lengthBytes, long dueNs, long sentNs, long nowNs) {
      if (nowNs - intervalStartNs >= INTERVAL_NS) {
        push(nowNs);
      }
      Piece piece = current[operation.ordinal()];
      if (piece == null) {
        piece = pump.poll();
        if (piece == null) {
          dropped++;
          return;
        }
        piece.histogram.setTag(tag + operation.word());
        current[operation.ordinal()] = piece;
      }
      piece.histogram.recordValue(Math.min(nowNs - dueNs, OperationStats.HIGHEST_NS));
    }

    private void push(long nowNs) {
      for (int i = 0; i < current.length; i++) {
        Piece piece = current[i];
        if (piece != null) {
          piece.startSeconds = (intervalStartNs - originNs) / (double) INTERVAL_NS;
          piece.endSeconds = (nowNs - originNs) / (double) INTERVAL_NS;
          current[i] = null;
          pump.push(piece);
        }
      }
      intervalStartNs = nowNs;
    }
  }
}
