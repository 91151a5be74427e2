package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.ControllerState;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.backend.BackendDecorator;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.IoKind;
import io.nvmetcp.target.backend.MemoryBackend;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that our target's storage does not carry out in the time that our initiator gives. */
@Timeout(60)
class SlowStorageTest {
  private static final int LENGTH = 16 * 1024;

  private final Vertx targetVertx = Transports.loadable().getFirst().vertx(2);
  private final Vertx hostVertx = Transports.loadable().getFirst().vertx(2);
  private final Holding storage = new Holding();
  private Pair pair;
  private Region region;

  /** Memory that keeps commands of one kind until they are let go. */
  private static final class Holding extends BackendDecorator {
    private final List<Runnable> held = new ArrayList<>();
    private IoKind kept;

    Holding() {
      super(new MemoryBackend(1 << 20));
    }

    synchronized void keep(IoKind kind) {
      kept = kind;
    }

    void letGo() {
      List<Runnable> now;
      synchronized (this) {
        kept = null;
        now = List.copyOf(held);
        held.clear();
      }
      now.forEach(Runnable::run);
    }

    @Override
    protected void intercept(
        IoKind kind,
        long offsetBytes,
        long lengthBytes,
        Executor sessionThread,
        IoCompletion completion,
        Operation operation) {
      synchronized (this) {
        if (kind == kept) {
          held.add(() -> sessionThread.execute(() -> operation.start(completion)));
          return;
        }
      }
      operation.start(completion);
    }
  }

  private void connect(IoKind kept, InitiatorOptions options) throws Exception {
    storage.keep(kept);
    pair =
        new Pair(
            targetVertx,
            hostVertx,
            new TargetOptions(),
            options
                .setCommandTimeoutMillis(1_000)
                .setReconnect(new ReconnectOptions().setFirstDelayMillis(5).setMaxDelayMillis(50)),
            List.of(NamespaceOptions.custom(1, "holding", _ -> storage)));
    region = pair.initiator().regions().register(64L * LENGTH);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    storage.letGo();
    region.close();
    pair.close();
    InitiatorStatistics host = pair.statistics();
    assertThat(host.outstanding()).isZero();
    assertThat(host.balanced()).isTrue();
    assertThat(pair.initiator().regions().liveRegions()).isZero();
    assertThat(pair.target().statistics().leasesOutstanding()).isZero();
    assertThat(pair.target().statistics().connectionsOpen()).isZero();
    await(Future.join(targetVertx.close(), hostVertx.close()));
  }

  private Future<Void> read(int index) {
    Namespace namespace = pair.namespace(1);
    return namespace.read(
        (long) index * LENGTH / namespace.blockBytes(),
        region.slice((long) index * LENGTH, LENGTH));
  }

  @Test
  void readsThatTheStorageKeepsAreAbortedAndTheControllerGoesOn() throws Exception {
    connect(IoKind.READ, new InitiatorOptions().setAbortTimeoutMillis(30_000));
    List<Future<Void>> reads = new ArrayList<>();
    // More than the aborts that a controller takes at a time, on both queues.
    for (int i = 0; i < 40; i++) {
      reads.add(read(i));
    }
    for (Future<Void> read : reads) {
      assertThat(catchThrowable(() -> await(read)))
          .isInstanceOfSatisfying(
              NvmeException.CommandFailed.class,
              failed -> assertThat(failed.code()).isEqualTo(Status.ABORT_REQUESTED));
    }
    assertThat(pair.statistics().aborts()).isEqualTo(40);
    assertThat(pair.statistics().abortsNotDone()).isZero();
    storage.letGo();
    await(read(0));
    assertThat(pair.controller().state()).isEqualTo(ControllerState.LIVE);
    assertThat(pair.statistics().reconnects()).isZero();
  }

  @Test
  void aWriteThatTheStorageKeepsCannotBeAbortedAndEndsTheAssociation() throws Exception {
    connect(IoKind.WRITE, new InitiatorOptions().setAbortTimeoutMillis(300));
    Future<Void> write = pair.namespace(1).write(0, region.slice(0, LENGTH));
    assertThat(catchThrowable(() -> await(write)))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .message()
        .matches("command [0-9A-F]{4}h of queue [12] was not answered in time, nor aborted");
    // The next association does not wait for what the storage still keeps of the one before.
    await(read(1));
    InitiatorStatistics statistics = pair.statistics();
    assertThat(statistics.aborts()).isOne();
    assertThat(statistics.abortsNotDone()).isOne();
    assertThat(statistics.reconnects()).isOne();
  }
}
