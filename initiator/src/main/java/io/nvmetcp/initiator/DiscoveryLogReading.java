package io.nvmetcp.initiator;

import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.queue.Direction;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Carries a {@link DiscoveryLogReader} out on an admin queue; confined to its event loop. */
final class DiscoveryLogReading {
  private final AdminQueue admin;
  private final DiscoveryLogReader machine = new DiscoveryLogReader(AdminQueue.SLOT_BYTES);
  private final Promise<DiscoveryLogReader.Step.Done> promise;

  private DiscoveryLogReading(AdminQueue admin) {
    this.admin = admin;
    promise = admin.connection().context().promise();
  }

  /** The whole log, which did not change while it was read; fails with one sentence. */
  static Future<DiscoveryLogReader.Step.Done> of(AdminQueue admin) {
    DiscoveryLogReading reading = new DiscoveryLogReading(admin);
    reading.step(reading.machine.start());
    return reading.promise.future();
  }

  private void step(DiscoveryLogReader.Step step) {
    switch (step) {
      case DiscoveryLogReader.Step.Read(byte[] sqe, int bytes) ->
          admin
              .submit(sqe, Direction.READ, new byte[bytes])
              .map(answer -> machine.completed(answer.status(), answer.data()))
              .onSuccess(this::step)
              .onFailure(promise::tryFail);
      case DiscoveryLogReader.Step.Done done -> promise.tryComplete(done);
      case DiscoveryLogReader.Step.Failed(String reason) ->
          promise.tryFail(new NvmeException.NeverSent(reason));
    }
  }
}
