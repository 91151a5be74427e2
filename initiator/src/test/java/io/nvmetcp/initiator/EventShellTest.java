package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.ChangedNamespaceLog;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a controller reports by itself: always asked for, and followed. */
class EventShellTest extends LifeTest {
  private static final AsyncEvent HEALTH = new AsyncEvent(AsyncEvent.HEALTH, 1, LogPageId.SMART);
  private static final AsyncEvent NAMESPACES =
      new AsyncEvent(AsyncEvent.NOTICE, AsyncEvent.NAMESPACE_CHANGED, LogPageId.CHANGED_NAMESPACES);

  private ScriptedServer.Connection admin() {
    return server.newest(0);
  }

  /** Waits for the host's next event request, and answers it. */
  private void report(AsyncEvent event) {
    ScriptedServer.Connection connection = admin();
    int cid = take(connection.eventRequests, "an event request");
    connection.run(() -> connection.controller.respond(cid, Status.SUCCESS, event.encode(), 0));
  }

  private void changed(Long... ids) {
    server.discoveryLog = ChangedNamespaceLog.of(List.of(ids)).encode();
    report(NAMESPACES);
  }

  private long identified(int cns, long nsid) {
    return admin().controller.commands().stream()
        .filter(
            command ->
                command.opcode() == AdminOpcode.IDENTIFY
                    && Sqe.cdw(command.sqe(), 0, 10) == cns
                    && Sqe.nsid(command.sqe(), 0) == nsid)
        .count();
  }

  @Test
  void anEventRequestIsAlwaysOutstanding() {
    connected(options().setReconnect(soon()));
    for (int i = 0; i < 5; i++) {
      report(HEALTH);
      assertThat(awaitEvent(ControllerEvent.Notice.class).event()).isEqualTo(HEALTH);
    }
    int waiting = take(admin().eventRequests, "the sixth request");
    assertThat(waiting).isNotNegative();
    server.cutAll();
    assertThat(awaitState(ControllerState.LIVE)).isNotBlank();
    report(HEALTH);
    assertThat(awaitEvent(ControllerEvent.Notice.class).event())
        .as("also on the next association")
        .isEqualTo(HEALTH);
  }

  @Test
  void aNamespaceThatGrewIsAskedForAndOnlyThatOne() {
    server.model.namespaces.put(2L, 4096L);
    connected(options());
    Namespace namespace = controller.namespace(2).orElseThrow();
    server.model.namespaces.put(2L, 8192L);
    changed(2L);
    ControllerEvent.NamespaceChanged event = awaitEvent(ControllerEvent.NamespaceChanged.class);
    assertThat(event.namespace()).isSameAs(namespace);
    assertThat(event.oldBlocks()).isEqualTo(4096);
    assertThat(namespace.blocks()).isEqualTo(8192);
    assertThat(identified(Cns.NAMESPACE, 2)).isEqualTo(2);
    assertThat(identified(Cns.NAMESPACE, 1)).as("once, while connecting").isEqualTo(1);
    letGo();
    await(namespace.read(8191, region.slice(0, BLOCK)));
  }

  @Test
  void namespacesComeAndGo() {
    connected(options());
    server.model.namespaces.put(5L, 4096L);
    changed(5L);
    Namespace added = awaitEvent(ControllerEvent.NamespaceAdded.class).namespace();
    assertThat(added.id()).isEqualTo(5);
    assertThat(controller.namespaces()).contains(added);
    server.model.namespaces.remove(5L);
    changed(5L);
    assertThat(awaitEvent(ControllerEvent.NamespaceRemoved.class).id()).isEqualTo(5);
    assertThat(controller.namespaces()).hasSize(1);
    assertThat(failure(added.read(0, region.slice(0, BLOCK))))
        .hasMessage("namespace 5 is not there any more");
  }

  @Test
  void whenMoreChangedThanThePageHoldsAllAreAskedFor() {
    server.model.namespaces.put(2L, 4096L);
    connected(options());
    server.model.namespaces.put(1L, 100L);
    server.discoveryLog = new ChangedNamespaceLog(true, List.of()).encode();
    report(NAMESPACES);
    assertThat(awaitEvent(ControllerEvent.NamespaceChanged.class).namespace().id()).isEqualTo(1);
    assertThat(identified(Cns.NAMESPACE, 2)).isEqualTo(2);
  }

