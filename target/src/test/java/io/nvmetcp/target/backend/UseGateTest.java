package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a gate guards is freed once, after the last user, on whatever thread each came and went. */
class UseGateTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 1000;

  private final AtomicInteger frees = new AtomicInteger();

  @Test
  void closingAnUnusedGateFreesAtOnce() {
    UseGate gate = new UseGate(frees::incrementAndGet);
    assertThat(gate.enter()).isTrue();
    gate.release();
    assertThat(gate.close()).isCompleted();
    assertThat(gate.close()).isCompleted();
    assertThat(gate.enter()).isFalse();
    assertThat(frees).hasValue(1);
  }

  @Test
  void theLastUserFreesThoughHeLeavesOnAnotherThread() throws Exception {
    UseGate gate = new UseGate(frees::incrementAndGet);
    for (int i = 0; i < 3; i++) {
      assertThat(gate.enter()).isTrue();
    }
    assertThat(gate.close()).isNotDone();
    for (int left = 3; left > 0; left--) {
      assertThat(frees).hasValue(0);
      Thread other = new Thread(gate::release);
      other.start();
      other.join();
    }
    assertThat(frees).hasValue(1);
    assertThat(gate.close()).isCompleted();
  }

  @Test
  void whatFailsToBeFreedIsSaid() {
    UseGate gate =
        new UseGate(
            () -> {
              throw new IllegalStateException("cannot");
            });
    assertThat(gate.close()).isCompletedExceptionally();
  }

  // Users pass their entry on to whoever takes it, so that cells go up and down on different
  // threads; the gate closes somewhere in the middle.
  @Test
  void isFreedOnceAndNeverUnderAUser() throws Exception {
    Random random = new Random(3);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger seenInside = new AtomicInteger(-1);
        AtomicInteger freed = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        UseGate gate =
            new UseGate(
                () -> {
                  freed.incrementAndGet();
                  seenInside.set(inside.get());
                });
        ConcurrentLinkedQueue<Integer> handedOn = new ConcurrentLinkedQueue<>();
        CountDownLatch start = new CountDownLatch(THREADS);
        int closeAt = random.nextInt(200);
        List<Future<Object>> users = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          int number = thread;
          Callable<Object> user =
              () -> {
                start.countDown();
                start.await();
                for (int i = 0; i < 200; i++) {
                  if (gate.enter()) {
                    late.addAndGet(freed.get());
                    inside.incrementAndGet();
                    handedOn.add(i);
                  }
                  if (i % 3 > 0 && handedOn.poll() != null) {
                    inside.decrementAndGet();
                    gate.release();
                  }
                  if (number == 0 && i == closeAt) {
                    assertThat(gate.close()).isNotNull();
                  }
                }
                return "";
              };
          users.add(threads.submit(user));
        }
        for (Future<Object> user : users) {
          user.get(30, TimeUnit.SECONDS);
        }
        while (handedOn.poll() != null) {
          assertThat(freed).hasValue(0);
          inside.decrementAndGet();
          gate.release();
        }
        assertThat(freed).as("round %d", round).hasValue(1);
        assertThat(late).as("round %d: in after it was freed", round).hasValue(0);
        assertThat(seenInside).as("round %d", round).hasValue(0);
        assertThat(gate.close()).isCompleted();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
