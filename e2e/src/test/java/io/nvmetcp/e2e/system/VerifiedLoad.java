package io.nvmetcp.e2e.system;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes and reads in turn, with every byte checked, while connections come and go. A place whose
 * write had an unknown outcome is left alone from then on: the write may be carried out late. At
 * the end it must hold what it held before, or what was being written.
 */
public final class VerifiedLoad {
  private static final int LENGTH = 16 * 1024;
  private static final int WORKERS_PER_QUEUE = 6;

  /** A place in the namespace, and the versions that it may hold. */
  private record Doubt(int place, long before, long written) {}

  private final Controller controller;
  private final Namespace namespace;
  private boolean mixed;
  private final Region region;
  private final int places;
  private final AtomicInteger nextPlace = new AtomicInteger();
  private final AtomicLong versions = new AtomicLong();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final ConcurrentLinkedQueue<Doubt> doubts = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final TreeMap<String, Integer> outcomes = new TreeMap<>();
  private final AtomicLong started = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final List<Future<Void>> workers = new ArrayList<>();

  /** A load on a namespace whose content is zeros. It is this object's own while it lasts. */
  public VerifiedLoad(NvmeInitiator initiator, Controller controller, long nsid) {
    this.controller = controller;
    namespace = controller.namespace(nsid).orElseThrow();
    places = (int) (namespace.sizeBytes() / LENGTH);
    int count = controller.contexts().size() * WORKERS_PER_QUEUE;
    region = initiator.regions().register(2L * count * LENGTH);
  }

  /**
   * From now on some writes and reads are of plain buffers, some reads are compares, done by the
   * controller, and there are flushes.
   */
  public VerifiedLoad mixed() {
    mixed = true;
    return this;
  }

  /** Begins, on every queue. */
  public void start() {
    List<Context> contexts = controller.contexts();
    for (int i = 0; i < contexts.size() * WORKERS_PER_QUEUE; i++) {
      Worker worker = new Worker(i, contexts.get(i % contexts.size()));
      workers.add(worker.done.future());
      worker.next();
    }
  }

  /** I/Os that have ended, however. */
  public long ended() {
    return ended.get();
  }

  /** How often each outcome was seen. */
  public synchronized TreeMap<String, Integer> outcomes() {
    return new TreeMap<>(outcomes);
  }

