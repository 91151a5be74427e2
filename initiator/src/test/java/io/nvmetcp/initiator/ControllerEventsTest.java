package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.ControllerEvent.DiscoveryLogChanged;
import io.nvmetcp.initiator.ControllerEvent.Missed;
import io.nvmetcp.initiator.ControllerEvent.NamespaceRemoved;
import io.vertx.core.Promise;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everybody who listens hears every event, in order, or how many were missed. */
@Timeout(30)
class ControllerEventsTest extends FakePortTest {
  private final ControllerEvents events = new ControllerEvents();
  private final List<ControllerEvent> heard = new ArrayList<>();

  private ReadStream<ControllerEvent> listen() {
    return events.stream(port.home()).handler(heard::add);
  }

  private void publish(long id) {
    events.publish(new NamespaceRemoved(id));
  }

  @Test
  void whoListensHearsWhatHappensFromThenOn() {
    publish(1);
    ReadStream<ControllerEvent> stream = listen();
    List<ControllerEvent> alsoHeard = new ArrayList<>();
    publish(2);
    events.stream(port.home()).handler(alsoHeard::add);
    publish(3);
    onContext(() -> {});
    assertThat(heard).containsExactly(new NamespaceRemoved(2), new NamespaceRemoved(3));
    assertThat(alsoHeard).containsExactly(new NamespaceRemoved(3));
    stream.handler(null);
    publish(4);
    onContext(() -> {});
    assertThat(heard).hasSize(2);
    assertThat(alsoHeard).hasSize(2);
  }

  @Test
  void whoPausesHearsTheLastOnesAndHowManyWereMissed() {
    ReadStream<ControllerEvent> stream = listen().pause();
    for (int i = 0; i < ControllerEvents.KEPT + 10; i++) {
      publish(i);
    }
    onContext(() -> {});
    assertThat(heard).isEmpty();
    stream.fetch(2);
    onContext(() -> {});
    assertThat(heard).containsExactly(new Missed(10), new NamespaceRemoved(10));
    stream.resume();
    onContext(() -> {});
    assertThat(heard).hasSize(ControllerEvents.KEPT + 1);
    assertThat(heard.getLast()).isEqualTo(new NamespaceRemoved(ControllerEvents.KEPT + 9));
  }

  @Test
  void theEndComesAfterTheLastEvent() {
    Promise<Void> ended = Promise.promise();
    ReadStream<ControllerEvent> stream = listen().endHandler(_ -> ended.complete()).pause();
    events.publish(new DiscoveryLogChanged());
    events.end();
    onContext(() -> {});
    assertThat(ended.future().isComplete()).isFalse();
    stream.resume();
    await(ended.future());
    assertThat(heard).containsExactly(new DiscoveryLogChanged());
  }

  @Test
  void whoListensTooLateHearsTheEnd() {
    events.end();
    Promise<Void> ended = Promise.promise();
    listen().endHandler(_ -> ended.complete());
    await(ended.future());
    assertThat(heard).isEmpty();
  }
}
