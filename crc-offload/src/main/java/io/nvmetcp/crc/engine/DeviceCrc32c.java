package io.nvmetcp.crc.engine;

import io.nvmetcp.crc.Crc32c;
import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;

/**
 * A model of a device that computes CRC32C on its own: it takes a while, it holds only so many
 * jobs, and it refuses what does not suit it. A refusal is a value, never an error; the caller then
 * computes in software.
 *
 * <p>Asynchronous use: {@link #submit} and {@link #advance}; time is an argument, no clock is read.
 * Jobs are answered in order. As a {@link Crc32cEngine} its digests wait for each answer in the
 * device's own time and do refused runs in software, joining the parts with {@link Crc32c#combine}.
 *
 * <p>Unlike the software engines it has state and belongs to one thread, digests included.
 */
public final class DeviceCrc32c implements Crc32cEngine {
  /** What became of a job. */
  public enum Admission {
    /** It will be answered. */
    ACCEPTED,
    /** As many jobs as the device holds are unanswered: wait for one, or use software. */
    QUEUE_FULL,
    /** Too short to be worth the way: use software. */
    BELOW_THRESHOLD,
    /** Longer than the device can take: cut it, or use software. */
    ABOVE_LIMIT
  }

  /**
   * What the device can do.
   *
   * @param depthJobs most jobs unanswered at a time
   * @param minBytes shortest job taken
   * @param maxBytes longest job taken
   * @param latencyNs from submission to answer when idle
   * @param nanosPerKib work per 1024 bytes; jobs are worked on one after the other
   */
  public record Capability(
      int depthJobs, long minBytes, long maxBytes, long latencyNs, long nanosPerKib) {
    /** Checks that the device can work at all. */
    public Capability {
      if (depthJobs < 1
          || minBytes < 0
          || maxBytes < minBytes
          || latencyNs < 0
          || nanosPerKib < 0) {
        throw new IllegalArgumentException("no such device: depth " + depthJobs);
      }
    }
  }

  /** Gets the answer to a job, on the thread that advances the device. */
  @FunctionalInterface
  public interface Completion {
    /** The CRC32C of the job's bytes; their memory is no longer read. */
    void completed(int crc);
  }

  private record Job(
      MemorySegment data, long offset, long length, long dueNs, Completion completion) {}

  private final Capability capability;
  private final Crc32cDigest silicon = JdkCrc32c.INSTANCE.newDigest();
  private final Queue<Job> jobs = new ArrayDeque<>();
  private final Map<Admission, Long> admissions = new EnumMap<>(Admission.class);
  private long nowNs;
  private long busyUntilNs;
  private long computedBytes;

  /**
   * @param capability what it can do
   */
  public DeviceCrc32c(Capability capability) {
    this.capability = capability;
    for (Admission admission : Admission.values()) {
      admissions.put(admission, 0L);
    }
  }

  @Override
  public String name() {
    return "device";
  }

  /**
   * Offers a job.
   *
   * @param nowNs time, not before that of the last call
   * @param data where the bytes lie; if accepted, borrowed until {@code completion} is called
   * @param offset where they start
   * @param length how many
   * @param completion called from {@link #advance}, once, and only if accepted
   * @throws IndexOutOfBoundsException if the range does not lie in the segment
   */
  public Admission submit(
      long nowNs, MemorySegment data, long offset, long length, Completion completion) {
    Objects.checkFromIndexSize(offset, length, data.byteSize());
    tick(nowNs);
    Admission admission = admit(length);
    admissions.merge(admission, 1L, Long::sum);
    if (admission == Admission.ACCEPTED) {
      long work = Math.ceilDiv(length * capability.nanosPerKib(), 1024);
      busyUntilNs = Math.max(this.nowNs, busyUntilNs) + work;
      long due = busyUntilNs + capability.latencyNs();
      jobs.add(new Job(data, offset, length, due, completion));
    }
    return admission;
  }

  private Admission admit(long length) {
    if (length < capability.minBytes() || length == 0) {
      return Admission.BELOW_THRESHOLD;
    }
    if (length > capability.maxBytes()) {
      return Admission.ABOVE_LIMIT;
    }
    return jobs.size() < capability.depthJobs() ? Admission.ACCEPTED : Admission.QUEUE_FULL;
  }

  /** Lets time pass and answers the jobs that are due; returns how many. */
  public int advance(long nowNs) {
    tick(nowNs);
    int answered = 0;
    for (Job job = jobs.peek(); job != null && job.dueNs() <= this.nowNs; job = jobs.peek()) {
      jobs.remove();
      silicon.reset();
      silicon.update(job.data(), job.offset(), job.length());
      computedBytes += job.length();
      answered++;
      job.completion().completed(silicon.value());
    }
    return answered;
  }

  private void tick(long nowNs) {
    if (nowNs < this.nowNs) {
      throw new IllegalArgumentException("time runs backwards");
    }
    this.nowNs = nowNs;
  }

  /** When the next answer is due; {@code Long.MAX_VALUE} if there is no job. */
  public long nextDueNs() {
    Job job = jobs.peek();
    return job == null ? Long.MAX_VALUE : job.dueNs();
  }

  /** Jobs not yet answered. */
  public int inFlight() {
    return jobs.size();
  }

  /** How many jobs were admitted or refused so. */
  public long admissions(Admission admission) {
    return Objects.requireNonNull(admissions.get(admission));
  }

  /** Bytes whose CRC the device itself computed. */
  public long computedBytes() {
    return computedBytes;
  }

  @Override
  public Crc32cDigest newDigest() {
    return new Waiting();
  }

  private final class Waiting implements Crc32cDigest {
    private final Crc32cDigest software = JdkCrc32c.INSTANCE.newDigest();
    private int crc;
    private boolean answered;

    @Override
    public void reset() {
      crc = 0;
    }

    @Override
    public void update(MemorySegment data, long offset, long length) {
      answered = false;
      if (submit(nowNs, data, offset, length, part -> join(part, length)) != Admission.ACCEPTED) {
        software.reset();
        software.update(data, offset, length);
        join(software.value(), length);
      }
      while (!answered) {
        advance(nextDueNs());
      }
    }

    private void join(int part, long length) {
      crc = Crc32c.combine(crc, part, length);
      answered = true;
    }

    @Override
    public void update(byte[] data, int offset, int length) {
      update(MemorySegment.ofArray(data), offset, length);
    }

    @Override
    public int value() {
      return crc;
    }
  }
}
