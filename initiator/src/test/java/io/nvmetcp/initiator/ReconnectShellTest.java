package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A controller that is lost and found again, and the commands that are caught in between. */
class ReconnectShellTest extends LifeTest {

  private void refuse(boolean value) {
    server.greeting =
        value ? connection -> connection.socket.close().onFailure(gone -> {}) : connection -> {};
  }

  @Test
  void readsAndWhatWasNeverSentGoOnAndASentWriteHasAnUnknownOutcome() {
    connected(options().setReconnect(soon()));
    Future<Void> read = read(8);
    Future<Void> write = write(8);
    Future<Void> waiting = namespace().flush();
    assertThat(List.of(next().opcode(), next().opcode()))
        .containsExactly(IoOpcode.READ, IoOpcode.WRITE);
    server.cutAll();
    assertThat(failure(write))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("the controller closed the connection");
    assertThat(awaitState(ControllerState.RECONNECTING))
        .isEqualTo("the controller closed the connection");
    assertThat(awaitState(ControllerState.LIVE)).isEqualTo("connected again");
    List<Held> again = List.of(next(), next());
    assertThat(again)
        .extracting(Held::opcode)
        .containsExactlyInAnyOrder(IoOpcode.READ, IoOpcode.FLUSH);
    letGo();
    again.forEach(Held::succeed);
    await(read);
    await(waiting);
    await(write(8));
    assertThat(await(controller.statistics()).reconnects()).isEqualTo(1);
    assertThat(await(controller.statistics()).lost()).as("read and write").isEqualTo(2);
  }

  @Test
  void aStreamThatIsToFlushDoesNotTrustTheCacheOfANewAssociation() {
    connected(options().setReconnect(soon()));
    letGo();
    WriteStream<Buffer> stream =
        namespace().asWriteStream(new StreamOptions().setChunkBytes(BLOCK));
    await(stream.write(Buffer.buffer(new byte[BLOCK])));
    server.cutAll();
    assertThat(awaitState(ControllerState.RECONNECTING)).isNotBlank();
    assertThat(awaitState(ControllerState.LIVE)).isEqualTo("connected again");
    assertThat(failure(stream.end()))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessageStartingWith("connected again while the stream was written");
  }

