package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.EmbeddedQueue.Device;
import io.nvmetcp.initiator.EmbeddedQueue.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.IoOpcode;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The line of commands that wait for a slot, and who may join it. */
class WaitingLineTest {
  private static final int LINE = 16;

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedQueue queue =
      new EmbeddedQueue(vertx, Device.NONE, false, false, new ScriptedController()).connected();
  private final List<Outcome> full = new ArrayList<>();

  @BeforeEach
  void fillTheLine() {
    for (int i = 0; i < EmbeddedQueue.ENTRIES + LINE; i++) {
      full.add(queue.flush());
    }
    assertThat(full).extracting(Outcome::toString).containsOnly("under way");
    assertThat(queue.flush()).as("one too many").hasToString("never sent");
  }

  @AfterEach
  void close() {
    queue.peerCloses();
    queue.assertNothingLeft();
    ShellTest.await(vertx.close());
  }

  private Outcome moved() {
    return new Outcome(queue.connection, IoOpcode.FLUSH, null);
  }

  @Test
  void aCommandThatWasNeverCountedIsRefusedThoughItComesFromAnotherQueue() {
    Outcome late = moved();
    late.moveTo(queue.connection);
    late.run();
    assertThat(late).hasToString("never sent");
  }

  @Test
  void aCommandThatHadItsPlaceElsewhereWaitsHoweverManyDo() {
    Outcome counted = moved();
    counted.counted();
    counted.moveTo(queue.connection);
    counted.run();
    assertThat(counted).hasToString("under way");
  }
}
