package io.nvmetcp.initiator.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  private final Shutdown machine = new Shutdown();

  @Test
  void asksAndThenPollsUntilItIsComplete() {
    Action.Command set = (Action.Command) machine.start();
    assertThat(Sqe.fctype(set.sqe(), 0)).isEqualTo(Fabrics.PROPERTY_SET);
    assertThat(PropertyCommand.value(set.sqe(), 0)).isEqualTo(0x464001);
    Action.Command get = (Action.Command) machine.completed(Status.SUCCESS, 0);
    assertThat(PropertyCommand.property(get.sqe(), 0)).isEqualTo(Fabrics.PROPERTY_CSTS);
    assertThat(machine.completed(Status.SUCCESS, new Csts(true, false, 1).encode()))
        .isInstanceOf(Action.Pause.class);
    assertThat(machine.resumed()).isInstanceOf(Action.Command.class);
    assertThat(machine.completed(Status.SUCCESS, new Csts(true, false, 2).encode()))
        .isInstanceOf(Action.ShutDown.class);
  }

  @Test
  void givesUpAfterABoundedNumberOfPolls() {
    Action action = machine.start();
    int polls = 0;
    while (!(action instanceof Action.Failed)) {
      action =
          action instanceof Action.Pause ? machine.resumed() : machine.completed(Status.SUCCESS, 0);
      polls++;
      assertThat(polls).isLessThan(1000);
    }
    assertThat(((Action.Failed) action).reason()).contains("does not complete its shutdown");
  }

  @Test
  void aRefusalIsSaid() {
    assertThat(machine.start()).isInstanceOf(Action.Command.class);
    assertThat(machine.completed(Status.INVALID_FIELD, 0))
        .isInstanceOfSatisfying(
            Action.Failed.class,
            failed -> assertThat(failed.reason()).contains("refuses to shut down", "0/02h"));
  }
}
