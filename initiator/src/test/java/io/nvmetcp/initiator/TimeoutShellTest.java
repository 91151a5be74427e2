package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/**
 * Commands that take too long: aborted, and if that does not help, given up with the controller.
 */
class TimeoutShellTest extends LifeTest {
  private static final int NEVER_MILLIS = 600_000;

  private final BlockingQueue<Held> aborts = new LinkedBlockingQueue<>();

  private static InitiatorOptions impatient() {
    return options()
        .setCommandTimeoutMillis(100)
        .setAbortTimeoutMillis(NEVER_MILLIS)
        .setReconnect(soon());
  }

  private void holdAborts() {
    server.script =
        (connection, command) -> {
          if (isIo(connection, command)) {
            return hold(connection, command);
          }
          return connection.qid == 0
              && command.opcode() == AdminOpcode.ABORT
              && aborts.add(new Held(connection, command));
        };
  }

  private Held nextAbort() {
    return take(aborts, "an abort");
  }

  private static long aborted(Held abort) {
    return Sqe.cdw(abort.command().sqe(), 0, 10);
  }

  private static void answer(Held abort, boolean done) {
    abort
        .connection()
        .run(
            () ->
                abort
                    .connection()
                    .controller
                    .respond(abort.command().cid(), Status.SUCCESS, done ? 0 : 1, 0));
  }

  @Test
  void aLateCommandIsAbortedAndSaysSo() {
    holdAborts();
    connected(impatient());
    Future<Void> write = write(1);
    Held late = next();
    Held abort = nextAbort();
    assertThat(aborted(abort)).isEqualTo(1 | (long) late.command().cid() << 16);
    late.answer(Status.ABORT_REQUESTED);
    answer(abort, true);
    assertThat(failure(write))
        .isInstanceOfSatisfying(
            NvmeException.CommandFailed.class,
            cause -> assertThat(cause.code()).isEqualTo(Status.ABORT_REQUESTED));
    letGo();
    await(write(1));
    assertThat(controller.state()).isEqualTo(ControllerState.LIVE);
  }

  @Test
  void anAbortThatWasNotDoneFreesNothing() {
    holdAborts();
    connected(impatient());
    Future<Void> read = read(1);
    Held late = next();
    answer(nextAbort(), false);
    // An answer to a later admin command: that to the abort was looked at before.
    assertThat(await(controller.admin().identifyController())).isNotEmpty();
    assertThat(read.isComplete()).isFalse();
    assertThat(await(controller.statistics()).outstanding()).isEqualTo(1);
    assertThat(region.holders()).isEqualTo(1);
    late.succeed();
    await(read);
    assertThat(region.holders()).isZero();
    assertThat(aborts).as("asked for once").isEmpty();
    InitiatorStatistics statistics = await(controller.statistics());
    assertThat(statistics.aborts()).isEqualTo(1);
    assertThat(statistics.abortsNotDone()).isEqualTo(1);
  }

  @Test
  void aCommandThatIsNotAbortedInTimeEndsTheAssociation() {
    holdAborts();
    connected(impatient().setAbortTimeoutMillis(100));
    Future<Void> write = write(1);
    Future<Void> read = read(1);
    Held first = next();
    Held second = next();
    assertThat(List.of(first.opcode(), second.opcode()))
        .containsExactly(IoOpcode.WRITE, IoOpcode.READ);
    answer(nextAbort(), false);
    assertThat(awaitState(ControllerState.RECONNECTING))
        .matches("command [0-9A-F]{4}h of queue 1 was not answered in time, nor aborted");
    assertThat(failure(write)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    Held again = next();
    assertThat(again.connection()).isNotSameAs(first.connection());
    again.succeed();
    await(read);
    await(first.connection().gone.future());
  }

  @Test
  void aLateAdminCommandIsAbortedToo() {
    BlockingQueue<Held> admin = new LinkedBlockingQueue<>();
    server.script =
        (connection, command) -> {
          if (connection.qid == 0 && command.opcode() == AdminOpcode.ABORT) {
            return aborts.add(new Held(connection, command));
          }
          return controller != null
              && connection.qid == 0
              && command.opcode() == AdminOpcode.GET_FEATURES
              && admin.add(new Held(connection, command));
        };
    connected(options().setAdminTimeoutMillis(100).setReconnect(soon()));
    Future<FeatureValue> feature = controller.admin().getFeature(1);
    Held late = take(admin, "the command");
    Held abort = nextAbort();
    assertThat(aborted(abort)).as("of queue 0").isEqualTo((long) late.command().cid() << 16);
    answer(abort, true);
    late.answer(Status.ABORT_REQUESTED);
    assertThat(failure(feature)).isInstanceOf(NvmeException.CommandFailed.class);
  }

  @Test
  void noMoreAbortsAreOutstandingThanTheControllerTakes() {
    server.model.identify[IdentifyController.ACL] = 1;
    holdAborts();
    connected(impatient().setQueueEntries(16));
    List<Future<Void>> reads = new ArrayList<>();
    List<Held> late = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      reads.add(read(1));
      late.add(next());
    }
    List<Held> outstanding = new ArrayList<>(List.of(nextAbort(), nextAbort()));
    for (int i = 2; i < 5; i++) {
      assertThat(await(controller.admin().identifyController())).isNotEmpty();
      assertThat(aborts).as("with %d answered", i - 2).isEmpty();
      answer(outstanding.removeFirst(), false);
      outstanding.add(nextAbort());
    }
    outstanding.forEach(abort -> answer(abort, false));
    late.forEach(Held::succeed);
    awaitAll(reads);
  }

  @Test
  void withoutATimeLimitNothingIsAborted() {
    holdAborts();
    connected(options().setCommandTimeoutMillis(0).setAdminTimeoutMillis(0).setReconnect(soon()));
    Future<Void> read = read(1);
    Held slow = next();
    assertThat(await(controller.statistics()).outstanding()).isEqualTo(1);
    slow.succeed();
    await(read);
    assertThat(aborts).isEmpty();
  }
}
