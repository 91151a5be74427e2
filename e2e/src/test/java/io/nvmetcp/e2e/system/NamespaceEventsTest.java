package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.ControllerEvent;
import io.nvmetcp.initiator.ControllerState;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What changes at a target is told to an application that is connected, and can be used at once.
 */
@Timeout(60)
class NamespaceEventsTest {
  private static final int BLOCK = 4096;
  private static final long SIZE = 1 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<ControllerEvent> events = new LinkedBlockingQueue<>();
  private Pair pair;

  @BeforeEach
  void connect() throws Exception {
    pair =
        new Pair(
            vertx,
            vertx,
            new TargetOptions(),
            new InitiatorOptions(),
            List.of(NamespaceOptions.memory(1, SIZE)));
    pair.controller().events().handler(events::add);
  }

  @AfterEach
  void close() throws Exception {
    pair.close();
    assertThat(pair.initiator().regions().liveRegions()).isZero();
    await(vertx.close());
  }

  private ControllerEvent next() throws InterruptedException {
    ControllerEvent event = events.poll(20, TimeUnit.SECONDS);
    assertThat(event).as("an event, within 20 s").isNotNull();
    return Objects.requireNonNull(event);
  }

  @Test
  void aNamespaceThatGrowsCanBeUsedToItsNewEnd() throws Exception {
    Namespace namespace = pair.namespace(1);
    await(pair.target().resizeNamespace(Pair.NQN, 1, 2 * SIZE));
    assertThat(next()).isEqualTo(new ControllerEvent.NamespaceChanged(namespace, SIZE / BLOCK));
    assertThat(namespace.sizeBytes()).isEqualTo(2 * SIZE);
    Buffer data = Buffer.buffer(new byte[BLOCK]).setString(0, "behind the old end");
    await(namespace.write(2 * SIZE / BLOCK - 1, data));
    assertThat(await(namespace.read(2 * SIZE / BLOCK - 1, 1))).isEqualTo(data);
  }

  @Test
  void namespacesThatComeAndGoAreTold() throws Exception {
    await(pair.target().addNamespace(Pair.NQN, NamespaceOptions.memory(7, SIZE)));
    assertThat(next())
        .isInstanceOfSatisfying(
            ControllerEvent.NamespaceAdded.class,
            added -> assertThat(added.namespace().id()).isEqualTo(7));
    Namespace added = pair.namespace(7);
    assertThat(await(added.read(0, 1))).isEqualTo(Buffer.buffer(new byte[BLOCK]));
    await(pair.target().removeNamespace(Pair.NQN, 7));
    assertThat(next()).isEqualTo(new ControllerEvent.NamespaceRemoved(7));
    assertThat(pair.controller().namespace(7)).isEmpty();
    assertThat(added.blocks()).isZero();
  }

  @Test
  void theEndOfTheControllerIsToldLast() throws Exception {
    await(pair.controller().close());
    assertThat(next())
        .isEqualTo(
            new ControllerEvent.StateChanged(
                ControllerState.LIVE, ControllerState.CLOSING, "closed by this host"));
    assertThat(next())
        .isEqualTo(
            new ControllerEvent.StateChanged(
                ControllerState.CLOSING, ControllerState.ENDED, "closed by this host"));
  }
}
