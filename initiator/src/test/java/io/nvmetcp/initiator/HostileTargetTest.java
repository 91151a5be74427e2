package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.EmbeddedQueue.Device;
import io.nvmetcp.initiator.Misdeed.Due;
import io.nvmetcp.initiator.Misdeed.Scene;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.TermRequest;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A queue with commands under way, and a controller that does what the specification forbids. */
class HostileTargetTest {
  private static final int BYTES = Scene.BYTES;
  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    ShellTest.await(vertx.close());
  }

  static List<Misdeed> misdeeds() {
    return Misdeeds.all();
  }

  @Test
  void knowsAtLeastAHundredMisdeeds() {
    assertThat(misdeeds()).hasSizeGreaterThanOrEqualTo(100).doesNotHaveDuplicates();
    assertThat(misdeeds().stream().map(Misdeed::name)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("misdeeds")
  void endsTheConnectionAndNothingElse(Misdeed misdeed) {
    for (Device device : Device.values()) {
      Stage stage = new Stage(vertx, device, misdeed.digests());
      EmbeddedQueue queue = stage.queue;
      queue.channel.events().clear();
      int before = queue.sent().length;
      misdeed.deed().accept(stage.scene);
      queue.exchange();

      byte[] said = Arrays.copyOfRange(queue.sent(), before, queue.sent().length);
      assertReport(misdeed.due(), queue.controller.terminations(), said);
      assertThat(queue.channel.events().getLast()).as("half-closed").isEqualTo("output shut");
      assertThat(queue.channel.isOpen()).as("the peer may still read").isTrue();
      assertThat(stage.outcomes()).as("%s", device).isEqualTo(stage.lostBut(misdeed.done()));

      // What still comes is read and discarded, and answered by nothing.
      queue.controller.answer(stage.scene.small(), new byte[BYTES / 2]);
      queue.controller.respond(stage.scene.flush(), Status.SUCCESS);
      queue.exchange();
      assertThat(queue.flush()).hasToString("never sent");
      assertThat(queue.channel.take()).isEmpty();
      queue.peerCloses();
      assertThat(stage.outcomes()).as("ended once").isEqualTo(stage.lostBut(misdeed.done()));
      queue.assertCanaries();
      queue.assertNothingLeft();
    }
  }

  private static void assertReport(Due due, List<TermRequest> reports, byte[] said) {
    if (!(due instanceof Due.Report(FatalStatus status, long information))) {
      assertThat(reports).as("no report").isEmpty();
      return;
    }
    assertThat(reports).hasSize(1);
    TermRequest report = reports.getFirst();
    assertThat(report.fes()).as(report.describe()).isEqualTo(status.code());
    byte[] offending = report.header();
    assertThat(offending).as("the header that it objects to").isNotEmpty();
    int at = Collections.lastIndexOfSubList(boxed(said), boxed(offending));
    assertThat(at).as("what was sent is quoted").isNotNegative();
    assertThat(report.fei())
        .as(report.describe())
        .isEqualTo(information >= 0 ? information : LittleEndian.u32(said, at + offending.length));
  }

  private static List<Byte> boxed(byte[] bytes) {
    List<Byte> list = new ArrayList<>();
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }
}
