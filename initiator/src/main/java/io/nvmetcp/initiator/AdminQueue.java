package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.LeasePool;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.Shutdown;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.Cns;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands with data of their own on a queue: admin commands, and the Connect of I/O queues. Small
 * data travels through a slot of a pool, which goes when the connection has ended or {@link #close}
 * is called; larger data through a region of its own. Confined to the queue's event loop.
 */
final class AdminQueue {
  /** Most data of a command that goes through the pool. */
  static final int SLOT_BYTES = Cns.DATA_BYTES;

  /** Most data of a command. */
  static final int MAX_DATA_BYTES = 1 << 20;

  /** How a command was answered. */
  record Answer(int status, long result, int sqhd, byte[] data) {}

  private final QueueConnection connection;
  private final RegionRegistry registry;
  private final LeasePool pool;

  AdminQueue(QueueConnection connection, RegionRegistry registry, int slots) {
    this.connection = connection;
    this.registry = registry;
    pool = new LeasePool(registry, slots, SLOT_BYTES);
    connection.ended().onComplete(ended -> close());
  }

  QueueConnection connection() {
    return connection;
  }

  /** Submits; fails with {@link NvmeException} if there is no answer. */
  Future<Answer> submit(Action.Command command) {
    return submit(command.sqe(), command.direction(), command.data());
  }

  /**
   * Submits; fails with {@link NvmeException} if there is no answer.
   *
   * @param data what is sent, or room for what comes; at most {@link #MAX_DATA_BYTES}
   */
  Future<Answer> submit(byte[] sqe, Direction direction, byte[] data) {
    Promise<Answer> promise = connection.context().promise();
    if (direction == Direction.NONE) {
      send(sqe, direction, null, data, promise);
    } else if (data.length > SLOT_BYTES) {
      Region region = registry.register(data.length);
      send(sqe, direction, region.slice(0, data.length), data, promise);
      // Lives on until the command, if it was sent, has ended.
      promise.future().onComplete(ended -> region.close());
    } else {
      int slot = pool.take();
      if (slot == LeasePool.EMPTY) {
        promise.fail(new NvmeException.NeverSent("too many admin commands at a time, or none now"));
      } else {
        send(sqe, direction, pool.region().slice(pool.offset(slot), data.length), data, promise);
        promise.future().onComplete(ended -> pool.giveBack(slot));
      }
    }
    return promise.future();
  }

  private void send(
      byte[] sqe,
      Direction direction,
      @Nullable BufferSlice room,
      byte[] data,
      Promise<Answer> promise) {
    if (room != null && direction == Direction.WRITE) {
      room.segment().copyFrom(MemorySegment.ofArray(data));
    }
    int answer =
        connection
            .pair()
            .submit(
                sqe,
                direction,
                room == null ? null : room.region(),
                room == null ? 0 : room.offset(),
                room == null ? 0 : room.lengthBytes(),
                new Completion() {
                  @Override
                  public void completed(int status, long result) {
                    // The pool may have been closed under the command, and is gone then.
                    if (room != null && direction == Direction.READ && !room.region().closing()) {
                      MemorySegment.ofArray(data).copyFrom(room.segment());
                    }
                    promise.complete(new Answer(status, result, connection.pair().sqhd(), data));
                  }

                  @Override
                  public void lost(String reason) {
                    promise.fail(new NvmeException.OutcomeUnknown(reason));
                  }
                });
    if (answer < 0) {
      promise.fail(new NvmeException.NeverSent(connection.refusal(answer)));
    } else {
      connection.scheduleFlush();
    }
  }

  /**
   * Runs a machine to its end: carries out its commands and pauses.
   *
   * @param first its first action
   * @param answered its next action after an answer
   * @param resumed its next action after a pause
   * @return the first action that is neither; fails if a command gets no answer
   */
  Future<Action> drive(Action first, Function<Answer, Action> answered, Supplier<Action> resumed) {
    Promise<Action> end = connection.context().promise();
    step(first, answered, resumed, end);
    return end.future();
  }

  private void step(
      Action action,
      Function<Answer, Action> answered,
      Supplier<Action> resumed,
      Promise<Action> end) {
    switch (action) {
      case Action.Command command ->
          submit(command)
              .map(answered)
              .onSuccess(next -> step(next, answered, resumed, end))
              .onFailure(end::tryFail);
      case Action.Pause(long millis) ->
          connection.context().setTimer(millis, id -> step(resumed.get(), answered, resumed, end));
      case Action.ShutDown _, Action.Done _, Action.Failed _ -> end.tryComplete(action);
    }
  }

  /** Shuts the controller down; fails if it refuses or the connection ends. */
  Future<Void> shutDown() {
    Shutdown machine = new Shutdown();
    return drive(
            machine.start(),
            answer -> machine.completed(answer.status(), answer.result()),
            machine::resumed)
        .compose(
            action ->
                action instanceof Action.Failed(String reason)
                    ? Future.failedFuture(reason)
                    : Future.succeededFuture());
  }

  /** Frees the pool once no command uses it. */
  void close() {
    pool.close();
  }
}
