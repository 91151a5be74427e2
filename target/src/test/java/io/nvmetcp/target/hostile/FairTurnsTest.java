package io.nvmetcp.target.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.target.ConnectionOptions;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.session.HostSide;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One busy connection and a modest one on the same event loop. */
@Timeout(60)
class FairTurnsTest {
  private static final int BLOCK = 4096;
  private static final int TURN = 8;
  private static final int FLOOD = 800;
  private static final int MODEST_SLBA = 7;

  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger readsBeforeTheModestOne = new AtomicInteger(-1);
  private final CountDownLatch flooding = new CountDownLatch(1);
  private final CountDownLatch allThere = new CountDownLatch(1);

  // On the event loop: the first read of the flood stops it until the modest host has spoken.
  private void beforeRead(long offset) {
    if (offset == (long) MODEST_SLBA * BLOCK) {
      readsBeforeTheModestOne.set(reads.get());
    } else if (reads.incrementAndGet() == 1) {
      flooding.countDown();
      try {
        if (!allThere.await(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody came");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static void read(SocketPeer peer, int cid, long slba) {
    byte[] sqe = HostSide.ioSqe(IoOpcode.READ, cid, 2, slba, 1);
    Sgl.transport(sqe, 0, BLOCK);
    peer.host().capsule(sqe, new byte[0]);
  }

  @Test
  void aBusyConnectionLeavesItsEventLoopToOthersAfterEachOfItsTurns() throws Exception {
    TargetOptions options =
        new TargetOptions()
            .setEventLoops(1)
            .setConnections(new ConnectionOptions().setTurnCommands(TURN));
    NamespaceOptions hooked =
        NamespaceOptions.custom(2, "hooked", _ -> new HookedBackend(1 << 20, this::beforeRead));
    try (HostileTarget target = new HostileTarget(options, hooked);
        Neighbour busy = new Neighbour(target.port(), HostileTarget.NQN, 100);
        Neighbour modest = new Neighbour(target.port(), HostileTarget.NQN, 200)) {
      for (int i = 0; i < FLOOD; i++) {
        read(busy.io(), i, i % 4);
      }
      busy.io().send(busy.io().host().take());
      assertThat(flooding.await(20, TimeUnit.SECONDS)).isTrue();
      read(modest.io(), 1, MODEST_SLBA);
      modest.io().send(modest.io().host().take());
      allThere.countDown();

      assertThat(Objects.requireNonNull(modest.io().next()).data()).hasSize(BLOCK);
      // The turn in which it came, one that was due already, and one for good measure; not 800.
      assertThat(readsBeforeTheModestOne.get()).isBetween(1, 3 * TURN);
      for (int i = 0; i < FLOOD; i++) {
        assertThat(Objects.requireNonNull(busy.io().next()).cid()).isEqualTo(i);
      }
      assertThat(target.statistics().turnsCut()).isGreaterThanOrEqualTo(FLOOD / TURN - 1);
    }
  }
}
