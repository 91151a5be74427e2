package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.channel.BusyLoop;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Event loops that look for answers without sleeping. */
class PollingShellTest extends ShellTest {
  private static final int BYTES = 4096;
  private static final int TURNS = 10_000;

  @ParameterizedTest
  @MethodSource("transports")
  void aLoopStaysAwakeWhileSomethingIsAwaitedAndServesOthersBetweenItsTurns(String transport)
      throws Exception {
    ScriptedServer unused = serve(transport);
    ContextInternal context = ((VertxInternal) vertx()).createEventLoopContext();
    EventLoop loop = context.nettyEventLoop();
    AtomicBoolean awaited = new AtomicBoolean(true);
    CountDownLatch awake = new CountDownLatch(TURNS);
    BusyLoop busy =
        BusyLoop.of(
            loop,
            () -> {
              awake.countDown();
              return awaited.get();
            });
    assertThat(busy).isNotNull();
    loop.execute(busy::wake);
    // Nothing else happens on this loop, and yet it turns.
    assertThat(awake.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(loop.submit(busy::awake).get(10, TimeUnit.SECONDS)).isTrue();
    // A second call keeps it awake as well, and starts nothing twice.
    loop.execute(busy::wake);
    awaited.set(false);
    while (loop.submit(busy::awake).get(10, TimeUnit.SECONDS)) {
      Thread.onSpinWait();
    }
    // And it can be woken again.
    awaited.set(true);
    loop.execute(busy::wake);
    assertThat(loop.submit(busy::awake).get(10, TimeUnit.SECONDS)).isTrue();
    awaited.set(false);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void readsOneByOneAreAnsweredAndTheControllerCloses(String transport) {
    ScriptedServer server = serve(transport);
    byte[] content = new byte[BYTES];
    server.script =
        (connection, command) -> {
          if (connection.qid == 0 || command.opcode() != IoOpcode.READ) {
            return false;
          }
          connection.controller.data(command.cid(), 0, content, PduFlags.LAST | PduFlags.SUCCESS);
          return true;
        };
    Controller controller = connect(options().setIoQueues(2).setPolling(true));
    Namespace namespace = controller.namespace(1).orElseThrow();
    Region region = region(BYTES);
    // From a thread that is no event loop: each queue in turn.
    for (int i = 0; i < 200; i++) {
      await(namespace.read(0, region.slice(0, BYTES)));
    }
    await(controller.close());
    assertThat(await(controller.statistics()).balanced()).isTrue();
    region.close();
    assertThat(liveRegions()).isZero();
  }
}
