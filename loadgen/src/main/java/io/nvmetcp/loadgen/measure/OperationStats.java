package io.nvmetcp.loadgen.measure;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of one operation. Latency counts from when the I/O was due; if a rate decides
 * that, its two parts are kept as well: how late it was sent, and how long the answer took.
 */
public final class OperationStats {
  /** Latencies beyond this are counted at it. */
  public static final long HIGHEST_NS = TimeUnit.HOURS.toNanos(1);

  private static final int DIGITS = 3;
  private static final long SAMPLE_NS = 500_000_000;

  private final Histogram latency = histogram();
  private final @Nullable Histogram lateness;
  private final @Nullable Histogram service;
  private final Moments iops = new Moments();
  private final Moments bytesPerSecond = new Moments();
  private long ios;
  private long bytes;
  private long errors;
  private long sampleStartNs;
  private long sampleIos;
  private long sampleBytes;

  /**
   * @param paced I/Os are due at certain times
   */
  OperationStats(boolean paced) {
    lateness = paced ? histogram() : null;
    service = paced ? histogram() : null;
  }

  private static Histogram histogram() {
    return new Histogram(HIGHEST_NS, DIGITS);
  }

  void start(long nowNs) {
    sampleStartNs = nowNs;
    sampleIos = ios;
    sampleBytes = bytes;
  }

  void add(int lengthBytes, long dueNs, long sentNs, long nowNs) {
    ios++;
    bytes += lengthBytes;
    latency.recordValue(Math.min(nowNs - dueNs, HIGHEST_NS));
    if (lateness != null && service != null) {
      lateness.recordValue(Math.min(sentNs - dueNs, HIGHEST_NS));
      service.recordValue(Math.min(nowNs - sentNs, HIGHEST_NS));
    }
    if (nowNs - sampleStartNs >= SAMPLE_NS) {
      sample(nowNs);
    }
  }

  // As fio does each half a second.
  private void sample(long nowNs) {
    double seconds = (nowNs - sampleStartNs) / 1e9;
    iops.add((ios - sampleIos) / seconds);
    bytesPerSecond.add((bytes - sampleBytes) / seconds);
    start(nowNs);
  }

  void failed() {
    errors++;
  }

  /** Adds what another worker measured at the same time. */
  public void add(OperationStats other) {
    ios += other.ios;
    bytes += other.bytes;
    errors += other.errors;
    latency.add(other.latency);
    if (lateness != null && other.lateness != null) {
      lateness.add(other.lateness);
    }
    if (service != null && other.service != null) {
      service.add(other.service);
    }
    iops.addBeside(other.iops);
    bytesPerSecond.addBeside(other.bytesPerSecond);
  }

  /** An empty one of the same kind, to add others to. */
  public OperationStats emptyCopy() {
    return new OperationStats(lateness != null);
  }

  /** I/Os that ended well. */
  public long ios() {
    return ios;
  }

  /** Bytes they moved. */
  public long bytes() {
    return bytes;
  }

  /** I/Os that failed. */
  public long errors() {
    return errors;
  }

  /** From when an I/O was due to its end, nanoseconds. */
  public Histogram latency() {
    return latency;
  }

  /** From when an I/O was due to when it was sent; null without a rate, where that is no time. */
  public @Nullable Histogram lateness() {
    return lateness;
  }

  /** From when an I/O was sent to its end. */
  public Histogram service() {
    Histogram separate = service;
    return separate == null ? latency : separate;
  }

  /** Samples of the rate of I/Os, each over half a second. */
  public Moments iops() {
    return iops;
  }

  /** Samples of the rate of bytes. */
  public Moments bytesPerSecond() {
    return bytesPerSecond;
  }
}
