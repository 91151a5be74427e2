package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.session.HostSide;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Namespaces that the options make slow or faulty, as a host sees them. */
@Timeout(60)
class DecoratedNamespacesTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:decorated";
  private static final int BLOCK = 4096;
  private static final long DELAY_NS = TimeUnit.MILLISECONDS.toNanos(60);

  private final Vertx vertx = Vertx.vertx();
  private NvmeTarget target;
  private HostConnection admin;
  private HostConnection io;

  @BeforeEach
  void connect() throws Exception {
    TargetOptions options =
        new TargetOptions(
            new JsonObject(
                """
                {"subsystems": [{"nqn": "%s", "namespaces": [
                  {"id": 1, "memory": "1MiB", "delay": "uniform:60ms:80ms:7"},
                  {"id": 2, "memory": "1MiB",
                   "faults": ["read@2-3:status=2/81:times=1", "flush:status=0/06:script=.x"]},
                  {"id": 3, "memory": "1MiB", "delay": "fixed:60ms",
                   "faults": ["write@5:silence", "read:status=2/81:dnr:rate=0.5:seed=3"]}
                ]}]}
                """
                    .formatted(NQN)));
    target = await(NvmeTarget.create(vertx, options).start());
    admin = new HostConnection(target.port(), NQN);
    io = new HostConnection(target.port(), NQN);
    io.connect(1, admin.enable());
  }

  @AfterEach
  void close() throws Exception {
    io.close();
    admin.close();
    await(target.close());
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  private void send(int opcode, int cid, long nsid, long slba) {
    byte[] sqe = HostSide.ioSqe(opcode, cid, nsid, slba, 1);
    if (opcode == IoOpcode.FLUSH) {
      io.host.capsule(sqe, new byte[0]);
    } else if (opcode == IoOpcode.WRITE) {
      Sgl.inCapsule(sqe, 0, BLOCK);
      io.host.capsule(sqe, new byte[BLOCK]);
    } else {
      Sgl.transport(sqe, 0, BLOCK);
      io.host.capsule(sqe, new byte[0]);
    }
  }

  /** The status of the next answer, which is for {@code cid}. */
  private int status(int cid) throws IOException {
    HostSide.Pdu answer = io.next();
    assertThat(answer.cid()).isEqualTo(cid);
    return answer.type() == PduType.C2H_DATA ? Status.SUCCESS : answer.status();
  }

  private int run(int opcode, long nsid, long slba) throws IOException {
    send(opcode, 1, nsid, slba);
    return status(1);
  }

  @Test
  void aSlowNamespaceAnswersLaterAndOthersDoNotWaitForIt() throws Exception {
    long startedNs = System.nanoTime();
    send(IoOpcode.READ, 1, 1, 0);
    send(IoOpcode.READ, 2, 2, 0);
    assertThat(status(2)).isZero();
    assertThat(status(1)).isZero();
    assertThat(System.nanoTime() - startedNs).isGreaterThanOrEqualTo(DELAY_NS);
  }

  @Test
  void aRuleFailsItsBlocksAsOftenAsItSays() throws Exception {
    assertThat(run(IoOpcode.READ, 2, 1)).isZero();
    assertThat(run(IoOpcode.READ, 2, 3)).isEqualTo(Status.UNRECOVERED_READ_ERROR);
    assertThat(run(IoOpcode.READ, 2, 3)).isZero();
    for (int i = 0; i < 2; i++) {
      assertThat(run(IoOpcode.FLUSH, 2, 0)).isZero();
      assertThat(run(IoOpcode.FLUSH, 2, 0)).isEqualTo(Status.INTERNAL_ERROR);
    }
  }

  @Test
  void silenceLastsUntilTheTargetCloses() throws Exception {
    send(IoOpcode.WRITE, 9, 3, 5);
    assertThat(run(IoOpcode.WRITE, 3, 4)).isZero();
    assertThat(io.host.received).isEmpty();
    await(target.close());
    assertThat(target.statistics().transferBytes()).isZero();
  }

  @Test
  void aRateStrikesTheSameReadsEachTime() throws Exception {
    StringBuilder struck = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      int status = run(IoOpcode.READ, 3, i);
      struck.append(status == (Status.UNRECOVERED_READ_ERROR | Status.DNR) ? 'x' : '.');
    }
    // Drawn from the seed, so always these.
    assertThat(struck).hasToString("x..xx.x.x.");
  }
}
