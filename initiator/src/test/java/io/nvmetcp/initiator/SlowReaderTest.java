package io.nvmetcp.initiator;

import static io.nvmetcp.initiator.Misdeed.Scene.BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.WriteBufferWaterMark;
import io.nvmetcp.initiator.EmbeddedQueue.Device;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A controller that asks for data and does not read it. */
class SlowReaderTest {
  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    ShellTest.await(vertx.close());
  }

  private static Stage stalled() {
    Stage stage = new Stage(vertx, Device.SOCKET, "");
    stage.queue.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 1024));
    stage.queue.channel.stall(true);
    return stage;
  }

  /** Asks for a quarter of the write, in a turn of its own. */
  private static void ask(Stage stage, int quarter) {
    ScriptedController c = stage.scene.c();
    c.r2t(stage.scene.write(), quarter, (long) quarter * BYTES / 4, BYTES / 4);
    stage.queue.exchange();
  }

  @Test
  void whatWasAskedForIsSentOnceTheSocketTakesIt() {
    Stage stage = stalled();
    ask(stage, 0);
    ask(stage, 1);
    assertThat(stage.queue.channel.isWritable()).isFalse();
    assertThat(stage.scene.c().data()).isEmpty();
    stage.queue.channel.stall(false);
    stage.queue.exchange();
    assertThat(stage.scene.c().data())
        .extracting(ScriptedController.Data::ttag)
        .containsExactly(0, 1);
    stage.answerTheRest();
    assertThat(stage.outcomes()).isEqualTo(stage.successBut(""));
    stage.queue.connection.cut("the end of the test");
    stage.queue.exchange();
    stage.queue.assertNothingLeft();
  }

  @Test
  void turnAfterTurnItMayNotAskForMore() {
    Stage stage = stalled();
    ask(stage, 0);
    ask(stage, 1);
    assertThat(stage.queue.ended).isEmpty();
    ask(stage, 2);
    assertThat(stage.outcomes()).isEqualTo(stage.lostBut(""));
    stage.queue.waitMillis(2_100);
    assertThat(stage.queue.ended).singleElement().asString().contains("more R2Ts than MAXR2T");
    assertThat(stage.scene.c().data()).isEmpty();
    stage.queue.assertNothingLeft();
  }
}
