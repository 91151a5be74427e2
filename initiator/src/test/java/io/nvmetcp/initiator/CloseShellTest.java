package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

/** Closing, in every state of a life: bounded, once, with nothing left. */
class CloseShellTest extends LifeTest {

  // The bound of a shutdown is that of a connect, which a busy machine may miss.
  private void connectedWithin(long millis) {
    InitiatorOptions options = options().setConnectTimeoutMillis(millis).setReconnect(soon());
    for (int tries = 0; controller == null; tries++) {
      try {
        connected(options);
      } catch (NvmeException.NeverSent late) {
        assertThat(tries).as(late.getMessage()).isLessThan(20);
      }
    }
  }

  private void closeTwice() {
    Future<Void> closed = controller.close();
    assertThat(controller.close()).isSameAs(closed);
    await(closed);
    assertThat(await(controller.ended())).isEqualTo("closed by this host");
    assertThat(controller.state()).isEqualTo(ControllerState.ENDED);
    assertThat(failure(namespace().flush())).isInstanceOf(NvmeException.NeverSent.class);
    assertThat(failure(controller.admin().identifyController()))
        .isInstanceOf(NvmeException.NeverSent.class);
    server.awaitAllGone();
  }

  @Test
  void whileItIsLive() {
    connected(options().setReconnect(soon()));
    letGo();
    await(read(1));
    closeTwice();
    assertThat(awaitState(ControllerState.ENDED)).isEqualTo("closed by this host");
  }

  @Test
  void whileTheBackOffRuns() {
    connected(
        options()
            .setReconnect(
                new ReconnectOptions()
                    .setMaxDelayMillis(3_600_000)
                    .setFirstDelayMillis(3_600_000)));
    server.cutAll();
    String lost = awaitState(ControllerState.RECONNECTING);
    Future<Void> waiting = namespace().flush();
    closeTwice();
    assertThat(failure(waiting)).as(lost).isInstanceOf(NvmeException.NeverSent.class);
  }

  @Test
  void whileAnAttemptWaitsForASilentPeer() {
    connected(options().setConnectTimeoutMillis(600_000).setReconnect(soon()));
    server.greeting = connection -> connection.controller.silent();
    int before = server.connections.size();
    server.cutAll();
    String lost = awaitState(ControllerState.RECONNECTING);
    while (server.connections.size() == before) {
      Thread.onSpinWait();
    }
    Future<Void> waiting = read(1);
    closeTwice();
    assertThat(failure(waiting)).as(lost).isInstanceOf(NvmeException.NeverSent.class);
  }

  @Test
  void whileTheControllerDoesNotAnswer() {
    connectedWithin(500);
    Future<Void> read = read(1);
    Held unused = next();
    await(controller.close());
    assertThat(failure(read))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("the shutdown took too long");
    assertThat(await(controller.ended())).isEqualTo("closed by this host");
  }

  @Test
  void whileTheControllerIsBeingLost() {
    connected(options().setReconnect(soon()));
    Future<Void> read = read(1);
    Held unused = next();
    Future<Void> closed = controller.close();
    server.cutAll();
    await(closed);
    assertThat(failure(read)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    closeTwice();
  }

  @Test
  void withItsVertx() {
    connected(options().setReconnect(soon()));
    Future<Void> read = read(1);
    Held unused = next();
    await(vertx().close());
    assertThat(failure(read)).isInstanceOf(NvmeException.class);
    assertThat(failure(namespace().flush())).isInstanceOf(NvmeException.NeverSent.class);
    await(controller.close());
    assertThat(failure(controller.statistics())).hasMessage("Vert.x is closed");
    region.close();
    // What waited for the event loop has no one any more who could end it.
    controller = null;
  }
}
