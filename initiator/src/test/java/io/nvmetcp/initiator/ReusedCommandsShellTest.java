package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands of one event loop are the same few objects over and over: each caller hears of his own
 * all the same, whatever became of the others.
 */
class ReusedCommandsShellTest extends ShellTest {
  private static final int READS = 3000;
  private static final int DEPTH = 12;
  private static final int PLACES = 64;

  private Controller controller;
  private Namespace namespace;
  private Region region;
  private Context context;
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<String> wrong = new ArrayList<>();
  private final Promise<Void> done = Promise.promise();
  private int started;
  private int ended;

  // By the place that is read: fails for good, fails the first time, or is a block of its number.
  private static boolean fails(long lba) {
    return lba % 8 == 3;
  }

  private static boolean failsOnce(long lba) {
    return lba % 8 == 5;
  }

  private void serve() {
    ScriptedServer server = serve("nio");
    int[] asked = new int[PLACES];
    server.script =
        (connection, command) -> {
          if (connection.qid == 0 || command.opcode() != IoOpcode.READ) {
            return false;
          }
          int lba = (int) Sqe.slba(command.sqe(), 0);
          if (fails(lba)) {
            connection.controller.respond(
                command.cid(), Status.UNRECOVERED_READ_ERROR | Status.DNR);
          } else if (failsOnce(lba) && asked[lba]++ % 2 == 0) {
            connection.controller.respond(command.cid(), Status.TRANSIENT_TRANSPORT_ERROR);
          } else {
            byte[] block = new byte[BLOCK];
            Arrays.fill(block, (byte) lba);
            connection.controller.answer(command.cid(), block);
          }
          return true;
        };
  }

  private void next(BufferSlice buffer) {
    if (started == READS) {
      return;
    }
    started++;
    long lba = random.nextLong(PLACES);
    namespace
        .read(lba, buffer)
        .onComplete(
            outcome -> {
              judge(lba, buffer, outcome.succeeded());
              next(buffer);
              if (++ended == READS) {
                done.complete();
              }
            });
  }

  private void judge(long lba, BufferSlice buffer, boolean succeeded) {
    byte[] bytes = buffer.segment().toArray(ValueLayout.JAVA_BYTE);
    if (succeeded == fails(lba)
        || succeeded && (bytes[0] != (byte) lba || bytes[BLOCK - 1] != (byte) lba)) {
      wrong.add("block %d succeeded: %s, holds %d".formatted(lba, succeeded, bytes[0]));
    }
  }

  @ParameterizedTest(name = "queue entries: {0}")
  @ValueSource(ints = {4, 32})
  void everyReadOfALoopHearsOfItself(int entries) {
    serve();
    controller = connect(options().setQueueEntries(entries).setRetries(1000));
    namespace = controller.namespace(1).orElseThrow();
    region = region(DEPTH * BLOCK);
    context = controller.contexts().get(0);
    context.runOnContext(
        ignored -> {
          for (int i = 0; i < DEPTH; i++) {
            next(region.slice(i * (long) BLOCK, BLOCK));
          }
        });
    await(done.future());
    assertThat(wrong).isEmpty();
    assertThat(await(controller.statistics()).retried()).isPositive();
    await(controller.close());
    region.close();
    assertThat(liveRegions()).isZero();
  }
}
