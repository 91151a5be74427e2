package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * D16 with everything there is above a device: a read ends while part of its data is in place and
 * the socket may have the rest of its buffer. Once the read has ended nothing writes there.
 */
@Timeout(120)
class ReadUnderWayShellTest extends ShellTest {
  private static final int BYTES = 128 * 1024;
  // More than one read of the socket takes that is not placed, so that some of it is.
  private static final int PART = 96 * 1024;
  private static final int NEVER_MILLIS = 600_000;

  private enum End {
    CLOSED,
    TIMED_OUT,
    ABORTED
  }

  /** A read whose answer was sent in part, and the rest of that. */
  private record Answered(ScriptedServer.Connection connection, Command command, byte[] rest) {}

  private final BlockingQueue<Answered> reads = new LinkedBlockingQueue<>();

  static Stream<Arguments> everywhere() {
    return Stream.of(transports())
        .flatMap(name -> Stream.of(End.values()).map(end -> Arguments.of(name, end)));
  }

  private static InitiatorOptions options(End end) {
    return options()
        .setDataDigest(true)
        .setConnectTimeoutMillis(end == End.CLOSED ? 2_000 : 60_000)
        .setCommandTimeoutMillis(end == End.CLOSED ? NEVER_MILLIS : 300)
        .setAbortTimeoutMillis(end == End.TIMED_OUT ? 100 : NEVER_MILLIS);
  }

  // The time limit of a connect is that of a close too, which is short here.
  private Controller connected(InitiatorOptions options) {
    for (int tries = 1; ; tries++) {
      try {
        return connect(options);
      } catch (NvmeException.NeverSent late) {
        assertThat(tries).as(late.getMessage()).isLessThan(20);
      }
    }
  }

  private boolean answerInPart(ScriptedServer.Connection connection, Command command) {
    byte[] content = new byte[BYTES];
    new SplittableRandom(1).nextBytes(content);
    connection.controller.data(command.cid(), 0, content, PduFlags.LAST);
    byte[] pdu = connection.controller.take();
    connection.socket.write(Buffer.buffer(Arrays.copyOf(pdu, PART)));
    byte[] rest = Arrays.copyOfRange(pdu, PART, pdu.length);
    return reads.add(new Answered(connection, command, rest));
  }

  private static void placedInPart(Controller controller) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (await(controller.statistics()).offload(DdpCounter.DDP_BYTES) == 0) {
      assertThat(System.nanoTime() - deadlineNs).as("placed within 60 s").isNegative();
    }
  }

  // The rest of the data, and more for the same command; the host may be gone by then.
  private static void sendMore(Answered read) {
    read.connection()
        .socket
        .write(Buffer.buffer(read.rest()))
        .onComplete(
            sent -> {
              read.connection()
                  .controller
                  .data(read.command().cid(), 0, new byte[BYTES], PduFlags.LAST);
              read.connection().flush();
            });
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void d16_afterAReadHasEndedNothingIsWrittenToItsBuffer(String transport, End end) {
    ScriptedServer server = serve(transport);
    server.script =
        (connection, command) ->
            connection.qid == 0
                ? command.opcode() == AdminOpcode.ABORT
                : LifeTest.isIo(connection, command) && answerInPart(connection, command);
    Controller controller = connected(options(end));
    Region region = region(BYTES);
    Future<Void> read = controller.namespace(1).orElseThrow().read(0, region.slice(0, BYTES));
    Answered answered = LifeTest.take(reads, "a read");
    placedInPart(controller);
    Throwable failure =
        switch (end) {
          case CLOSED -> {
            await(controller.close());
            yield failure(read);
          }
          case TIMED_OUT -> failure(read);
          case ABORTED -> {
            // A controller cannot stop in the middle of a PDU: its answer follows the rest of it.
            answered
                .connection()
                .run(
                    () -> {
                      answered.connection().socket.write(Buffer.buffer(answered.rest()));
                      answered
                          .connection()
                          .controller
                          .respond(answered.command().cid(), Status.ABORT_REQUESTED);
                    });
            yield failure(read);
          }
        };
    byte[] atTheEnd = bytes(region);
    assertThat(failure)
        .isInstanceOf(
            end == End.ABORTED
                ? NvmeException.CommandFailed.class
                : NvmeException.OutcomeUnknown.class);
    assertThat(region.holders()).isZero();
    sendMore(answered);
    // A host that is still there finds data that nobody waits for, and ends the connection.
    await(answered.connection().gone.future());
    assertThat(Arrays.mismatch(bytes(region), atTheEnd)).isEqualTo(-1);
    await(controller.close());
    InitiatorStatistics counted = await(controller.statistics());
    assertThat(counted.balanced()).isTrue();
    assertThat(counted.liveMappings()).isZero();
    region.close();
    assertThat(liveRegions()).isZero();
  }

  private static byte[] bytes(Region region) {
    return region.segment().toArray(ValueLayout.JAVA_BYTE);
  }
}
