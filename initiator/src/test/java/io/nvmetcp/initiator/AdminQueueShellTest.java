package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The admin queue under load: what keeps the association alive is never crowded out. */
class AdminQueueShellTest extends LifeTest {
  private final BlockingQueue<Held> features = new LinkedBlockingQueue<>();
  private final AtomicInteger keepAlives = new AtomicInteger();
  private final BlockingQueue<Held> aborts = new LinkedBlockingQueue<>();

  private boolean script(ScriptedServer.Connection connection, Command command) {
    if (isIo(connection, command)) {
      return hold(connection, command);
    }
    if (connection.qid != 0) {
      return false;
    }
    return switch (command.opcode()) {
      case AdminOpcode.GET_FEATURES -> features.add(new Held(connection, command));
      case AdminOpcode.ABORT -> aborts.add(new Held(connection, command));
      case AdminOpcode.KEEP_ALIVE -> {
        keepAlives.incrementAndGet();
        yield false;
      }
      default -> false;
    };
  }

  private List<Future<FeatureValue>> ask(int count) {
    List<Future<FeatureValue>> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(controller.admin().getFeature(FeatureId.ARBITRATION, 0, 0, i));
    }
    return asked;
  }

  @Test
  void keepAliveAbortAndEventRequestHaveEntriesThatNoLoadTakes() {
    server.script = this::script;
    connected(
        options()
            .setKeepAliveMillis(3_000)
            .setCommandTimeoutMillis(100)
            .setAdminTimeoutMillis(0)
            .setAbortTimeoutMillis(600_000)
            .setReconnect(soon()));
    List<Future<FeatureValue>> asked = ask(100);
    int most = ConnectAttempt.ADMIN_ENTRIES - AdminQueue.RESERVED;
    Future<Void> read = read(1);
    Held late = next();
    Held abort = take(aborts, "an abort, though the queue is full of others");
    while (keepAlives.get() == 0) {
      Thread.onSpinWait();
    }
    ScriptedServer.Connection admin = server.newest(0);
    assertThat(admin.eventRequests).as("the event request").hasSize(1);
    assertThat(features).hasSizeLessThanOrEqualTo(most);
    assertThat(controller.state()).isEqualTo(ControllerState.LIVE);
    abort.answer(Status.SUCCESS);
    late.succeed();
    await(read);
    for (int i = 0; i < 100; i++) {
      Held next = take(features, "feature " + i);
      assertThat(Sqe.cdw(next.command().sqe(), 0, 11)).as("in order").isEqualTo(i);
      next.answer(Status.SUCCESS);
    }
    awaitAll(asked);
  }

  @Test
  void theLineOfAdminCommandsIsBounded() {
    server.script = this::script;
    connected(options());
    int fit = ConnectAttempt.ADMIN_ENTRIES - AdminQueue.RESERVED + AdminQueue.WAITING;
    List<Future<FeatureValue>> asked = ask(fit + 1);
    assertThat(failure(asked.removeLast()))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("1024 admin commands wait for a slot already");
    server.cutAll();
    for (Future<FeatureValue> each : asked) {
      assertThat(failure(each)).isInstanceOf(NvmeException.class);
    }
  }

  @Test
  void moreCommandsWithDataThanThePoolHasWaitForIt() {
    BlockingQueue<Held> identifies = new LinkedBlockingQueue<>();
    connected(options());
    server.script =
        (connection, command) ->
            command.opcode() == AdminOpcode.IDENTIFY
                && identifies.add(new Held(connection, command));
    List<Future<byte[]>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      asked.add(controller.admin().identifyNamespace(1));
    }
    for (int i = 0; i < 50; i++) {
      Held next = take(identifies, "identify " + i);
      assertThat(identifies).hasSizeLessThan(16);
      next.connection()
          .run(() -> next.connection().controller.answer(next.command().cid(), new byte[4096]));
    }
    awaitAll(asked);
  }

  @Test
  void whileConnectingTakesLongTheControllerHearsOfThisHost() {
    BlockingQueue<Command> scan = new LinkedBlockingQueue<>();
    server.script =
        (connection, command) -> {
          boolean namespace =
              command.opcode() == AdminOpcode.IDENTIFY
                  && Sqe.cdw(command.sqe(), 0, 10) == Cns.NAMESPACE;
          if (namespace && keepAlives.get() < 3) {
            return scan.add(command);
          }
          if (command.opcode() == AdminOpcode.KEEP_ALIVE && keepAlives.incrementAndGet() == 3) {
            scan.forEach(
                waiting ->
                    connection.controller.answer(
                        waiting.cid(), server.model.answer(waiting.sqe()).data()));
          }
          return false;
        };
    connected(options().setKeepAliveMillis(200).setReconnect(soon()));
    assertThat(controller.namespaces()).hasSize(1);
    assertThat(server.connections).as("connected at the first attempt").hasSize(2);
  }

  @Test
  void whereTrafficCountsNoKeepAliveIsSentWhileThereIsTraffic() {
    long katoMillis = 2_000;
    LittleEndian.put32(
        server.model.identify, IdentifyController.CTRATT, ControllerBits.CTRATT_TBKAS);
    server.script = this::script;
    long connectNs = System.nanoTime();
    connected(options().setQueueEntries(16).setKeepAliveMillis(katoMillis));
    connectNs = System.nanoTime() - connectNs;
    server.script =
        (connection, command) ->
            isIo(connection, command) ? succeed(connection, command) : script(connection, command);
    long startNs = System.nanoTime();
    long longestNs = 0;
    long lastNs = startNs;
    // Longer than the half of the timeout after which an idle host would send one.
    while (System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(katoMillis * 3 / 4)) {
      await(read(1));
      longestNs = Math.max(longestNs, System.nanoTime() - lastNs);
      lastNs = System.nanoTime();
    }
    // On a busy machine there may be a gap that is none of ours.
    if (Math.max(connectNs, longestNs) < TimeUnit.MILLISECONDS.toNanos(katoMillis / 8)) {
      assertThat(keepAlives).hasValue(0);
    }
    while (keepAlives.get() == 0) {
      // Idle now.
      Thread.onSpinWait();
    }
    assertThat(controller.state()).isEqualTo(ControllerState.LIVE);
  }
}
