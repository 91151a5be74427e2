package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.LeasePool;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.Cns;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Commands with small data on a queue: admin commands, and the Connect of I/O queues. The data
 * travels through a slot of a pool. Confined to the queue's event loop.
 */
final class AdminQueue {
  /** How a command was answered. */
  record Answer(int status, long result, int sqhd, byte[] data) {}

  private static final int SLOTS = 16;

  private final QueueConnection connection;
  private final LeasePool pool;

  AdminQueue(QueueConnection connection, RegionRegistry registry) {
    this.connection = connection;
    pool = new LeasePool(registry, SLOTS, Cns.DATA_BYTES);
  }

  QueueConnection connection() {
    return connection;
  }

  /** Submits; fails with {@link NvmeException} if there is no answer. */
  Future<Answer> submit(Action.Command command) {
    Promise<Answer> promise = connection.context().promise();
    Direction direction = command.direction();
    int slot = direction == Direction.NONE ? LeasePool.EMPTY : pool.take();
    if (direction != Direction.NONE && slot == LeasePool.EMPTY) {
      promise.fail(new NvmeException.NeverSent("too many admin commands at a time"));
      return promise.future();
    }
    byte[] data = command.data();
    if (direction == Direction.WRITE) {
      MemorySegment.copy(
          data, 0, pool.region().segment(), ValueLayout.JAVA_BYTE, pool.offset(slot), data.length);
    }
    int answer =
        connection
            .pair()
            .submit(
                command.sqe(),
                direction,
                direction == Direction.NONE ? null : pool.region(),
                direction == Direction.NONE ? 0 : pool.offset(slot),
                data.length,
                new Completion() {
                  @Override
                  public void completed(int status, long result) {
                    if (direction == Direction.READ) {
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
      promise.fail(new NvmeException.NeverSent("the admin queue is full or has ended"));
    } else {
      connection.scheduleFlush();
    }
    return promise.future();
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
