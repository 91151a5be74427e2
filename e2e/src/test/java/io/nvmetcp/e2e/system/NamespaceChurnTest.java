package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.RawCommand;
import io.nvmetcp.initiator.RawResult;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A namespace that comes, changes its size and goes under load, on two queues: every command ends
 * with one of the answers that fit, and the namespace beside it never notices.
 */
@Timeout(60)
class NamespaceChurnTest {
  private static final int ROUNDS = 60;
  private static final int DEPTH = 16;
  private static final int LENGTH = 64 * 1024;
  private static final int SIZE = 4 << 20;

  /** What one loop of reads and writes has seen: status, or 0, and how often. */
  private final Map<Integer, Integer> steady = new TreeMap<>();

  private final Map<Integer, Integer> churned = new TreeMap<>();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final Vertx targetVertx = Vertx.vertx();
  private final Vertx hostVertx = Vertx.vertx();
  private Pair pair;
  private Region region;

  @BeforeEach
  void connect() throws Exception {
    pair =
        new Pair(
            targetVertx,
            hostVertx,
            new TargetOptions().setPolicy("shuffle:8:1"),
            new InitiatorOptions(),
            List.of(NamespaceOptions.memory(1, SIZE), NamespaceOptions.memory(2, SIZE)));
    region = pair.initiator().regions().register(2L * DEPTH * LENGTH);
  }

  @AfterEach
  void close() throws Exception {
    region.close();
    pair.close();
    assertThat(pair.target().statistics().leasesOutstanding()).isZero();
    await(Future.join(targetVertx.close(), hostVertx.close()));
  }

  /** One command after the other, until told to stop. */
  private void loop(
      Namespace namespace, int slot, Map<Integer, Integer> seen, int n, Promise<Void> done) {
    if (stop.get()) {
      done.complete();
      return;
    }
    long lba = (long) (n * 7 + slot) % (SIZE / LENGTH) * (LENGTH / namespace.blockBytes());
    BufferSlice buffer = region.slice((long) slot * LENGTH, LENGTH);
    // As they are: the host hears of the changes too, and would refuse some of them itself.
    RawCommand command =
        new RawCommand((n + slot) % 3 == 0 ? IoOpcode.WRITE : IoOpcode.READ)
            .setNamespaceId(namespace.id())
            .setDword(10, lba)
            .setDword(12, LENGTH / namespace.blockBytes() - 1L)
            .setBuffer(buffer);
    Future<RawResult> io = pair.controller().passthrough(command);
    io.onComplete(
        result -> {
          int status = result.succeeded() ? 0 : status(result.cause());
          synchronized (seen) {
            seen.merge(status, 1, Integer::sum);
          }
          loop(namespace, slot, seen, n + 1, done);
        });
  }

  private Future<Void> looping(
      int queue, Namespace namespace, int slot, Map<Integer, Integer> seen) {
    return pair.on(
        queue,
        () -> {
          Promise<Void> done = Promise.promise();
          loop(namespace, slot, seen, 0, done);
          return done.future();
        });
  }

  private static int status(Throwable cause) {
    return cause instanceof NvmeException.CommandFailed failure ? failure.status() : -1;
  }

  @Test
  void everyCommandEndsAsItShouldWhileItsNamespaceComesAndGoes() throws Exception {
    NvmeTarget target = pair.target();
    String nqn = target.subsystems().getFirst().nqn();
    Namespace one = pair.namespace(1);
    Namespace two = pair.namespace(2);
    List<Future<Void>> loops = new ArrayList<>();
    for (int i = 0; i < DEPTH; i++) {
      loops.add(looping(i % 2, one, i, steady));
      loops.add(looping(i % 2, two, DEPTH + i, churned));
    }
    for (int round = 0; round < ROUNDS; round++) {
      await(target.resizeNamespace(nqn, 2, SIZE / 2));
      await(target.resizeNamespace(nqn, 2, SIZE));
      await(target.removeNamespace(nqn, 2));
      await(target.addNamespace(nqn, NamespaceOptions.memory(2, SIZE)));
    }
    stop.set(true);
    await(Future.join(loops));
    assertThat(steady).as("the namespace beside it").containsOnlyKeys(0);
    assertThat(churned.keySet())
        .as("%s", churned)
        .isSubsetOf(
            0,
            Status.INVALID_NAMESPACE | Status.DNR,
            Status.LBA_OUT_OF_RANGE | Status.DNR,
            Status.LBA_OUT_OF_RANGE);
    assertThat(churned.get(0)).isPositive();
    assertThat(target.subsystems().getFirst().namespaces()).hasSize(2);
  }
}
