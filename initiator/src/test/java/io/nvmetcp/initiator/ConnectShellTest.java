package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connecting over a real socket, and every way in which it can fail. */
class ConnectShellTest extends ShellTest {

  private void assertNeverSent(Throwable failure, String sentence) {
    assertThat(failure).isInstanceOf(NvmeException.NeverSent.class).hasMessage(sentence);
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aRefusedConnectionIsOneSentence(String transport) {
    ScriptedServer server = serve(transport);
    int port = server.port();
    await(server.stop());
    Throwable failure =
        failure(initiator(options()).connect(new SubsystemAddress("127.0.0.1", port, "nqn.test")));
    assertThat(failure)
        .isInstanceOf(NvmeException.NeverSent.class)
        .message()
        .startsWith("cannot connect to 127.0.0.1 port " + port + ": Connection refused")
        .doesNotContain("\n");
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aPeerThatNeverAnswersIsGivenUpAtTheTimeLimit(String transport) {
    ScriptedServer server = serve(transport);
    server.greeting = connection -> connection.controller.silent();
    NvmeInitiator initiator = initiator(options().setConnectTimeoutMillis(500));
    assertNeverSent(
        failure(initiator.connect(server.address())),
        "no connection to 127.0.0.1 port %d within 500 ms: waited for the ICResp"
            .formatted(server.port()));
    server.awaitAllGone();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aControllerThatFallsSilentIsGivenUpWithTheStepNamed(String transport) {
    ScriptedServer server = serve(transport);
    AtomicInteger commands = new AtomicInteger();
    server.script = (connection, command) -> commands.incrementAndGet() > 4;
    NvmeInitiator initiator = initiator(options().setConnectTimeoutMillis(500));
    assertNeverSent(
        failure(initiator.connect(server.address())),
        "no connection to 127.0.0.1 port %d within 500 ms: waited for step 'not ready'"
            .formatted(server.port()));
    server.awaitAllGone();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aRefusalAtAnyStepLeavesNothingOpen(String transport) {
    ScriptedServer server = serve(transport);
    NvmeInitiator initiator = initiator(options().setIoQueues(2));
    for (int step = 0; step < 12; step++) {
      int refused = step == 11 ? 12 : step;
      AtomicInteger commands = new AtomicInteger();
      server.script =
          (connection, command) -> {
            if (commands.getAndIncrement() != refused) {
              return false;
            }
            connection.controller.respond(command.cid(), Status.INTERNAL_ERROR);
            return true;
          };
      Throwable failure = failure(initiator.connect(server.address()));
      assertThat(failure)
          .isInstanceOf(NvmeException.NeverSent.class)
          .message()
          .startsWith("cannot connect to 127.0.0.1 port " + server.port() + ": ")
          .contains(refused < 11 ? "refused: step '" : "I/O queue")
          .endsWith("Internal Error (0/06h)");
      assertThat(liveRegions()).as("step %d", step).isZero();
      server.awaitAllGone();
      server.connections.clear();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aConnectionThatEndsAtAnyStepLeavesNothingOpen(String transport) {
    ScriptedServer server = serve(transport);
    NvmeInitiator initiator = initiator(options().setIoQueues(2));
    for (int step = 0; step < 13; step++) {
      int last = step;
      AtomicInteger commands = new AtomicInteger();
      server.script =
          (connection, command) -> {
            if (commands.getAndIncrement() != last) {
              return false;
            }
            connection.socket.close().onFailure(Throwable::printStackTrace);
            return true;
          };
      assertThat(failure(initiator.connect(server.address())))
          .isInstanceOf(NvmeException.NeverSent.class)
          .message()
          .contains(last < 11 ? "step '" : "", "the controller closed the connection");
      assertThat(liveRegions()).as("step %d", step).isZero();
      server.awaitAllGone();
      server.connections.clear();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aFaultBeforeIcRespIsReportedToBothSides(String transport) {
    ScriptedServer server = serve(transport);
    server.greeting =
        connection -> {
          connection.controller.silent();
          connection.controller.respond(1, Status.SUCCESS);
          connection.flush();
        };
    NvmeInitiator initiator = initiator(options());
    assertThat(failure(initiator.connect(server.address())))
        .isInstanceOf(NvmeException.NeverSent.class)
        .message()
        .contains("fault of the controller: PDU sequence error", "before ICReq/ICResp");
    assertThat(liveRegions()).isZero();
    server.awaitAllGone();
    assertThat(server.connections.getFirst().controller.terminations())
        .singleElement()
        .satisfies(
            request -> assertThat(request.fes()).isEqualTo(FatalStatus.SEQUENCE_ERROR.code()));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void saysWhatWasAgreedAndNotWhatWasAskedFor(String transport) {
    ScriptedServer server = serve(transport);
    server.model.cap = new Cap(9, 1, 1, 0, 0);
    server.model.grantedQueues = 0;
    server.greeting =
        connection ->
            connection.controller.initialization(
                response -> new IcResponse(0, 3, true, false, 12_288));
    Controller controller =
        connect(
            options().setIoQueues(4).setQueueEntries(64).setHeaderDigest(true).setDataDigest(true));
    ControllerInfo info = controller.info();
    assertThat(info.headerDigest()).isTrue();
    assertThat(info.dataDigest()).isFalse();
    assertThat(info.ioQueues()).isEqualTo(1);
    assertThat(info.queueEntries()).isEqualTo(8);
    assertThat(info.maxH2cDataBytes()).isEqualTo(12_288);
    assertThat(info.inCapsuleBytes()).isEqualTo(8192);
    assertThat(info.flowControlDisabled()).isTrue();
    assertThat(info.device()).isEqualTo("socket");
    assertThat(info.channel().toLowerCase(Locale.ROOT)).startsWith(transport.replace("_", ""));
    assertThat(controller.namespace(1)).isPresent();
    await(controller.close());
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void discoversAndLeavesNothingOpen(String transport) {
    ScriptedServer server = serve(transport);
    List<DiscoveryLog.Entry> log =
        IntStream.range(0, 9)
            .mapToObj(
                portId ->
                    new DiscoveryLog.Entry(
                        DiscoveryLog.SUBTYPE_NVM,
                        DiscoveryLog.ADRFAM_IPV4,
                        DiscoveryLog.TREQ_PLAIN_NO_FLOW_CONTROL,
                        portId,
                        Fabrics.CNTLID_DYNAMIC,
                        32,
                        "nqn.sub",
                        "10.1.2.3",
                        "4420"))
            .toList();
    server.discoveryLog = new DiscoveryLog(5, log).encode();
    NvmeInitiator initiator = initiator(options());
    DiscoveryAddress address = new DiscoveryAddress("127.0.0.1", server.port());
    DiscoveryResult result = await(initiator.discover(address));
    assertThat(result.problems()).isEmpty();
    assertThat(result.entries())
        .hasSize(9)
        .contains(
            new DiscoveryEntry(
                DiscoveryEntry.Kind.SUBSYSTEM,
                "nqn.sub",
                "10.1.2.3",
                4420,
                8,
                0xFFFF,
                32,
                false,
                DiscoveryEntry.SecureChannel.NOT_SPECIFIED,
                true));
    assertThat(liveRegions()).isZero();
    server.awaitAllGone();
    assertThat(server.connections).hasSize(1);

    server.script =
        (connection, command) -> {
          if (command.opcode() == 0x02) {
            connection.controller.respond(command.cid(), Status.INVALID_LOG_PAGE);
            return true;
          }
          return false;
        };
    assertNeverSent(
        failure(initiator.discover(address)),
        "cannot connect to 127.0.0.1 port %d: the discovery log cannot be read: Invalid Log Page (1/09h)"
            .formatted(server.port()));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void dataComesAsAlignedAndIsAskedForAsOftenAsThisHostSays(String transport) {
    ScriptedServer server = serve(transport);
    List<List<Number>> asked = new CopyOnWriteArrayList<>();
    server.greeting =
        connection ->
            connection.controller.initialization(
                response -> {
                  IcRequest request = connection.controller.request();
                  asked.add(List.of(request.hpda(), request.maxR2t()));
                  return response;
                });
    Controller controller =
        connect(
            options()
                .setHostDataAlignment(31)
                .setMaxR2t(3)
                .setHeaderDigest(true)
                .setDataDigest(true));
    // The admin queue, and an I/O queue; each Identify came 128 bytes behind its header.
    assertThat(asked).containsExactly(List.of(31, 3L), List.of(31, 3L));
    assertThat(controller.namespaces()).hasSize(1);
    assertThat(controller.info().dataDigest()).isTrue();
    await(controller.close());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aQueueHasNoMoreEntriesThanTheControllerTakesCommandsOrHasRoomFor(String transport) {
    ScriptedServer server = serve(transport);
    LittleEndian.put16(server.model.identify, IdentifyController.MAXCMD, 50);
    Controller controller = connect(options().setQueueEntries(128));
    assertThat(controller.info().queueEntries()).isEqualTo(32);
    await(controller.close());
    // MQES is counted from 0.
    server.model.cap = new Cap(15, 2, 1, 0, 0);
    Controller shallow = await(initiator(options().setQueueEntries(128)).connect(server.address()));
    assertThat(shallow.info().queueEntries()).isEqualTo(16);
    await(shallow.close());
  }
}
