package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.nvme.CopyCommand;
import io.nvmetcp.nvme.CopyRange;
import io.nvmetcp.nvme.DatasetRange;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryBackend;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that take many steps at the back end, and a back end that completes too often. */
class SessionRunsTest {
  private static final int SIZE_BYTES = 4 << 20;
  private static final int BLOCKS = SIZE_BYTES / BLOCK;

  private final DeferredBackend slow = new DeferredBackend(new MemoryBackend(SIZE_BYTES));
  private final SessionHarness.World world = new SessionHarness.World(slow);
  private SessionHarness io;

  @BeforeEach
  void connect() {
    io = SessionHarness.io(world, SessionOptions.DEFAULT, false, false, true);
  }

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private void verify(int cid) {
    io.host.capsule(HostSide.ioSqe(IoOpcode.VERIFY, cid, 1, 0, BLOCKS), NOTHING);
  }

  private void copy(int cid) {
    byte[] list = new byte[4 * CopyRange.bytes(0)];
    for (int i = 0; i < 4; i++) {
      CopyRange.of(i, 1).encode(list, i * CopyRange.bytes(0));
    }
    byte[] sqe = new byte[Sqe.BYTES];
    CopyCommand.put(sqe, 0, cid, 1, 100, 4, 0, false);
    Sgl.inCapsule(sqe, 0, list.length);
    io.host.capsule(sqe, list);
  }

  private void deallocate(int cid) {
    byte[] list = new byte[4 * DatasetRange.BYTES];
    for (int i = 0; i < 4; i++) {
      new DatasetRange(0, 1, i).encode(list, i * DatasetRange.BYTES);
    }
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.DATASET_MANAGEMENT, cid, 1);
    Sqe.cdw(sqe, 0, 10, 3);
    Sqe.cdw(sqe, 0, 11, DatasetRange.CDW11_DEALLOCATE);
    Sgl.inCapsule(sqe, 0, list.length);
    io.host.capsule(sqe, list);
  }

  /** Lets steps end until there are none; returns how many there were. */
  private int stepsLeft() {
    int steps = 0;
    while (slow.waiting() > 0) {
      slow.completeOne();
      io.turn();
      steps++;
    }
    return steps;
  }

  @Test
  void takeAStepForEachPart() {
    verify(1);
    io.turn();
    assertThat(stepsLeft()).isEqualTo(4);
    copy(2);
    io.turn();
    assertThat(stepsLeft()).isEqualTo(8);
    deallocate(3);
    io.turn();
    assertThat(stepsLeft()).isEqualTo(4);
    assertThat(io.transcript()).containsExactly("resp 1 0", "resp 2 0", "resp 3 0");
  }

  @Test
  void stopWithTheirConnection() {
    verify(1);
    copy(2);
    deallocate(3);
    io.turn();
    assertThat(slow.waiting()).isEqualTo(3);
    io.session.closed("test");
    // The step that is under way ends; of Copy also the write of what was read.
    assertThat(stepsLeft()).isEqualTo(4);
    assertThat(io.transcript()).isEmpty();
  }

  @Test
  void aVerifyThatIsAbortedReadsNoFurther() {
    verify(1);
    io.turn();
    assertThat(io.session.abort(1)).isTrue();
    assertThat(io.turn().transcript())
        .containsExactly("resp 1 %x".formatted(Status.ABORT_REQUESTED));
    assertThat(stepsLeft()).isEqualTo(1);
  }

  /** Says twice that a flush is done. */
  private static final class Eager extends CountingBackend {
    Eager(MemoryBackend inner) {
      super(inner);
    }

    @Override
    public void flush(Executor thread, IoCompletion completion) {
      super.flush(
          thread,
          status -> {
            completion.complete(status);
            completion.complete(status);
          });
    }
  }

  @Test
  void aBackEndThatCompletesTwiceIsFoundOut() {
    SessionHarness.World own = new SessionHarness.World(new Eager(new MemoryBackend(SIZE_BYTES)));
    SessionHarness host = SessionHarness.io(own, SessionOptions.DEFAULT, false, false, true);
    host.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 1, 1, 0, 1), NOTHING);
    assertThatThrownBy(host::turn)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("completed a command twice");
    host.session.closed("test");
    own.close();
  }
}
