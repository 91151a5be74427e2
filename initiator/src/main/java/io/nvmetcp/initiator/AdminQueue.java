package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.LeasePool;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.Shutdown;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.Cns;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands with data of their own on a queue: admin commands, and the Connect of I/O queues. Small
 * data travels through a slot of a pool, which goes with the connection or when {@link #close} is
 * called; larger data through a region of its own. Confined to the queue's event loop; made only on
 * a connection that is open.
 *
 * <p>What keeps the association alive, Keep Alive, Abort and Asynchronous Event Request, has
 * entries of the queue reserved: no load can take them. Other commands wait in line for one of the
 * rest.
 */
final class AdminQueue {
  /** Most data of a command that goes through the pool. */
  static final int SLOT_BYTES = Cns.DATA_BYTES;

  /** Most data of a command. */
  static final int MAX_DATA_BYTES = 1 << 20;

  /** Most Abort commands at a time. */
  static final int ABORTS = 4;

  /**
   * Entries that only {@link #submitUrgent} takes: the aborts, one Keep Alive, one event request.
   */
  static final int RESERVED = ABORTS + 2;

  /** Commands that may wait. */
  static final int WAITING = 1024;

  /** How a command was answered. */
  record Answer(int status, long result, int sqhd, byte[] data) {}

  private record Waiting(byte[] sqe, Direction direction, byte[] data, Promise<Answer> promise) {}

  private final QueueConnection connection;
  private final RegionRegistry registry;
  private final LeasePool pool;
  private final int reserved;
  private final ArrayDeque<Waiting> line = new ArrayDeque<>();
  private int urgent;

  /**
   * @param slots commands with small data at a time
   * @param reserved entries that are kept for urgent commands
   */
  AdminQueue(QueueConnection connection, RegionRegistry registry, int slots, int reserved) {
    this.connection = connection;
    this.registry = registry;
    this.reserved = reserved;
    pool = new LeasePool(registry, slots, SLOT_BYTES);
    connection.onRoom(this::pump);
    connection.atEnd(this::close);
  }

  QueueConnection connection() {
    return connection;
  }

  /** Submits; fails with {@link NvmeException} if there is no answer. */
  Future<Answer> submit(Action.Command command) {
    return submit(command.sqe(), command.direction(), command.data());
  }

  /**
   * Submits, or waits in line; fails with {@link NvmeException} if there is no answer.
   *
   * @param data what is sent, or room for what comes; at most {@link #MAX_DATA_BYTES}
   */
  Future<Answer> submit(byte[] sqe, Direction direction, byte[] data) {
    Waiting command = new Waiting(sqe, direction, data, connection.context().promise());
    if (line.size() >= WAITING) {
      command.promise.fail(
          new NvmeException.NeverSent(WAITING + " admin commands wait for a slot already"));
    } else if (!line.isEmpty() || !start(command)) {
      line.add(command);
    }
    return command.promise.future();
  }

  /** Submits a command without data that must not wait for others. */
  Future<Answer> submitUrgent(byte[] sqe) {
    Promise<Answer> promise = connection.context().promise();
    urgent++;
    promise.future().onComplete(ended -> urgent--);
    int cid = send(sqe, Direction.NONE, null, new byte[0], promise);
    if (cid >= 0) {
      // Whoever sends one has a time limit for it.
      connection.pair().withoutDeadline(cid);
    }
    return promise.future();
  }

  // There is room, or nothing can be sent any more.
  private void pump() {
    Waiting next;
    while ((next = line.poll()) != null) {
      if (!start(next)) {
        line.addFirst(next);
        return;
      }
    }
  }

  // False if it has to wait.
  private boolean start(Waiting command) {
    QueuePair pair = connection.pair();
    if (connection.open() && pair.room() <= reserved - urgent) {
      return false;
    }
    if (command.direction == Direction.NONE) {
      send(command, null);
    } else if (command.data.length > SLOT_BYTES) {
      Region region = registry.register(command.data.length);
      // Lives on until the command, if it was sent, has ended.
      command.promise.future().onComplete(ended -> region.close());
      send(command, region.slice(0, command.data.length));
    } else {
      int slot = connection.open() ? pool.take() : LeasePool.EMPTY;
      if (slot == LeasePool.EMPTY && connection.open()) {
        return false;
      }
      if (slot == LeasePool.EMPTY) {
        command.promise.fail(new NvmeException.NeverSent(connection.refusal(QueuePair.CLOSED)));
      } else {
        command.promise.future().onComplete(ended -> giveBack(slot));
        send(command, pool.region().slice(pool.offset(slot), command.data.length));
      }
    }
    return true;
  }

  private void send(Waiting command, @Nullable BufferSlice room) {
    int unused = send(command.sqe, command.direction, room, command.data, command.promise);
  }

  private int send(
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
    return answer;
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
      case Action.ShutDown _, Action.Done _, Action.Scanned _, Action.Failed _ ->
          end.tryComplete(action);
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
                action instanceof Action.Failed failed
                    ? Future.failedFuture(failed.reason())
                    : Future.succeededFuture());
  }

  private void giveBack(int slot) {
    pool.giveBack(slot);
    pump();
  }

  /** Frees the pool once no command uses it. */
  void close() {
    pool.close();
  }
}