  /** Waits for so many more I/Os to end; fails after a minute. */
  public void more(long count) {
    long until = ended() + count;
    long deadlineNs = System.nanoTime() + 60_000_000_000L;
    while (ended() < until) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("stuck after " + outcomes() + ", " + controller.state());
      }
      Thread.onSpinWait();
    }
  }

  private synchronized void count(String outcome) {
    ended.incrementAndGet();
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private static String name(Throwable cause) {
    return cause instanceof NvmeException.CommandFailed failed
        ? failed.statusName()
        : cause.getClass().getSimpleName();
  }

  /** Stops, without another look: for a controller that is gone. */
  public List<String> stopHere() throws Exception {
    stop.set(true);
    Pair.await(Future.all(workers));
    if (started.get() != ended.get()) {
      wrong.add("%d I/Os started, %d ended".formatted(started.get(), ended.get()));
    }
    return List.copyOf(wrong);
  }

  /** Stops, looks once more at every place that is in doubt, and tells what was wrong. */
  public List<String> stop() throws Exception {
    if (!stopHere().isEmpty()) {
      return List.copyOf(wrong);
    }
    BufferSlice buffer = region.slice(0, LENGTH);
    for (Doubt doubt : doubts) {
      Pair.await(namespace.read(lba(doubt.place), buffer));
      // A write of several commands may be carried out in part.
      for (int at = 0; at < LENGTH; at += namespace.blockBytes()) {
        long held = version(buffer.segment(), doubt.place, at, namespace.blockBytes());
        if (held != doubt.before && held != doubt.written) {
          wrong.add("%s holds %d at byte %d".formatted(doubt, held, at));
        }
      }
    }
    return List.copyOf(wrong);
  }

  /** Lets go of its memory. */
  public void close() {
    region.close();
  }

  private long lba(int place) {
    return (long) place * LENGTH / namespace.blockBytes();
  }

  private static void fill(MemorySegment memory, int place, long version) {
    for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, word(place, version, at));
    }
  }

  private static long word(int place, long version, long at) {
    return version == 0 ? 0 : version << 32 | (long) place << 16 ^ at;
  }

  // The one version that all of a piece is, or -1.
  private static long version(MemorySegment memory, int place, long from, long length) {
    long version = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, from) >>> 32;
    for (long at = from; at < from + length; at += Long.BYTES) {
      if (memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at) != word(place, version, at)) {
        return -1;
      }
    }
    return version;
  }

  /** One I/O after the other, on one event loop. */
  private final class Worker {
    private final Context context;
    private final BufferSlice out;
    private final BufferSlice in;
    private final Promise<Void> done = Promise.promise();
    private int place = -1;
    private long version;
    private boolean reading;
    private int writes;
    private int looks;

    Worker(int number, Context context) {
      this.context = context;
      out = region.slice(2L * number * LENGTH, LENGTH);
      in = region.slice((2L * number + 1) * LENGTH, LENGTH);
    }

    void next() {
      context.runOnContext(ignored -> step());
    }

    private void step() {
      if (stop.get()) {
        done.complete();
        return;
      }
      if (place < 0) {
        place = nextPlace.getAndIncrement();
        version = 0;
        if (place >= places) {
          wrong.add("no place is left");
          done.complete();
          return;
        }
      }
      started.incrementAndGet();
      if (reading) {
        look().onComplete(result -> read(result.cause()));
      } else {
        long written = versions.incrementAndGet();
        fill(out.segment(), place, written);
        write().onComplete(result -> wrote(written, result.cause()));
      }
      reading = !reading;
    }

    private Future<Void> write() {
      int turn = mixed ? writes++ % 4 : 0;
      if (turn < 2) {
        Future<Void> written = namespace.write(lba(place), out);
        return turn == 0 ? written : written.compose(done -> namespace.flush());
      }
      return namespace.write(
          lba(place), Buffer.buffer(out.segment().toArray(ValueLayout.JAVA_BYTE)));
    }

    // What is there lies in the buffer then.
    private Future<Void> look() {
      in.segment().fill((byte) 0x5A);
      int turn = mixed ? looks++ % 3 : 0;
      if (turn == 0) {
        return namespace.read(lba(place), in);
      }
      if (turn == 1) {
        return namespace
            .read(lba(place), LENGTH / namespace.blockBytes())
            .map(
                bytes -> {
                  in.segment().copyFrom(MemorySegment.ofArray(bytes.getBytes()));
                  return null;
                });
      }
      // The controller looks by itself.
      fill(in.segment(), place, version);
      return namespace.compare(lba(place), in);
    }

    private void wrote(long written, Throwable cause) {
      if (cause == null) {
        count("written");
        version = written;
      } else {
        count("write " + name(cause));
        if (isInDoubt(cause)) {
          doubts.add(new Doubt(place, version, written));
          place = -1;
          reading = false;
        }
      }
      next();
    }

    // One that was aborted may have been carried out in part.
    private static boolean isInDoubt(Throwable cause) {
      return cause instanceof NvmeException.OutcomeUnknown
          || cause instanceof NvmeException.CommandFailed failed
              && failed.code() == Status.ABORT_REQUESTED;
    }

    private void read(Throwable cause) {
      if (cause != null) {
        count("read " + name(cause));
      } else {
        count("read");
        long held = version(in.segment(), place, 0, LENGTH);
        if (held != version) {
          wrong.add("place %d holds %d instead of %d".formatted(place, held, version));
        }
      }
      next();
    }
  }
}
