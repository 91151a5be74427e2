package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request in parts sends some at a time and ends once, when all that was sent has ended. */
@Timeout(30)
class SplitRequestTest extends FakePortTest {
  private final List<Promise<Void>> sent = new ArrayList<>();

  private Future<Void> start(int parts, boolean changesBlocks) {
    Future<Void> done =
        on(
            () ->
                SplitRequest.run(
                    port.home(),
                    changesBlocks,
                    number -> {
                      assertThat(number).isEqualTo(sent.size());
                      if (number == parts) {
                        return null;
                      }
                      Promise<Void> promise = port.home().promise();
                      sent.add(promise);
                      return promise.future();
                    }));
    onContext(() -> {});
    return done;
  }

  private void succeed(int number) {
    onContext(() -> sent.get(number).complete());
  }

  private void fail(int number, NvmeException cause) {
    onContext(() -> sent.get(number).fail(cause));
  }

  @Test
  void asManyAsTheWindowAreUnderWay() {
    int parts = SplitRequest.WINDOW + 3;
    Future<Void> done = start(parts, false);
    assertThat(sent).hasSize(SplitRequest.WINDOW);
    succeed(5);
    assertThat(sent).hasSize(SplitRequest.WINDOW + 1);
    for (int i = 0; i < parts; i++) {
      assertThat(done.isComplete()).isFalse();
      if (i != 5) {
        succeed(i);
      }
    }
    await(done);
    assertThat(sent).hasSize(parts);
  }

  @Test
  void itEndsOnlyWhenEveryPartHasEnded() {
    NvmeException first = new NvmeException.CommandFailed(Status.WRITE_FAULT);
    NvmeException second = new NvmeException.CommandFailed(Status.INTERNAL_ERROR);
    Future<Void> done = start(3, true);
    fail(2, first);
    fail(0, second);
    assertThat(done.isComplete()).isFalse();
    succeed(1);
    assertThat(failure(() -> done)).isSameAs(first);
  }

  @Test
  void afterAFailureNothingMoreIsSent() {
    Future<Void> done = start(100, true);
    fail(0, new NvmeException.CommandFailed(Status.WRITE_FAULT));
    for (int i = 1; i < SplitRequest.WINDOW; i++) {
      succeed(i);
    }
    assertThat(failure(() -> done)).isInstanceOf(NvmeException.CommandFailed.class);
    assertThat(sent).hasSize(SplitRequest.WINDOW);
  }

  @Test
  void thatAnOutcomeIsUnknownCountsMoreThanAnAnswer() {
    NvmeException unknown = new NvmeException.OutcomeUnknown("lost");
    Future<Void> done = start(3, true);
    fail(0, new NvmeException.CommandFailed(Status.WRITE_FAULT));
    fail(1, unknown);
    fail(2, new NvmeException.OutcomeUnknown("lost later"));
    assertThat(failure(() -> done)).isSameAs(unknown);
  }

  @Test
  void ofAChangePartlyExecutedTheOutcomeIsUnknown() {
    Future<Void> done = start(2, true);
    fail(1, new NvmeException.NeverSent("full"));
    succeed(0);
    assertThat(failure(() -> done))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessage("1 parts of the request were executed, the rest was not sent: full");
  }

  @Test
  void whatChangesNothingOrWasNotBegunIsNeverSent() {
    Future<Void> read = start(2, false);
    fail(1, new NvmeException.NeverSent("full"));
    succeed(0);
    assertThat(failure(() -> read)).isInstanceOf(NvmeException.NeverSent.class);
    sent.clear();
    Future<Void> write = start(2, true);
    fail(1, new NvmeException.NeverSent("full"));
    fail(0, new NvmeException.NeverSent("full"));
    assertThat(failure(() -> write)).isInstanceOf(NvmeException.NeverSent.class);
  }

  @Test
  void manyPartsThatEndAtOnceTakeNoStack() {
    assertThat(
            run(
                () ->
                    SplitRequest.run(
                            port.home(),
                            false,
                            number ->
                                number == 100_000 ? null : port.home().<Void>succeededFuture())
                        .map("done")))
        .isEqualTo("done");
  }
}
