package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.PduFlags;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A connected controller over a real socket: its I/O, and every way in which it can end. */
class ControllerShellTest extends ShellTest {

  private static boolean isIo(ScriptedServer.Connection connection, Command command) {
    return connection.qid > 0 && command.opcode() != 0x7F;
  }

  /** I/O commands are kept until the test answers them. */
  private static BlockingQueue<Command> holdIo(ScriptedServer server) {
    BlockingQueue<Command> held = new LinkedBlockingQueue<>();
    server.script = (connection, command) -> isIo(connection, command) && held.add(command);
    return held;
  }

  private static Command next(BlockingQueue<Command> held) throws InterruptedException {
    Command command = held.poll(60, TimeUnit.SECONDS);
    assertThat(command).as("a command, within 60 s").isNotNull();
    return Objects.requireNonNull(command);
  }

  /** Runs on the server's event loop of queue 1. */
  private void onServer(ScriptedServer.Connection connection, Runnable action) {
    Promise<Void> done = Promise.promise();
    connection
        .socket
        .write("")
        .onComplete(
            written -> {
              action.run();
              connection.flush();
              done.complete();
            });
    await(done.future());
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("transports")
  void readsWritesFlushesAndCloses(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    int bytes = 64 * 1024;
    server.script =
        (connection, command) -> {
          if (!isIo(connection, command)) {
            return false;
          }
          switch (command.opcode()) {
            case IoOpcode.READ ->
                connection.controller.data(
                    command.cid(), 0, content(bytes), PduFlags.LAST | PduFlags.SUCCESS);
            case IoOpcode.WRITE -> {
              assertThat(Sgl.type(command.sqe(), 0)).isEqualTo(Sgl.TRANSPORT);
              connection.controller.r2t(command.cid(), 5, 0, bytes);
              connection.controller.respond(command.cid(), Status.SUCCESS);
            }
            default -> connection.controller.respond(command.cid(), Status.SUCCESS);
          }
          return true;
        };
    Controller controller = connect(options().setHeaderDigest(true).setDataDigest(true));
    Namespace namespace = controller.namespace(1).orElseThrow();
    Region region = region(2 * bytes);
    for (int i = 0; i < 20; i++) {
      await(namespace.read(0, region.slice(bytes, bytes)));
    }
    assertThat(region.segment().asSlice(bytes, bytes).toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(content(bytes));
    await(namespace.write(0, region.slice(0, bytes)));
    await(namespace.flush());

    Future<Void> closed = controller.close();
    assertThat(controller.close()).isSameAs(closed);
    await(closed);
    assertThat(await(controller.ended())).isEqualTo("closed by this host");
    assertThat(failure(namespace.flush())).isInstanceOf(NvmeException.NeverSent.class);
    InitiatorStatistics statistics = await(controller.statistics());
    assertThat(statistics.balanced()).isTrue();
    assertThat(statistics.completed()).as("with the queue's Connect").isEqualTo(23);
    assertThat(statistics.outstanding()).isZero();
    assertThat(statistics.liveMappings()).isZero();
    assertThat(statistics.offload(DdpCounter.DDP_BYTES)).isPositive();
    region.close();
    assertThat(liveRegions()).isZero();
    server.awaitAllGone();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aReadCutShortHasAnUnknownOutcomeAndNothingStaysOpen(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    BlockingQueue<Command> held = holdIo(server);
    Controller controller = connect(options());
    Namespace namespace = controller.namespace(1).orElseThrow();
    int bytes = 32 * 1024;
    Region region = region(2 * bytes);
    Future<Void> read = namespace.read(0, region.slice(0, bytes));
    Future<Void> write = namespace.write(0, region.slice(bytes, bytes));
    Command first = next(held);
    assertThat(next(held).opcode()).isEqualTo(IoOpcode.WRITE);
    ScriptedServer.Connection connection = server.queue(1);
    onServer(
        connection,
        () -> {
          // A part of one PDU and no more.
          connection.controller.data(first.cid(), 0, content(bytes), PduFlags.LAST);
          byte[] pdu = connection.controller.take();
          connection.controller.raw(Arrays.copyOf(pdu, 20_000));
          connection.flush();
          connection.socket.close().onFailure(Throwable::printStackTrace);
        });
    assertThat(failure(read))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("the controller closed the connection");
    assertThat(failure(write)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    assertThat(await(controller.ended())).isEqualTo("the controller closed the connection");
    region.close();
    assertThat(liveRegions()).as("without a close of ours").isZero();
    assertThat(failure(namespace.flush())).isInstanceOf(NvmeException.NeverSent.class);
    assertThat(await(controller.statistics()).balanced()).isTrue();
    await(controller.close());
    server.awaitAllGone();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void theWaitingLineIsBoundedAndFair(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    BlockingQueue<Command> held = holdIo(server);
    Controller controller = connect(options().setWaitingCommands(3));
    Namespace namespace = controller.namespace(1).orElseThrow();
    Region region = region(8 * BLOCK);
    Region closing = region(BLOCK);
    List<Future<Void>> reads = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      Region of = i == 2 ? closing : region;
      Future<Void> read = namespace.read(i, of.slice(i == 2 ? 0 : i * BLOCK, BLOCK));
      reads.add(
          read.onSuccess(
              done -> {
                synchronized (order) {
                  order.add(number);
                }
              }));
    }
    assertThat(failure(reads.get(5)))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("3 commands wait for a slot already");
    // The one that waits at the head cannot be sent: the others must not wait for it.
    closing.close();
    ScriptedServer.Connection connection = server.queue(1);
    for (int read : new int[] {0, 1, 3, 4}) {
      Command command = next(held);
      onServer(connection, () -> connection.controller.answer(command.cid(), content(BLOCK)));
      await(reads.get(read));
    }
    assertThat(failure(reads.get(2)))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("the buffer's region is closing");
    synchronized (order) {
      assertThat(order).containsExactly(0, 1, 3, 4);
    }
    await(controller.close());
    region.close();
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void closeLetsWaitingCommandsEndAndRefusesNewOnes(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    BlockingQueue<Command> held = holdIo(server);
    Controller controller = connect(options());
    Namespace namespace = controller.namespace(1).orElseThrow();
    List<Future<Void>> flushes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      flushes.add(namespace.flush());
    }
    List<Command> sent = List.of(next(held), next(held));
    Future<Void> closed = controller.close();
    assertThat(failure(namespace.flush()))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("the controller is closed");
    ScriptedServer.Connection connection = server.queue(1);
    onServer(
        connection,
        () -> {
          server.script = (any, command) -> isIo(any, command) && answer(any, command);
          sent.forEach(command -> connection.controller.respond(command.cid(), Status.SUCCESS));
        });
    for (Future<Void> flush : flushes) {
      await(flush);
    }
    await(closed);
    assertThat(liveRegions()).isZero();
    server.awaitAllGone();
  }

  private static boolean answer(ScriptedServer.Connection connection, Command command) {
    connection.controller.respond(command.cid(), Status.SUCCESS);
    return true;
  }

  @ParameterizedTest
  @MethodSource("transports")
  void closeIsBoundedWhenNothingIsAnswered(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    BlockingQueue<Command> held = holdIo(server);
    Controller controller = connect(options().setConnectTimeoutMillis(1_000));
    Namespace namespace = controller.namespace(1).orElseThrow();
    List<Future<Void>> flushes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      flushes.add(namespace.flush());
    }
    assertThat(List.of(next(held), next(held))).hasSize(2);
    await(controller.close());
    assertThat(failure(flushes.get(0)))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("the shutdown took too long");
    assertThat(failure(flushes.get(1))).isInstanceOf(NvmeException.OutcomeUnknown.class);
    assertThat(failure(flushes.get(2))).isInstanceOf(NvmeException.NeverSent.class);
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aControllerThatLeavesKeepAliveUnansweredIsLost(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    CountDownLatch sent = new CountDownLatch(2);
    server.script =
        (connection, command) -> {
          if (command.opcode() != AdminOpcode.KEEP_ALIVE || connection.qid != 0) {
            return isIo(connection, command);
          }
          sent.countDown();
          return sent.getCount() == 0;
        };
    Controller controller = connect(options().setKeepAliveMillis(300));
    Future<Void> flush = controller.namespace(1).orElseThrow().flush();
    assertThat(await(controller.ended())).isEqualTo("the controller did not answer Keep Alive");
    assertThat(sent.getCount()).isZero();
    assertThat(failure(flush))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("the controller did not answer Keep Alive");
    assertThat(liveRegions()).isZero();
    server.awaitAllGone();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aFaultOnOneQueueEndsAllOfThemAndTellsThePeer(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    server.script = ControllerShellTest::isIo;
    Controller controller = connect(options().setIoQueues(2));
    List<Future<Void>> flushes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      flushes.add(controller.namespace(1).orElseThrow().flush());
    }
    ScriptedServer.Connection connection = server.queue(2);
    onServer(connection, () -> connection.controller.respond(0x7FFF, Status.SUCCESS));
    for (Future<Void> flush : flushes) {
      assertThat(failure(flush)).isInstanceOf(NvmeException.class);
    }
    assertThat(await(controller.ended()))
        .isEqualTo(
            "fault of the controller: invalid PDU header field (FES 1, FEI 20): response for 7FFFh,"
                + " which awaits none");
    server.awaitAllGone();
    assertThat(connection.controller.terminations())
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.fes()).isEqualTo(FatalStatus.INVALID_HEADER_FIELD.code()));
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void theControllersTerminateRequestIsTheReason(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    Controller controller = connect(options());
    ScriptedServer.Connection connection = server.queue(1);
    onServer(connection, () -> connection.controller.terminate(FatalStatus.LIMIT_EXCEEDED, 0));
    assertThat(await(controller.ended()))
        .startsWith("the controller ended the connection: data transfer or R2T limit exceeded");
    await(controller.close());
    server.awaitAllGone();
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aPeerThatReadsNothingDoesNotKeepBuffersLong(String transport) throws Exception {
    ScriptedServer server = serve(transport);
    int writes = 12;
    int bytes = 1 << 20;
    BlockingQueue<Command> held = holdIo(server);
    server.greeting = connection -> connection.controller.maxH2cData(bytes);
    server.model.identify[IdentifyController.MDTS] = 0;
    Controller controller = connect(options().setQueueEntries(16));
    Region region = region(bytes);
    List<Future<Void>> futures = new ArrayList<>();
    List<Command> sent = new ArrayList<>();
    for (int i = 0; i < writes; i++) {
      futures.add(controller.namespace(1).orElseThrow().write(0, region.slice(0, bytes)));
      sent.add(next(held));
    }
    ScriptedServer.Connection connection = server.queue(1);
    onServer(
        connection,
        () -> {
          connection.socket.pause();
          sent.forEach(write -> connection.controller.r2t(write.cid(), 1, 0, bytes));
          connection.controller.respond(0x7FFF, Status.SUCCESS);
        });
    for (Future<Void> write : futures) {
      assertThat(failure(write)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    }
    assertThat(region.holders()).isZero();
    assertThat(await(controller.ended())).startsWith("fault of the controller");
    // What Vert.x holds for it on the other side is read, and so given back.
    connection.socket.resume();
    server.awaitAllGone();
    region.close();
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void theTerminateRequestArrivesBehindDataThatTheSocketHadNotTaken(String transport)
      throws Exception {
    ScriptedServer server = serve(transport);
    int writes = 12;
    int bytes = 1 << 20;
    BlockingQueue<Command> held = holdIo(server);
    server.greeting = connection -> connection.controller.maxH2cData(bytes);
    // No MDTS: our own limit of 1 MiB counts.
    server.model.identify[IdentifyController.MDTS] = 0;
    Controller controller = connect(options().setQueueEntries(16));
    Namespace namespace = controller.namespace(1).orElseThrow();
    Region region = region(bytes);
    List<Future<Void>> futures = new ArrayList<>();
    for (int i = 0; i < writes; i++) {
      futures.add(namespace.write(0, region.slice(0, bytes)));
    }
    Future<Void> flush = namespace.flush();
    List<Command> sent = new ArrayList<>();
    for (int i = 0; i <= writes; i++) {
      sent.add(next(held));
    }
    ScriptedServer.Connection connection = server.queue(1);
    onServer(
        connection,
        () -> {
          connection.socket.pause();
          for (Command write : sent.subList(0, writes)) {
            connection.controller.r2t(write.cid(), 1, 0, bytes);
          }
          connection.controller.respond(0x7FFF, Status.SUCCESS);
        });
    assertThat(failure(flush)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    assertThat(futures.getLast().isComplete()).as("its buffer is still being sent").isFalse();
    connection.socket.resume();
    for (Future<Void> write : futures) {
      assertThat(failure(write)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    }
    server.awaitAllGone();
    assertThat(connection.controller.terminations()).hasSize(1);
    assertThat(connection.controller.data()).hasSize(writes);
    assertThat(await(controller.ended())).startsWith("fault of the controller");
    region.close();
    assertThat(liveRegions()).isZero();
  }
}
