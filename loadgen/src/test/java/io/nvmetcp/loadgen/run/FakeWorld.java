package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A namespace in memory and the time, both under the test's control: what a worker sends ends after
 * a time that the test decides, and time passes only when nothing else is to be done.
 */
final class FakeWorld implements Blocks, Ticker {
  static final int BLOCK = 512;

  private record Event(long atNs, long order, Runnable task) {}

  /** Decides how an I/O fails; null if it does not. */
  interface Failing {
    @Nullable Throwable failure(String command, long lba, int count);
  }

  final List<String> log = new ArrayList<>();
  final MemorySegment content;
  LongUnaryOperator serviceNs = now -> 1_000;
  Failing failing = (command, lba, count) -> null;
  Runnable beforeRead = () -> {};

  /** If above 0, a command that fails is carried out so much later all the same. */
  long lateNs;

  int outstanding;
  int mostOutstanding;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
  private long nowNs = 1_000_000_000_000L;
  private long order;

  FakeWorld(int blocks) {
    content = MemorySegment.ofArray(new byte[blocks * BLOCK]);
  }

  /** Lets time pass until nothing is left to happen, or the limit is reached. */
  void run(long limitNs) {
    long endNs = nowNs + limitNs;
    while (!events.isEmpty() && events.peek().atNs() <= endNs) {
      Event next = events.remove();
      nowNs = Math.max(nowNs, next.atNs());
      next.task().run();
    }
    if (!events.isEmpty()) {
      throw new AssertionError("it is not over after " + limitNs + " ns");
    }
  }

  void at(long delayNs, Runnable task) {
    events.add(new Event(nowNs + delayNs, order++, task));
  }

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public void after(long delayNs, Runnable task) {
    at(delayNs, task);
  }

  @Override
  public Future<Void> read(long lba, BufferSlice buffer) {
    return io(
        "read",
        lba,
        buffer.lengthBytes() / BLOCK,
        () -> {
          beforeRead.run();
          MemorySegment.copy(
              content,
              lba * BLOCK,
              buffer.region().segment(),
              buffer.offset(),
              buffer.lengthBytes());
        });
  }

  @Override
  public Future<Void> write(long lba, BufferSlice buffer) {
    var data = MemorySegment.ofArray(new byte[buffer.lengthBytes()]);
    data.copyFrom(buffer.region().segment().asSlice(buffer.offset(), buffer.lengthBytes()));
    return io(
        "write",
        lba,
        buffer.lengthBytes() / BLOCK,
        () -> content.asSlice(lba * BLOCK, data.byteSize()).copyFrom(data));
  }

  @Override
  public Future<Void> flush() {
    return io("flush", 0, 0, () -> {});
  }

  @Override
  public Future<Void> trim(long lba, long count) {
    return io(
        "trim", lba, (int) count, () -> content.asSlice(lba * BLOCK, count * BLOCK).fill((byte) 0));
  }

  private Future<Void> io(String command, long lba, int count, Runnable effect) {
    log.add(command + " " + lba + "+" + count);
    Throwable failure = failing.failure(command, lba, count);
    Promise<Void> promise = Promise.promise();
    mostOutstanding = Math.max(mostOutstanding, ++outstanding);
    at(
        serviceNs.applyAsLong(nowNs),
        () -> {
          outstanding--;
          if (failure == null) {
            effect.run();
            promise.complete();
          } else {
            promise.fail(failure);
            if (lateNs > 0) {
              at(lateNs, effect);
            }
          }
        });
    return promise.future();
  }

  long sent(String command) {
    return log.stream().filter(line -> line.startsWith(command + " ")).count();
  }
}
