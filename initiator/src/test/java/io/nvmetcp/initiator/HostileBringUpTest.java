package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.ScriptedServer.Connection;
import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A target that misbehaves while it is being connected to, by protocol and by content: wrong
 * answers to each command, contents that no controller could mean, silence at each step, and
 * discovery logs without end. Over a real socket; the transports differ in nothing here.
 */
class HostileBringUpTest extends ShellTest {
  private static final int BRING_UP_COMMANDS = 12;

  /** What the target does, and what the host makes of it. */
  private record Row(
      String name,
      Predicate<Command> at,
      BiConsumer<Connection, Command> deed,
      String sentence,
      String reports) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Predicate<Command> connect(int qid) {
    return it -> it.isFabrics(Fabrics.CONNECT) && ConnectCommand.qid(it.sqe(), 0) == qid;
  }

  private static Predicate<Command> get(int property) {
    return it ->
        it.isFabrics(Fabrics.PROPERTY_GET) && PropertyCommand.property(it.sqe(), 0) == property;
  }

  private static Predicate<Command> identify(int cns) {
    return it -> it.opcode() == AdminOpcode.IDENTIFY && Sqe.cdw(it.sqe(), 0, 10) == cns;
  }

  private static BiConsumer<Connection, Command> result(long value) {
    return (to, command) -> to.controller.respond(command.cid(), Status.SUCCESS, value, 0);
  }

  private static BiConsumer<Connection, Command> page(Consumer<byte[]> fill) {
    return (to, command) -> {
      byte[] page = new byte[Cns.DATA_BYTES];
      fill.accept(page);
      to.controller.answer(command.cid(), page);
    };
  }

  private static BiConsumer<Connection, Command> identity(Consumer<byte[]> spoil) {
    return (to, command) -> {
      byte[] page = to.model().identify.clone();
      spoil.accept(page);
      to.controller.answer(command.cid(), page);
    };
  }

  static List<Row> refused() {
    List<Row> rows = new ArrayList<>();
    protocol(rows);
    contents(rows);
    return rows;
  }

  private static void protocol(List<Row> rows) {
    for (int qid : new int[] {0, 1}) {
      String of = qid == 0 ? "Connect" : "Connect of an I/O queue";
      String where = qid == 0 ? "step 'connect': " : "I/O queue 1: ";
      rows.add(
          new Row(
              of + " answered to a CID that was never sent",
              connect(qid),
              (to, it) -> to.controller.respond(it.cid() ^ 0x100, Status.SUCCESS),
              where,
              "FES 1 @20"));
      rows.add(
          new Row(
              of + " answered with data",
              connect(qid),
              (to, it) -> to.controller.data(it.cid(), 0, new byte[64], PduFlags.LAST),
              where,
              "FES 1 @8"));
      rows.add(
          new Row(
              of + " asked for data that it brought",
              connect(qid),
              (to, it) -> to.controller.r2t(it.cid(), 1, 0, 1024),
              where,
              "FES 2 @0"));
    }
    rows.add(
        new Row(
            "Connect answered twice",
            connect(0),
            (to, it) -> {
              to.controller.respond(it.cid(), Status.SUCCESS);
              to.controller.respond(it.cid(), Status.SUCCESS);
            },
            "step 'cap': ",
            "FES 1 @20"));
    rows.add(
        new Row(
            "Connect to no controller",
            connect(0),
            result(0xFFFF),
            "step 'identify': Connect gave controller 65535, Identify says 7",
            "-"));
    rows.add(
        new Row(
            "a property with data",
            get(Fabrics.PROPERTY_CAP),
            (to, it) -> to.controller.data(it.cid(), 0, new byte[8], PduFlags.LAST),
            "step 'cap': ",
            "FES 1 @8"));
    rows.add(
        new Row(
            "Identify without its data",
            identify(Cns.CONTROLLER),
            (to, it) -> to.controller.respond(it.cid(), Status.SUCCESS),
            "step 'identify': ",
            "FES 2 @0"));
    rows.add(
        new Row(
            "Identify with half its data",
            identify(Cns.CONTROLLER),
            (to, it) -> to.controller.answer(it.cid(), new byte[2048]),
            "step 'identify': ",
            "FES 2 @0"));
    rows.add(
        new Row(
            "Identify with twice its data",
            identify(Cns.CONTROLLER),
            (to, it) -> to.controller.answer(it.cid(), new byte[8192]),
            "step 'identify': ",
            "FES 4 @0"));
    rows.add(
        new Row(
            "Identify answered with a request for data",
            identify(Cns.CONTROLLER),
            (to, it) -> to.controller.r2t(it.cid(), 1, 0, 4096),
            "step 'identify': ",
            "FES 1 @8"));
  }

