package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.cover.Coverage;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import org.jspecify.annotations.Nullable;

/** Carries a {@link DiscoveryLogReader} out on an admin queue; on the host's home loop. */
final class LogReading {

  /** Told of the end, once. */
  interface Listener {
    /** The log was read. */
    void read(DiscoveryLogReader.Step.Done log);

    /** It was not. */
    void failed(String why);
  }

  private final AdminDesk admin;
  private final Surroundings around;
  private final Listener listener;
  private final DiscoveryLogReader machine = new DiscoveryLogReader(AdminDesk.SLOT_BYTES);
  // What is kept to answer in the target's place, if that is planted.
  private byte @Nullable [] header;
  private int headers;
  private boolean confirming;

  private LogReading(AdminDesk admin, Surroundings around, Listener listener) {
    this.admin = admin;
    this.around = around;
    this.listener = listener;
  }

  /** Reads a log. */
  static void start(AdminDesk admin, Surroundings around, Listener listener) {
    LogReading reading = new LogReading(admin, around, listener);
    reading.step(reading.machine.start());
  }

  private void step(DiscoveryLogReader.Step step) {
    switch (step) {
      case DiscoveryLogReader.Step.Read(byte[] sqe, int bytes) -> submit(sqe, bytes);
      case DiscoveryLogReader.Step.Done done -> listener.read(done);
      case DiscoveryLogReader.Step.Failed(String reason) -> listener.failed(reason);
    }
  }

  private void submit(byte[] sqe, int bytes) {
    boolean ofHeader = Sqe.cdw(sqe, 0, 12) == 0;
    confirming = ofHeader && headers++ > 0;
    byte[] first = header;
    if (first != null && ofHeader) {
      step(machine.completed(Status.SUCCESS, first));
      return;
    }
    admin.submit(
        sqe,
        Direction.READ,
        new byte[bytes],
        answer -> {
          if (answer == null) {
            around.coverage().visitReader(Coverage.stateOf(machine), Event.NO_ANSWER);
            listener.failed("the connection was lost while the log was read");
            return;
          }
          if (header == null && around.plants().has(Plant.GENERATION_NOT_READ_AGAIN)) {
            header = answer.data();
          }
          completed(answer);
        });
  }

  private void completed(AdminDesk.Answer answer) {
    int state = Coverage.stateOf(machine);
    DiscoveryLogReader.Step next = machine.completed(answer.status(), answer.data());
    boolean refused = !Status.isSuccess(answer.status());
    Event event =
        switch (next) {
          case DiscoveryLogReader.Step.Failed _ -> refused ? Event.REFUSED : Event.GIVEN_UP;
          // A header that confirms is not followed by anything.
          case DiscoveryLogReader.Step.Read _ when confirming && !refused -> Event.CHANGED;
          case DiscoveryLogReader.Step.Read _, DiscoveryLogReader.Step.Done _ ->
              refused ? Event.REFUSED : Event.ANSWERED;
        };
    around.coverage().visitReader(state, event);
    step(next);
  }
}