  @Test
  void allNamespacesOfSeveralPagesAreThereAndMoreThanTheBoundIsSaid() {
    int most = 1100;
    for (long id = 1; id < most; id++) {
      server.model.namespaces.put(id, 4096L);
    }
    connected(options().setMaxNamespaces(most));
    assertThat(controller.namespaces()).hasSize(most - 1);
    assertThat(controller.namespace(1099)).isPresent();
    assertThat(controller.hasMoreNamespaces()).isFalse();
    server.model.namespaces.put(2000L, 4096L);
    server.model.namespaces.put(2001L, 4096L);
    changed(2000L, 2001L);
    assertThat(awaitEvent(ControllerEvent.NamespaceAdded.class).namespace().id()).isEqualTo(2000);
    assertThat(controller.namespaces()).hasSize(most);
    assertThat(controller.hasMoreNamespaces()).isTrue();
    server.model.namespaces.remove(5L);
    changed(5L);
    assertThat(awaitEvent(ControllerEvent.NamespaceAdded.class).namespace().id()).isEqualTo(2001);
    assertThat(controller.hasMoreNamespaces()).isFalse();
  }

  @Test
  void aChangeWhileTheLastOneIsLookedAtIsLookedAtToo() {
    connected(options());
    server.model.namespaces.put(1L, 100L);
    server.discoveryLog = ChangedNamespaceLog.of(List.of(1L)).encode();
    report(NAMESPACES);
    server.model.namespaces.put(1L, 200L);
    report(NAMESPACES);
    while (namespace().blocks() != 200) {
      ControllerEvent.NamespaceChanged unused = awaitEvent(ControllerEvent.NamespaceChanged.class);
    }
  }

  @Test
  void aChangeWhileAllAreAskedForIsLookedAtAfterThat() {
    server.model.namespaces.put(2L, 4096L);
    connected(options());
    BlockingQueue<Held> asked = new LinkedBlockingQueue<>();
    server.script =
        (connection, command) ->
            command.opcode() == AdminOpcode.IDENTIFY
                && Sqe.cdw(command.sqe(), 0, 10) == Cns.ACTIVE_NAMESPACES
                && asked.add(new Held(connection, command));
    Future<List<Namespace>> rescan = controller.rescan();
    Held list = take(asked, "the list of namespaces");
    byte[] old = server.model.answer(list.command().sqe()).data();
    server.script = (connection, command) -> false;
    server.model.namespaces.remove(2L);
    changed(2L);
    // An answer to a later command: the report was looked at before.
    assertThat(await(controller.admin().identifyController())).isNotEmpty();
    assertThat(admin().controller.commands())
        .as("nothing is asked beside")
        .noneMatch(command -> command.opcode() == AdminOpcode.GET_LOG_PAGE);
    list.connection().run(() -> list.connection().controller.answer(list.command().cid(), old));
    assertThat(await(rescan)).isNotEmpty();
    while (controller.namespaces().size() != 1) {
      ControllerEvent unused = take(events, "an event");
    }
    assertThat(controller.namespace(2)).isEmpty();
  }

  @Test
  void aChangeThatCannotBeLookedAtNowIsLookedAtLater() {
    connected(options());
    AtomicInteger refusals = new AtomicInteger(3);
    server.script =
        (connection, command) -> {
          boolean refused =
              command.opcode() == AdminOpcode.IDENTIFY && refusals.getAndDecrement() > 0;
          if (refused) {
            connection.controller.respond(command.cid(), Status.NAMESPACE_NOT_READY);
          }
          return refused;
        };
    server.model.namespaces.put(1L, 100L);
    changed(1L);
    // The log has forgotten it by now.
    server.discoveryLog = ChangedNamespaceLog.of(List.of()).encode();
    assertThat(awaitEvent(ControllerEvent.NamespaceChanged.class).namespace().blocks())
        .isEqualTo(100);
  }

  @Test
  void aControllerThatReportsWithoutEndDoesNotKeepTheHostBusy() {
    letGo();
    connected(options());
    long startNs = System.nanoTime();
    ScriptedServer.Connection connection = admin();
    int reported = 0;
    for (int i = 0; i < 500; i++) {
      Integer cid = connection.eventRequests.poll();
      if (cid != null) {
        reported++;
        connection.run(
            () -> connection.controller.respond(cid, Status.SUCCESS, HEALTH.encode(), 0));
      }
      await(read(1));
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
    // Sixteen, and then as many in each second.
    assertThat(reported).isBetween(1, (int) (16 * (seconds + 2)));
  }

  @Test
  void aControllerThatTakesNoEventRequestsIsAskedOnce() {
    server.script =
        (connection, command) -> {
          if (command.opcode() != AdminOpcode.ASYNC_EVENT_REQUEST || connection.qid != 0) {
            return isIo(connection, command) && succeed(connection, command);
          }
          connection.controller.respond(command.cid(), Status.AER_LIMIT_EXCEEDED);
          return true;
        };
    connected(options());
    assertThat(await(controller.admin().identifyController())).isNotEmpty();
    assertThat(
            admin().controller.commands().stream()
                .filter(command -> command.opcode() == AdminOpcode.ASYNC_EVENT_REQUEST))
        .hasSize(1);
  }
}