  private static void contents(List<Row> rows) {
    rows.add(
        new Row(
            "CAP of zeros",
            get(Fabrics.PROPERTY_CAP),
            result(0),
            "step 'cap': CAP.MQES 0 leaves no room for a queue",
            "-"));
    rows.add(
        new Row(
            "CAP of ones",
            get(Fabrics.PROPERTY_CAP),
            result(-1),
            "step 'cap': CAP.MPSMIN demands pages larger than 4 KiB",
            "-"));
    rows.add(
        new Row(
            "CSTS of ones: ready for ever",
            get(Fabrics.PROPERTY_CSTS),
            result(-1),
            "step 'not ready': the controller stays ready after it was disabled",
            "-"));
    rows.add(
        new Row(
            "CSTS of zeros: never ready",
            get(Fabrics.PROPERTY_CSTS),
            result(0),
            "step 'ready': the controller does not become ready within CAP.TO",
            "-"));
    rows.add(
        new Row(
            "a fatal status",
            get(Fabrics.PROPERTY_CSTS),
            result(new Csts(false, true, 0).encode()),
            "step 'ready': the controller reports a fatal status (CSTS.CFS)",
            "-"));
    rows.add(
        new Row(
            "Identify of another controller",
            identify(Cns.CONTROLLER),
            identity(page -> LittleEndian.put16(page, IdentifyController.CNTLID, 8)),
            "step 'identify': Connect gave controller 7, Identify says 8",
            "-"));
    rows.add(
        new Row(
            "Identify of ones",
            identify(Cns.CONTROLLER),
            page(page -> Arrays.fill(page, (byte) 0xFF)),
            "step 'identify': Connect gave controller 7, Identify says 65535",
            "-"));
    rows.add(
        new Row(
            "data that stands off in the capsule",
            identify(Cns.CONTROLLER),
            identity(page -> LittleEndian.put16(page, IdentifyController.ICDOFF, 1)),
            "step 'identify': ICDOFF is not 0",
            "-"));
    rows.add(
        new Row(
            "a namespace listed twice",
            identify(Cns.ACTIVE_NAMESPACES),
            list(1, 1),
            "the namespace list is not ascending",
            "-"));
    rows.add(
        new Row(
            "a namespace list that goes down",
            identify(Cns.ACTIVE_NAMESPACES),
            list(1, 3, 2, 4),
            "the namespace list is not ascending",
            "-"));
    rows.add(
        new Row(
            "a namespace list without end: the same page for every start",
            identify(Cns.ACTIVE_NAMESPACES),
            list(LongStream.rangeClosed(1, 1024).toArray()),
            "the namespace list is not ascending",
            "-"));
    rows.add(
        new Row(
            "all namespaces listed as one",
            identify(Cns.ACTIVE_NAMESPACES),
            list(1, 0xFFFF_FFFEL, 0xFFFF_FFFFL),
            "the namespace list has the broadcast identifier",
            "-"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void theConnectFailsWithOneSentenceAndLeavesNothing(Row row) {
    ScriptedServer server = serve("nio");
    server.model.cap = new Cap(127, 1, 1, 0, 0);
    server.script =
        (to, command) -> {
          boolean now = row.at.test(command);
          if (now) {
            row.deed.accept(to, command);
          }
          return now;
        };
    Throwable failure = failure(initiator(options()).connect(server.address()));
    assertThat(liveRegions()).isZero();
    assertThat(failure)
        .isInstanceOf(NvmeException.NeverSent.class)
        .message()
        .startsWith("cannot connect to 127.0.0.1 port " + server.port() + ": ")
        .contains(row.sentence)
        .matches("[ -~]+");
    server.awaitAllGone();
    List<String> reports =
        server.connections.stream()
            .flatMap(it -> it.controller.terminations().stream())
            .map(it -> "FES %d @%d".formatted(it.fes(), it.fei()))
            .toList();
    assertThat(reports).isEqualTo(row.reports.equals("-") ? List.of() : List.of(row.reports));
  }

  /**
   * Odd contents that stop nobody: what the host sees of them, after how many Identify commands.
   */
  private record Oddity(
      String name,
      Predicate<Command> at,
      BiConsumer<Connection, Command> deed,
      List<Long> namespaces,
      int identifies) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static BiConsumer<Connection, Command> list(long... ids) {
    return page(
        page -> {
          for (int i = 0; i < ids.length; i++) {
            LittleEndian.put32(page, 4 * i, ids[i]);
          }
        });
  }

  static List<Oddity> odd() {
    List<Oddity> rows = new ArrayList<>();
    rows.add(
        new Oddity(
            "four thousand million queues granted",
            it -> it.opcode() == AdminOpcode.SET_FEATURES,
            result(0xFFFF_FFFFL),
            List.of(1L),
            4));
    rows.add(
        new Oddity(
            "a list without namespaces", identify(Cns.ACTIVE_NAMESPACES), list(), List.of(), 2));
    rows.add(
        new Oddity(
            "a namespace of 2^64 - 1 blocks",
            identify(Cns.NAMESPACE),
            page(
                page -> {
                  LittleEndian.put64(page, IdentifyNamespace.NSZE, -1);
                  LittleEndian.put8(page, IdentifyNamespace.LBAF0 + 2, 9);
                }),
            List.of(),
            4));
    rows.add(
        new Oddity(
            "a namespace of ones",
            identify(Cns.NAMESPACE),
            page(page -> Arrays.fill(page, (byte) 0xFF)),
            List.of(),
            4));
    for (int shift : new int[] {0, 8, 17, 31, 63, 255}) {
      rows.add(
          new Oddity(
              "blocks of 2^" + shift,
              identify(Cns.NAMESPACE),
              page(
                  page -> {
                    LittleEndian.put64(page, IdentifyNamespace.NSZE, 16);
                    LittleEndian.put8(page, IdentifyNamespace.LBAF0 + 2, shift);
                  }),
              List.of(),
              4));
    }
    for (int length : new int[] {0, 1, 15, 17, 255}) {
      rows.add(
          new Oddity(
              "an endless chain of descriptors of " + length + " bytes",
              identify(Cns.NAMESPACE_DESCRIPTORS),
              page(
                  page -> {
                    for (int at = 0; at + 1 < page.length; at += 4 + length) {
                      page[at] = 3;
                      page[at + 1] = (byte) length;
                    }
                  }),
              List.of(1L),
              4));
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("odd")
  void theConnectSucceedsWithoutWhatCannotBe(Oddity row) {
    ScriptedServer server = serve("nio");
    AtomicInteger identifies = new AtomicInteger();
    server.script =
        (to, command) -> {
          if (command.opcode() == AdminOpcode.IDENTIFY) {
            identifies.incrementAndGet();
          }
          boolean now = row.at.test(command);
          if (now) {
            row.deed.accept(to, command);
          }
          return now;
        };
    Controller controller = connect(options());
    assertThat(identifies).hasValue(row.identifies);
    assertThat(controller.namespaces()).extracting(Namespace::id).isEqualTo(row.namespaces);
    await(controller.close());
    assertThat(liveRegions()).isZero();
  }

  /** Random contents of every structure: whatever comes of it, it ends and leaves nothing. */
  @Test
  void noContentOfAnyStructureDoesHarm() {
    ScriptedServer server = serve("nio");
    NvmeInitiator initiator = initiator(options());
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int spoiled = random.nextInt(4);
      server.script =
          (to, command) -> {
            int cns = (int) Sqe.cdw(command.sqe(), 0, 10);
            int[] kinds = {
              Cns.CONTROLLER, Cns.ACTIVE_NAMESPACES, Cns.NAMESPACE, Cns.NAMESPACE_DESCRIPTORS
            };
            if (command.opcode() != AdminOpcode.IDENTIFY || cns != kinds[spoiled]) {
              return false;
            }
            byte[] page = new byte[Cns.DATA_BYTES];
            random.nextBytes(page);
            if (cns == Cns.CONTROLLER) {
              // Past the two fields that end the bring-up.
              LittleEndian.put16(page, IdentifyController.CNTLID, 7);
              LittleEndian.put16(page, IdentifyController.ICDOFF, 0);
            }
            to.controller.answer(command.cid(), page);
            return true;
          };
      Controller controller = await(initiator.connect(server.address()));
      assertThat(controller.info().toString()).as("seed %d", seed).isNotEmpty();
      await(controller.close());
      assertThat(liveRegions()).as("seed %d", seed).isZero();
    }
  }

  /** Silence before the ICResp, and at each command; all at once, as each takes the whole limit. */
  @Test
  void silenceIsGivenUpAtTheTimeLimitWhereverItBegins() {
    List<ScriptedServer> servers = new ArrayList<>(List.of(serve("nio")));
    NvmeInitiator initiator = initiator(options().setConnectTimeoutMillis(2_000));
    List<Future<Controller>> connects = new ArrayList<>();
    for (int step = -1; step <= BRING_UP_COMMANDS; step++) {
      int at = step;
      ScriptedServer server = await(new ScriptedServer(vertx()).start());
      AtomicInteger commands = new AtomicInteger();
      server.greeting =
          connection -> {
            if (at < 0) {
              connection.controller.silent();
            }
          };
      server.script = (connection, command) -> commands.getAndIncrement() == at;
      servers.add(server);
      connects.add(initiator.connect(server.address()));
    }
    List<String> waited = new ArrayList<>();
    for (Future<Controller> connect : connects) {
      Throwable failure = failure(connect);
      assertThat(failure).isInstanceOf(NvmeException.NeverSent.class);
      String text = String.valueOf(failure.getMessage());
      waited.add(text.substring(text.indexOf("within 2000 ms: waited for ") + 27));
    }
    assertThat(String.join("\n", waited) + "\n")
        .isEqualTo(
            """
            the ICResp
            step 'connect'
            step 'cap'
            step 'vs'
            step 'disable'
            step 'not ready'
            step 'enable'
            step 'ready'
            step 'identify'
            step 'queue count'
            step 'namespace list'
            step 'namespace'
            step 'descriptors'
            the I/O queues
            """);
    assertThat(liveRegions()).isZero();
    servers.forEach(ScriptedServer::awaitAllGone);
  }

  /** A discovery log, and what is made of it. */
  private record Log(String name, Consumer<byte[]> spoil, String sentence, int reads) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Log> logs() {
    return List.of(
        new Log(
            "as many records as can be counted",
            header -> LittleEndian.put64(header, DiscoveryLog.NUMREC, -1),
            "the discovery log announces 18446744073709551615 records, more than 1024",
            1),
        new Log(
            "a record more than is believed",
            header -> LittleEndian.put64(header, DiscoveryLog.NUMREC, 1025),
            "the discovery log announces 1025 records, more than 1024",
            1),
        new Log(
            "records of another format",
            header -> LittleEndian.put16(header, DiscoveryLog.RECFMT, 1),
            "the discovery log has record format 1, which is unknown",
            1));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void aLogThatCannotBeIsNotRead(Log row) {
    ScriptedServer server = serve("nio");
    byte[] header = new byte[DiscoveryLog.RECORD_BYTES];
    row.spoil.accept(header);
    AtomicInteger reads = new AtomicInteger();
    server.script =
        (to, command) -> {
          if (command.opcode() != AdminOpcode.GET_LOG_PAGE) {
            return false;
          }
          reads.incrementAndGet();
          to.controller.answer(command.cid(), header);
          return true;
        };
    assertNotDiscovered(server, row.sentence);
    assertThat(reads).hasValue(row.reads);
  }

  @Test
  void aLogThatNeverHoldsStillIsGivenUp() {
    ScriptedServer server = serve("nio");
    AtomicInteger reads = new AtomicInteger();
    server.script =
        (to, command) -> {
          if (command.opcode() != AdminOpcode.GET_LOG_PAGE) {
            return false;
          }
          byte[] header = new byte[DiscoveryLog.RECORD_BYTES];
          LittleEndian.put64(header, DiscoveryLog.GENCTR, reads.getAndIncrement());
          to.controller.answer(command.cid(), header);
          return true;
        };
    assertNotDiscovered(server, "the discovery log changed while it was read, 8 times");
    assertThat(reads).hasValue(9);
  }

  @Test
  void aLogWithoutItsDataIsAFault() {
    ScriptedServer server = serve("nio");
    server.script =
        (to, command) -> {
          if (command.opcode() != AdminOpcode.GET_LOG_PAGE) {
            return false;
          }
          to.controller.respond(command.cid(), Status.SUCCESS);
          return true;
        };
    assertNotDiscovered(server, " after 0 of 1024 bytes");
  }

  private void assertNotDiscovered(ScriptedServer server, String sentence) {
    NvmeInitiator initiator = initiator(options());
    assertThat(failure(initiator.discover(new DiscoveryAddress("127.0.0.1", server.port()))))
        .isInstanceOf(NvmeException.NeverSent.class)
        .message()
        .startsWith("cannot connect to 127.0.0.1 port " + server.port() + ": ")
        .endsWith(sentence);
    assertThat(liveRegions()).isZero();
    server.awaitAllGone();
  }
}
