package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.LeasePool;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.Shutdown;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.Cns;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Commands with small data on a queue: admin commands, and the Connect of I/O queues. The data
 * travels through a slot of a pool, which goes when the connection has ended or {@link #close} is
 * called. Confined to the queue's event loop.
 */
final class AdminQueue {
  /** Most data of a command. */
  static final int MAX_DATA_BYTES = Cns.DATA_BYTES;

  /** How a command was answered. */
  record Answer(int status, long result, int sqhd, byte[] data) {}

  private final QueueConnection connection;
  private final LeasePool pool;

  AdminQueue(QueueConnection connection, RegionRegistry registry, int slots) {
    this.connection = connection;
    pool = new LeasePool(registry, slots, MAX_DATA_BYTES);
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
    int slot = direction == Direction.NONE ? LeasePool.EMPTY : pool.take();
    if (direction != Direction.NONE && slot == LeasePool.EMPTY) {
      promise.fail(new NvmeException.NeverSent("too many admin commands at a time, or none now"));
      return promise.future();
    }
    if (direction == Direction.WRITE) {
      MemorySegment.copy(
          data, 0, pool.region().segment(), ValueLayout.JAVA_BYTE, pool.offset(slot), data.length);
    }
    int answer =
        connection
            .pair()
            .submit(
                sqe,
                direction,
                direction == Direction.NONE ? null : pool.region(),
                direction == Direction.NONE ? 0 : pool.offset(slot),
                data.length,
                new Completion() {
                  @Override
                  public void completed(int status, long result) {
                    if (direction == Direction.READ && !pool.region().closing()) {
                      MemorySegment.copy(
                          pool.region().segment(),
                          ValueLayout.JAVA_BYTE,
                          pool.offset(slot),
                          data,
                          0,
                          data.length);
                    }
                    giveBack(slot);
                    promise.complete(new Answer(status, result, connection.pair().sqhd(), data));
                  }

                  @Override
                  public void lost(String reason) {
                    giveBack(slot);
                    promise.fail(new NvmeException.OutcomeUnknown(reason));
                  }
                });
    if (answer < 0) {
      giveBack(slot);
      promise.fail(new NvmeException.NeverSent(connection.refusal(answer)));
    } else {
      connection.scheduleFlush();
    }
    return promise.future();
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

  private void giveBack(int slot) {
    if (slot != LeasePool.EMPTY) {
      pool.giveBack(slot);
    }
  }

  /** Frees the pool once no command uses it. */
  void close() {
    pool.close();
  }
}
