package io.nvmetcp.loadgen;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Keeps {@code depth} I/Os of a job outstanding, each with a buffer of its own in one registered
 * region. Confined to the context that starts it.
 */
final class Worker {
  private static final long HIGHEST_LATENCY_NS = TimeUnit.MINUTES.toNanos(5);
  private static final int LATENCY_DIGITS = 3;
  private static final int FAILURES_KEPT = 5;
  // A failing target must not turn the loop into a storm.
  private static final int FAILURES_ALLOWED = 1000;

  private final Job job;
  private final List<Volume> volumes;
  private final Region region;
  private final Progress progress;
  private final BooleanSupplier stopped;
  private final AtomicLong nextFill;
  private final SplittableRandom random;
  private final Histogram latency = new Histogram(HIGHEST_LATENCY_NS, LATENCY_DIGITS);
  private final List<String> failures = new ArrayList<>();
  private final Promise<Worker> ended = Promise.promise();
  private long deadlineNs;
  private long lastNs;
  private int outstanding;
  private int turn;
  private long operations;
  private long bytes;
  private long wrongBlocks;
  private long failed;

  Worker(
      Job job,
      List<Volume> volumes,
      Region region,
      int index,
      AtomicLong nextFill,
      Progress progress,
      BooleanSupplier stopped) {
    this.job = job;
    this.volumes = volumes;
    this.region = region;
    this.progress = progress;
    this.stopped = stopped;
    this.nextFill = nextFill;
    random = new SplittableRandom(job.seed() + index * 0x9E37_79B9_7F4A_7C15L);
    turn = index;
  }

  /** Starts on the current context; completes when the job is over and nothing is outstanding. */
  Future<Worker> start() {
    long now = System.nanoTime();
    deadlineNs = now + job.duration().toNanos();
    lastNs = now;
    outstanding = job.depth();
    for (int i = 0; i < job.depth(); i++) {
      next(region.slice((long) i * job.blockBytes(), job.blockBytes()));
    }
    return ended.future();
  }

  private void next(BufferSlice buffer) {
    if (stopped.getAsBoolean() || failed >= FAILURES_ALLOWED) {
      retire();
      return;
    }
    switch (job.kind()) {
      case FILL -> fill(buffer);
      case RANDOM_READ -> randomRead(buffer);
    }
  }

  private void retire() {
    if (--outstanding == 0) {
      ended.complete(this);
    }
  }

  private void fill(BufferSlice buffer) {
    long position = nextFill.getAndAdd(buffer.lengthBytes());
    for (Volume volume : volumes) {
      long size = volume.namespace().sizeBytes();
      if (position < size) {
        // The last piece of a volume may be short.
        int length = (int) Math.min(buffer.lengthBytes(), size - position);
        write(volume, position, buffer, length);
        return;
      }
      // Volumes follow each other at whole pieces.
      position -= Math.ceilDiv(size, (long) buffer.lengthBytes()) * buffer.lengthBytes();
    }
    retire();
  }

  private void write(Volume volume, long position, BufferSlice buffer, int length) {
    volume.expected().copyTo(position, buffer.region().segment(), buffer.offset(), length);
    long started = System.nanoTime();
    volume
        .namespace()
        .write(
            position / volume.namespace().blockBytes(),
            length == buffer.lengthBytes()
                ? buffer
                : buffer.region().slice(buffer.offset(), length))
        .onComplete(
            done -> {
              if (done.succeeded()) {
                succeeded(started, length);
              } else {
                failed("write", volume, position, done.cause());
              }
              next(buffer);
            });
  }

  private void randomRead(BufferSlice buffer) {
    long now = System.nanoTime();
    if (now - deadlineNs >= 0) {
      retire();
      return;
    }
    Volume volume = volumes.get(turn++ % volumes.size());
    int blockBytes = volume.namespace().blockBytes();
    long places = (volume.namespace().sizeBytes() - job.blockBytes()) / blockBytes + 1;
    long lba = random.nextLong(places);
    volume
        .namespace()
        .read(lba, buffer)
        .onComplete(
            done -> {
              if (done.succeeded()) {
                succeeded(now, buffer.lengthBytes());
                check(volume, lba * blockBytes, buffer);
              } else {
                failed("read", volume, lba * blockBytes, done.cause());
              }
              next(buffer);
            });
  }

  private void succeeded(long startedNs, int length) {
    lastNs = System.nanoTime();
    latency.recordValue(Math.min(lastNs - startedNs, HIGHEST_LATENCY_NS));
    operations++;
    bytes += length;
    progress.done(length);
  }

  private void check(Volume volume, long position, BufferSlice buffer) {
    long wrong =
        volume
            .expected()
            .firstWrongByte(
                position, buffer.region().segment(), buffer.offset(), buffer.lengthBytes());
    if (wrong >= 0) {
      wrongBlocks++;
      note(
          "namespace %d: byte %d is wrong in a read of %d bytes at %d"
              .formatted(volume.namespace().id(), wrong, buffer.lengthBytes(), position));
    }
  }

  private void failed(String what, Volume volume, long position, Throwable cause) {
    failed++;
    note(
        "namespace %d: %s at %d failed: %s"
            .formatted(volume.namespace().id(), what, position, cause.getMessage()));
  }

  private void note(String failure) {
    if (failures.size() < FAILURES_KEPT) {
      failures.add(failure);
    }
  }

  Histogram latency() {
    return latency;
  }

  long lastNs() {
    return lastNs;
  }

  long operations() {
    return operations;
  }

  long bytes() {
    return bytes;
  }

  long wrongBlocks() {
    return wrongBlocks;
  }

  long failedOperations() {
    return failed;
  }

  List<String> failures() {
    return failures;
  }
}
