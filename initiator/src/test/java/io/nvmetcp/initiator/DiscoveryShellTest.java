package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Discovery services that refer to each other, over real sockets. */
@Timeout(30)
class DiscoveryShellTest extends ShellTest {

  private static DiscoveryLog.Entry entry(int subtype, String nqn, int port) {
    return new DiscoveryLog.Entry(
        subtype,
        DiscoveryLog.ADRFAM_IPV4,
        DiscoveryLog.TREQ_PLAIN_NO_FLOW_CONTROL,
        1,
        Fabrics.CNTLID_DYNAMIC,
        32,
        nqn,
        "127.0.0.1",
        Integer.toString(port));
  }

  private static DiscoveryLog.Entry referral(int port) {
    return entry(DiscoveryLog.SUBTYPE_REFERRAL, Fabrics.DISCOVERY_NQN, port);
  }

  private static DiscoveryLog.Entry subsystem(String nqn) {
    return entry(DiscoveryLog.SUBTYPE_NVM, nqn, 4420);
  }

  private static byte[] log(long generation, DiscoveryLog.Entry... entries) {
    return new DiscoveryLog(generation, List.of(entries)).encode();
  }

  private static Stream<String> subsystems(DiscoveryResult result) {
    return result.entries().stream()
        .filter(entry -> entry.kind() == DiscoveryEntry.Kind.SUBSYSTEM)
        .map(DiscoveryEntry::nqn);
  }

  @Test
  void referralsAreFollowedInACircleAndOneThatIsDeadIsReported() {
    ScriptedServer first = serve("nio");
    ScriptedServer second = await(new ScriptedServer(vertx()).start());
    ScriptedServer dead = await(new ScriptedServer(vertx()).start());
    int deadPort = dead.port();
    await(dead.stop());
    first.discoveryLog = log(1, subsystem("nqn.a"), referral(second.port()), referral(deadPort));
    second.discoveryLog =
        log(1, subsystem("nqn.b"), referral(first.port()), referral(second.port()));

    NvmeInitiator initiator = initiator(options());
    DiscoveryAddress address = new DiscoveryAddress("127.0.0.1", first.port());
    DiscoveryResult result = await(initiator.discover(address));
    assertThat(subsystems(result)).containsExactly("nqn.a", "nqn.b");
    assertThat(result.problems()).hasSize(1);
    DiscoveryResult.Problem problem = result.problems().getFirst();
    assertThat(problem.port()).isEqualTo(deadPort);
    assertThat(problem.reason()).startsWith("cannot connect to 127.0.0.1 port " + deadPort);
    assertThat(first.connections).hasSize(1);
    assertThat(second.connections).hasSize(1);
    first.awaitAllGone();
    second.awaitAllGone();
    assertThat(liveRegions()).isZero();

    result = await(initiator.discover(address, new DiscoveryOptions().setMaxDepth(0)));
    assertThat(subsystems(result)).containsExactly("nqn.a");
    assertThat(second.connections).hasSize(1);
  }

  @Test
  void aLogThatMovesWhileItIsReadIsReadAgain() {
    ScriptedServer server = serve("nio");
    byte[] before = log(1, subsystem("nqn.old"));
    byte[] after = log(2, subsystem("nqn.new"));
    server.discoveryLog = before;
    AtomicInteger reads = new AtomicInteger();
    server.script =
        (connection, command) -> {
          if (command.opcode() == AdminOpcode.GET_LOG_PAGE && reads.incrementAndGet() == 3) {
            // Header and records are read; the header that confirms them says otherwise.
            server.discoveryLog = after;
          }
          return false;
        };
    DiscoveryResult result =
        await(initiator(options()).discover(new DiscoveryAddress("127.0.0.1", server.port())));
    assertThat(subsystems(result)).containsExactly("nqn.new");
    assertThat(result.generation()).isEqualTo(2);
    assertThat(reads).hasValue(5);
  }

  @Test
  void aLogThatCannotBeReadNowIsReadLater() {
    ScriptedServer server = serve("nio");
    server.discoveryLog = log(1, subsystem("nqn.old"));
    DiscoveryWatch watch =
        await(
            initiator(options())
                .watch(new DiscoveryAddress("127.0.0.1", server.port()), new DiscoveryOptions()));
    Promise<DiscoveryChange> change = Promise.promise();
    watch.changes().handler(change::tryComplete);
    AtomicInteger refusals = new AtomicInteger(3);
    server.script =
        (connection, command) -> {
          boolean refused =
              command.opcode() == AdminOpcode.GET_LOG_PAGE && refusals.getAndDecrement() > 0;
          if (refused) {
            connection.controller.respond(command.cid(), Status.INTERNAL_ERROR);
          }
          return refused;
        };
    server.discoveryLog = log(2, subsystem("nqn.new"));
    ScriptedServer.Connection admin = server.newest(0);
    int cid = LifeTest.take(admin.eventRequests, "an event request");
    AsyncEvent changed =
        new AsyncEvent(AsyncEvent.NOTICE, AsyncEvent.DISCOVERY_CHANGED, LogPageId.DISCOVERY);
    admin.run(() -> admin.controller.respond(cid, Status.SUCCESS, changed.encode(), 0));
    assertThat(subsystems(await(change.future()).result())).containsExactly("nqn.new");
    await(watch.close());
  }

  @Test
  void aReferredServiceThatCannotBeReadNowIsReadLaterThoughNobodyReportsAnything() {
    ScriptedServer first = serve("nio");
    ScriptedServer second = await(new ScriptedServer(vertx()).start());
    first.discoveryLog = log(1, subsystem("nqn.a"), referral(second.port()));
    second.discoveryLog = log(1, subsystem("nqn.b"));
    AtomicBoolean refuses = new AtomicBoolean(true);
    second.script =
        (connection, command) -> {
          boolean refused = command.opcode() == AdminOpcode.GET_LOG_PAGE && refuses.get();
          if (refused) {
            connection.controller.respond(command.cid(), Status.INTERNAL_ERROR);
          }
          return refused;
        };
    DiscoveryWatch watch =
        await(
            initiator(options())
                .watch(new DiscoveryAddress("127.0.0.1", first.port()), new DiscoveryOptions()));
    Promise<DiscoveryChange> change = Promise.promise();
    watch.changes().handler(change::tryComplete);
    assertThat(subsystems(watch.result())).containsExactly("nqn.a");
    refuses.set(false);
    assertThat(subsystems(await(change.future()).result())).containsExactly("nqn.a", "nqn.b");
    assertThat(watch.result().problems()).isEmpty();
    await(watch.close());
    await(second.stop());
  }
}
