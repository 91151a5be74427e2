package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.nvmetcp.nvme.IoOpcode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * I/O queues and event loops: spread evenly, kept over a reconnect, and an I/O stays on its own.
 */
class SpreadShellTest extends LifeTest {

  private static EventLoop loop(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  private Map<EventLoop, Integer> queuesByLoop() {
    Map<EventLoop, Integer> counts = new IdentityHashMap<>();
    controller.contexts().forEach(context -> counts.merge(loop(context), 1, Integer::sum));
    return counts;
  }

  private int eventLoops() {
    Set<EventLoop> loops = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 256; i++) {
      loops.add(loop(((VertxInternal) vertx()).createEventLoopContext()));
    }
    return loops.size();
  }

  private void connectedWith(int queues) {
    server.model.grantedQueues = queues - 1L | (queues - 1L) << 16;
    connected(options().setIoQueues(queues).setQueueEntries(8).setReconnect(soon()));
    assertThat(controller.contexts()).hasSize(queues);
  }

  @Test
  void noEventLoopHasTwoQueuesWhileAnotherHasNone() {
    int loops = eventLoops();
    connectedWith(loops);
    assertThat(queuesByLoop()).hasSize(loops);
  }

  @Test
  void moreQueuesThanEventLoopsAreDealtOutInRounds() {
    int loops = eventLoops();
    connectedWith(2 * loops + 1);
    assertThat(queuesByLoop().values()).hasSize(loops).allMatch(count -> count == 2 || count == 3);
  }

  @Test
  void anIoStaysOnItsEventLoopAndTakesTheQueuesOfItInTurn() {
    int loops = eventLoops();
    connectedWith(2 * loops);
    letGo();
    List<Future<Boolean>> stayed = new ArrayList<>();
    for (Context context : controller.contexts().subList(0, loops)) {
      for (int i = 0; i < 10; i++) {
        Promise<Boolean> promise = Promise.promise();
        stayed.add(promise.future());
        context.runOnContext(
            ignored -> {
              Thread issued = Thread.currentThread();
              namespace().flush().map(done -> Thread.currentThread() == issued).onComplete(promise);
            });
      }
    }
    assertThat(await(Future.all(stayed)).<Boolean>list()).hasSize(10 * loops).containsOnly(true);
    for (int qid = 1; qid <= 2 * loops; qid++) {
      assertThat(
              server.newest(qid).controller.commands().stream()
                  .filter(command -> command.opcode() == IoOpcode.FLUSH))
          .as("queue %d", qid)
          .hasSize(5);
    }
  }

  @Test
  void callersWithoutAnEventLoopTakeAllQueuesInTurn() {
    connectedWith(3);
    letGo();
    for (int i = 0; i < 9; i++) {
      await(namespace().flush());
    }
    for (int qid = 1; qid <= 3; qid++) {
      // With the queue's Connect.
      assertThat(server.newest(qid).controller.commands()).hasSize(4);
    }
  }

  @Test
  void aQueueKeepsItsEventLoopOverAReconnect() {
    connectedWith(3);
    List<Context> before = controller.contexts();
    server.cutAll();
    assertThat(awaitState(ControllerState.LIVE)).isNotBlank();
    List<Context> after = controller.contexts();
    for (int i = 0; i < 3; i++) {
      assertThat(loop(after.get(i))).isSameAs(loop(before.get(i)));
    }
  }
}