  @Test
  void commandsThatComeWhileThereIsNoConnectionWaitUpToABound() {
    connected(options().setWaitingCommands(3).setReconnect(soon()));
    refuse(true);
    server.cutAll();
    String unused = awaitState(ControllerState.RECONNECTING);
    List<Future<Void>> flushes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      flushes.add(namespace().flush());
    }
    assertThat(failure(flushes.removeLast()))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("3 commands wait for a connection already");
    assertThat(await(controller.statistics()).waitingForConnection()).isEqualTo(3);
    letGo();
    refuse(false);
    awaitAll(flushes);
    assertThat(controller.state()).isEqualTo(ControllerState.LIVE);
  }

  @Test
  void nothingWaitsIfTheOptionsSaySo() {
    connected(options().setReconnect(soon().setCommandsWait(false).setReplayReads(false)));
    Future<Void> read = read(1);
    Held unused = next();
    refuse(true);
    server.cutAll();
    assertThat(failure(read)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    String lost = awaitState(ControllerState.RECONNECTING);
    assertThat(failure(namespace().flush()))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("the connection has ended: " + lost);
    refuse(false);
    String found = awaitState(ControllerState.LIVE);
    letGo();
    await(namespace().flush());
    assertThat(found).isNotBlank();
  }

  @Test
  void adminCommandsDoNotWaitForAnAssociation() {
    connected(options().setReconnect(soon()));
    refuse(true);
    server.cutAll();
    String lost = awaitState(ControllerState.RECONNECTING);
    for (Future<?> command :
        List.of(
            controller.admin().getFeature(FeatureId.ARBITRATION),
            controller.admin().identifyController(),
            controller.rescan())) {
      assertThat(failure(command))
          .isInstanceOf(NvmeException.NeverSent.class)
          .hasMessage("the connection has ended: " + lost);
    }
    refuse(false);
    assertThat(awaitState(ControllerState.LIVE)).isNotBlank();
    assertThat(await(controller.admin().identifyController())).isNotEmpty();
    assertThat(await(controller.rescan())).hasSize(1);
  }

  @Test
  void whatWaitsFailsAtTheFailFastTimeoutAndTheAttemptsGoOn() {
    connected(options().setReconnect(soon().setFailFastMillis(100)));
    Future<Void> read = read(1);
    Held unused = next();
    refuse(true);
    server.cutAll();
    assertThat(awaitState(ControllerState.RECONNECTING)).isNotBlank();
    Future<Void> flush = namespace().flush();
    assertThat(failure(flush))
        .isInstanceOf(NvmeException.NeverSent.class)
        .message()
        .startsWith("reconnecting takes longer than the fail-fast timeout");
    assertThat(failure(read)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    assertThat(failure(namespace().flush()))
        .as("at once")
        .isInstanceOf(NvmeException.NeverSent.class);
    assertThat(controller.state()).isEqualTo(ControllerState.RECONNECTING);
    refuse(false);
    letGo();
    String live = awaitState(ControllerState.LIVE);
    assertThat(live).isNotBlank();
    await(namespace().flush());
  }

  @Test
  void theControllerIsGivenUpAtTheLossTimeout() {
    connected(options().setReconnect(soon().setLossTimeoutMillis(500)));
    Future<Void> read = read(1);
    Held unused = next();
    refuse(true);
    server.cutAll();
    assertThat(awaitState(ControllerState.RECONNECTING)).isNotBlank();
    Future<Void> flush = namespace().flush();
    String reason = await(controller.ended());
    assertThat(reason)
        .startsWith("no connection within the controller loss timeout")
        .endsWith("; it was lost: the controller closed the connection");
    assertThat(failure(flush)).isInstanceOf(NvmeException.NeverSent.class).hasMessage(reason);
    assertThat(failure(read)).isInstanceOf(NvmeException.OutcomeUnknown.class).hasMessage(reason);
    assertThat(awaitState(ControllerState.ENDED)).isEqualTo(reason);
    assertThat(failure(namespace().flush())).isInstanceOf(NvmeException.NeverSent.class);
  }

  @Test
  void aWriteIsReplayedOnlyIfWantedAndOnlyAfterAQuiesce() {
    long katoMillis = 400;
    long quiesceMillis = 300;
    LittleEndian.put16(server.model.identify, IdentifyController.CQT, (int) quiesceMillis);
    connected(
        options()
            .setKeepAliveMillis(katoMillis)
            .setReconnect(soon().setReplayWrites(true).setQuiesceMarginMillis(1)));
    Future<Void> write = write(8);
    assertThat(next().opcode()).isEqualTo(IoOpcode.WRITE);
    long cutNs = System.nanoTime();
    server.cutAll();
    assertThat(awaitState(ControllerState.LIVE)).isNotBlank();
    Future<Void> flush = namespace().flush();
    Held replayed = next();
    if (replayed.opcode() == IoOpcode.FLUSH) {
      // As a rule: nobody waits for the write. But a busy machine may take its time.
      replayed.answer(Status.SUCCESS);
      await(flush);
      replayed = next();
    }
    assertThat(replayed.opcode()).isEqualTo(IoOpcode.WRITE);
    assertThat(System.nanoTime() - cutNs)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(katoMillis + quiesceMillis));
    replayed.answer(Status.SUCCESS);
    await(write);
    letGo();
    held.forEach(Held::succeed);
    await(flush);
  }

  @Test
  void writesThatQuiesceAreNoMoreThanMayWaitOrBeOutstandingHoweverManyAssociationsAreLost() {
    connected(
        options()
            .setWaitingCommands(1)
            .setKeepAliveMillis(60_000)
            .setReconnect(soon().setReplayWrites(true).setQuiesceMarginMillis(600_000)));
    List<Future<Void>> writes = new ArrayList<>();
    for (int loss = 0; loss < 4; loss++) {
      writes.add(write(8));
      assertThat(next().opcode()).isEqualTo(IoOpcode.WRITE);
      server.cutAll();
      assertThat(awaitState(ControllerState.LIVE)).isNotBlank();
    }
    assertThat(failure(writes.removeLast()))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("3 commands wait for a connection already");
    assertThat(await(controller.statistics()).waitingForConnection()).isEqualTo(3);
    assertThat(writes).noneMatch(Future::isComplete);
    letGo();
    await(read(1));
    await(controller.close());
    assertThat(writes).allMatch(Future::failed);
  }

  @Test
  void replayingWritesNeedsAKeepAlive() {
    NvmeInitiator initiator =
        initiator(options().setReconnect(new ReconnectOptions().setReplayWrites(true)));
    assertThat(failure(initiator.connect(server.address())))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("replaying writes needs a keep-alive timeout");
  }

  @Test
  void whatWasIssuedForANamespaceThatIsAnotherNowIsNotSent() {
    server.model.namespaces.put(2L, 4096L);
    server.model.namespaces.put(3L, 4096L);
    server.model.namespaces.put(4L, 4096L);
    connected(options().setQueueEntries(8).setReconnect(soon()));
    List<Future<Void>> reads = new ArrayList<>();
    for (long id = 1; id <= 4; id++) {
      Namespace namespace = controller.namespace(id).orElseThrow();
      reads.add(namespace.read(0, region.slice(id * BLOCK, BLOCK)));
      Held unused = next();
    }
    Namespace grown = controller.namespace(2).orElseThrow();
    server.model.namespaces.put(2L, 8192L);
    server.model.namespaces.remove(3L);
    server.model.identities.put(4L, 77L);
    server.cutAll();
    assertThat(failure(reads.get(1)))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("after the connection was lost, namespace 2 has 8192 blocks, before 4096");
    assertThat(failure(reads.get(2)))
        .hasMessage("after the connection was lost, namespace 3 is not there any more");
    assertThat(failure(reads.get(3)))
        .message()
        .startsWith("after the connection was lost, namespace 4 is another one: UUID");
    Held replayed = next();
    replayed.succeed();
    await(reads.get(0));
    letGo();
    assertThat(grown.blocks()).isEqualTo(8192);
    await(grown.read(8191, region.slice(0, BLOCK)));
    assertThat(controller.namespaces()).extracting(Namespace::id).containsExactly(1L, 2L, 4L);
    assertThat(held).isEmpty();
  }

  @Test
  void anotherSubsystemIsNotTakenForTheOldOne() {
    connected(options().setReconnect(soon()));
    Future<Void> read = read(1);
    Held unused = next();
    IdentifyController.names(server.model.identify, "SN1", "A model", "1.0", "nqn.other\n");
    server.cutAll();
    assertThat(await(controller.ended()))
        .isEqualTo("another subsystem answers at 127.0.0.1 port " + server.port());
    assertThat(failure(read)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    server.awaitAllGone();
  }

  @Test
  void aRefusalWithDnrEndsTheAttempts() {
    connected(options().setReconnect(soon()));
    AtomicBoolean refused = new AtomicBoolean();
    server.script =
        (connection, command) -> {
          if (!command.isFabrics(Fabrics.CONNECT) || ConnectCommand.qid(command.sqe(), 0) != 0) {
            return false;
          }
          // First one that may pass, then one that will not.
          int dnr = refused.getAndSet(true) ? Status.DNR : 0;
          connection.controller.respond(command.cid(), Status.CONNECT_INVALID_HOST | dnr);
          return true;
        };
    server.cutAll();
    assertThat(await(controller.ended())).contains("Connect Invalid Host (1/84h, DNR)");
    assertThat(refused).isTrue();
  }

  @Test
  void aControllerThatIsGoneBeforeItsQueuesAreConnectedIsNoReasonToGiveUp() {
    connected(options().setReconnect(soon()));
    AtomicInteger refused = new AtomicInteger();
    server.script =
        (connection, command) -> {
          boolean ioConnect =
              command.isFabrics(Fabrics.CONNECT) && ConnectCommand.qid(command.sqe(), 0) > 0;
          boolean identify = command.opcode() == AdminOpcode.IDENTIFY;
          int number = refused.get();
          if (number > 2 || !(number == 2 ? identify : ioConnect)) {
            return false;
          }
          refused.incrementAndGet();
          // The admin queue was lost meanwhile, or another process answers: there is no such
          // controller, or it is not ready.
          connection.controller.respond(
              command.cid(),
              (number == 0 ? Status.CONNECT_INVALID_PARAMETERS : Status.COMMAND_SEQUENCE_ERROR)
                  | Status.DNR,
              number == 0 ? 1 << 16 | ConnectData.CNTLID : 0,
              0);
          return true;
        };
    server.cutAll();
    assertThat(awaitState(ControllerState.LIVE)).isEqualTo("connected again");
    assertThat(refused).hasValue(3);
    letGo();
    await(read(1));
  }

  @Test
  void aControllerThatComesBackSmallerIsUsedAsItIs() {
    connected(options().setIoQueues(2).setQueueEntries(8).setReconnect(soon()));
    assertThat(controller.contexts()).hasSize(2);
    Future<Void> large = read(256);
    Held unused = next();
    // MDTS 1 is 8 KiB; one I/O queue.
    server.model.identify[IdentifyController.MDTS] = 1;
    server.model.grantedQueues = 0;
    server.cutAll();
    assertThat(failure(large))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("the controller takes 8192 bytes in one command now, and this one has 131072");
    letGo();
    await(read(256));
    assertThat(controller.info().ioQueues()).isEqualTo(1);
    assertThat(controller.contexts()).hasSize(1);
  }

  @Test
  void survivesManyLossesWithEveryCommandEndingOnce() {
    connected(options().setQueueEntries(16).setReconnect(soon()));
    letGo();
    int reads = 0;
    for (int round = 0; round < 10; round++) {
      List<Future<Void>> futures = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        futures.add(read(1));
      }
      server.cutAll();
      for (int i = 0; i < 20; i++) {
        futures.add(read(1));
      }
      awaitAll(futures);
      reads += futures.size();
    }
    InitiatorStatistics statistics = await(controller.statistics());
    assertThat(statistics.reconnects()).isEqualTo(10);
    assertThat(statistics.outstanding()).isZero();
    // With the Connect of each queue; what was lost was sent again.
    assertThat(statistics.completed()).isEqualTo(reads + 11);
    assertThat(statistics.submitted()).isEqualTo(statistics.completed() + statistics.lost());
  }
}
