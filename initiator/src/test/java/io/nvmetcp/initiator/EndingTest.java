package io.nvmetcp.initiator;

import static io.nvmetcp.initiator.Misdeed.Scene.BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.EmbeddedQueue.Device;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.PduFlags;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How a connection with commands under way can end, and what is said of each command. */
class EndingTest {
  private static final String CLOSED = "the controller closed the connection";
  private static final String RESET = "connection failed: Connection reset by peer";
  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    ShellTest.await(vertx.close());
  }

  /**
   * An end.
   *
   * @param done commands that have succeeded before, as in {@link Misdeed}
   * @param reason what is said of the end
   */
  record Ending(String name, String done, String reason, Consumer<Stage> deed) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Ending closes(String name, String done, Consumer<Stage> before) {
    return new Ending(name, done, CLOSED, before.andThen(stage -> stage.queue.peerCloses()));
  }

  private static Ending resets(String name, String done, Consumer<Stage> before) {
    return new Ending(name, done, RESET, before.andThen(stage -> stage.queue.peerResets()));
  }

  /** Bytes of a read's data, from the first on. */
  private static void partOfTheData(Stage stage, int bytes) {
    stage.scene.data(0, BYTES, PduFlags.LAST);
    stage.queue.deliver(Arrays.copyOf(stage.queue.controller.take(), bytes));
  }

  private static void flushDone(Stage stage) {
    stage.scene.c().respond(stage.scene.flush(), 0);
    stage.queue.exchange();
  }

  static Stream<Ending> endings() {
    int header = 24 + 4;
    return Stream.of(
        closes("a close before any answer", "", stage -> {}),
        closes("a close between two PDUs", "F", EndingTest::flushDone),
        closes("a close within a common header", "", stage -> partOfTheData(stage, 5)),
        closes("a close within a header", "", stage -> partOfTheData(stage, 20)),
        closes("a close within a header digest", "", stage -> partOfTheData(stage, header - 2)),
        closes("a close before the data", "", stage -> partOfTheData(stage, header)),
        closes("a close within the data", "", stage -> partOfTheData(stage, header + 4000)),
        closes(
            "a close within the data digest",
            "",
            stage -> partOfTheData(stage, header + BYTES + 2)),
        closes(
            "a close before the response", "", stage -> partOfTheData(stage, header + BYTES + 4)),
        closes(
            "a close after half of a write",
            "",
            stage -> {
              stage.scene.c().r2t(stage.scene.write(), 1, 0, BYTES / 2);
              stage.queue.exchange();
            }),
        closes(
            "a close after all of a write",
            "",
            stage -> {
              stage.scene.c().r2t(stage.scene.write(), 1, 0, BYTES);
              stage.queue.exchange();
            }),
        resets("a reset before any answer", "", stage -> {}),
        resets("a reset between two PDUs", "F", EndingTest::flushDone),
        resets("a reset within a header", "", stage -> partOfTheData(stage, 20)),
        resets("a reset within the data", "", stage -> partOfTheData(stage, header + 4000)),
        resets(
            "a reset within the data digest",
            "",
            stage -> partOfTheData(stage, header + BYTES + 2)),
        resets(
            "a reset while a write is on its way",
            "",
            stage -> {
              stage.scene.c().r2t(stage.scene.write(), 1, 0, BYTES);
              stage.queue.deliver(stage.queue.controller.take());
            }));
  }

  /** A caller that was told of a success writes, that fails, and the device is not done yet. */
  @ParameterizedTest
  @EnumSource(Device.class)
  void whatADevicePlacesBetweenAFailureAndTheEndIsCounted(Device device) {
    Stage stage = new Stage(vertx, device, "");
    stage.sent.get('F').then = stage.queue::fail;
    stage.scene.c().respond(stage.scene.flush(), 0);
    stage.scene.data(0, BYTES, PduFlags.LAST);
    stage.queue.deliver(stage.queue.controller.take());
    stage.queue.channel.runPendingTasks();
    InitiatorStatistics counted = new InitiatorStatistics();
    stage.queue.connection.addTo(counted);
    long placed = counted.offload(DdpCounter.DDP_BYTES);
    assertThat(placed).isEqualTo(device == Device.SIMULATED ? BYTES : 0);
    assertThat(counted.balanced()).isTrue();
    assertThat(stage.outcomes()).isEqualTo(stage.lostBut("F"));
    stage.queue.assertCanaries();
    stage.queue.assertNothingLeft();
  }

  @ParameterizedTest
  @MethodSource("endings")
  void endsEachCommandOnce(Ending ending) {
    for (Device device : Device.values()) {
      Stage stage = new Stage(vertx, device, "HD");
      ending.deed().accept(stage);
      stage.queue.exchange();
      assertThat(stage.outcomes()).as("%s", device).isEqualTo(stage.lostBut(ending.done()));
      assertThat(stage.queue.ended).containsExactly(ending.reason());
      assertThat(stage.queue.flush()).hasToString("never sent");
      stage.queue.assertCanaries();
      stage.queue.assertNothingLeft();
    }
  }

  @ParameterizedTest
  @EnumSource(FatalStatus.class)
  void repeatsWhatTheControllerComplainsOf(FatalStatus status) {
    Stage stage = new Stage(vertx, Device.SOCKET, "");
    stage.scene.c().terminate(status, 8);
    stage.queue.exchange();
    stage.queue.peerCloses();
    assertThat(stage.outcomes()).isEqualTo(stage.lostBut(""));
    assertThat(stage.queue.ended)
        .containsExactly(
            "the controller ended the connection: %s (FES %d, FEI 8)"
                .formatted(status.text(), status.code()));
    stage.queue.assertNothingLeft();
  }

  @Test
  void closesByItselfIfTheControllerDoesNot() {
    Stage stage = new Stage(vertx, Device.SOCKET, "");
    stage.scene.c().respond(0x7777, 0);
    stage.queue.exchange();
    assertThat(stage.queue.channel.events()).endsWith("bytes", "output shut");
    stage.queue.waitMillis(1_900);
    assertThat(stage.queue.channel.isOpen()).as("the controller may still read").isTrue();
    stage.queue.waitMillis(200);
    assertThat(stage.queue.channel.events()).endsWith("bytes", "output shut", "closed");
    assertThat(stage.outcomes()).isEqualTo(stage.lostBut(""));
    stage.queue.assertNothingLeft();
  }

  @Test
  void takesAResetAfterItsReportAsTheEnd() {
    Stage stage = new Stage(vertx, Device.SOCKET, "");
    stage.scene.c().respond(0x7777, 0);
    stage.queue.exchange();
    stage.queue.peerResets();
    assertThat(stage.queue.ended).singleElement().asString().contains("response for 7777h");
    assertThat(stage.outcomes()).isEqualTo(stage.lostBut(""));
    stage.queue.assertNothingLeft();
  }
}
