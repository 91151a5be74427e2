package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.TermRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A connect over real sockets with two I/O queues, broken by the target at each of its steps:
 * before the ICResp, and at each command in turn. Whatever it does, the connect fails with one
 * sentence, and by then every connection is closed and every region free.
 */
class HostileSocketTest extends ShellTest {
  // Twelve of the admin queue, and the Connects of two I/O queues.
  private static final int COMMANDS = 13;

  /** A way to break a connection. */
  enum Blow {
    RESET(0, 0, Blow::reset),
    GARBAGE(1, 1, connection -> connection.controller.raw(noise())),
    TERMINATE(0, 0, connection -> connection.controller.terminate(FatalStatus.LIMIT_EXCEEDED, 0)),
    MALFORMED_TERMINATE(0, 0, connection -> connection.controller.raw(header(3, 25, 4096))),
    UNKNOWN_RESPONSE(2, 1, connection -> connection.controller.respond(0xFFFE, 0)),
    DATA_FOR_NOBODY(2, 1, connection -> connection.controller.data(0xFFFE, 0, new byte[64], 0)),
    R2T_FOR_NOBODY(2, 1, connection -> connection.controller.r2t(0xFFFE, 1, 0, 64)),
    ANOTHER_ICRESP(1, 2, connection -> connection.controller.raw(header(1, 128, 128))),
    HALF_A_PDU_AND_CLOSE(
        0,
        0,
        connection -> {
          connection.controller.raw(new byte[] {5, 0, 24, 0, 24});
          connection.flush();
          connection.socket.close().onFailure(Throwable::printStackTrace);
        }),
    GARBAGE_AND_RESET(
        -1,
        -1,
        connection -> {
          connection.socket.write(Buffer.buffer(noise())).onComplete(sent -> reset(connection));
        });

    private final int fesAtFirst;
    private final int fes;
    private final Consumer<ScriptedServer.Connection> deed;

    /**
     * @param fesAtFirst what is reported before the ICResp; 0 for nothing, -1 if it may not arrive
     * @param fes what is reported later
     */
    Blow(int fesAtFirst, int fes, Consumer<ScriptedServer.Connection> deed) {
      this.fesAtFirst = fesAtFirst;
      this.fes = fes;
      this.deed = deed;
    }

    private static byte[] noise() {
      byte[] bytes = new byte[20_000];
      new Random(7).nextBytes(bytes);
      bytes[0] = (byte) 0xEE;
      return bytes;
    }

    private static byte[] header(int type, int hlen, long plen) {
      byte[] h = new byte[128];
      h[PduFields.TYPE] = (byte) type;
      h[PduFields.HLEN] = (byte) hlen;
      LittleEndian.put32(h, PduFields.PLEN, plen);
      return h;
    }

    private static void reset(ScriptedServer.Connection connection) {
      ((NetSocketInternal) connection.socket)
          .channelHandlerContext()
          .channel()
          .config()
          .setOption(ChannelOption.SO_LINGER, 0);
      connection.socket.close().onFailure(Throwable::printStackTrace);
    }
  }

  static List<Object[]> blows() {
    List<Object[]> all = new ArrayList<>();
    for (String transport : transports()) {
      for (Blow blow : Blow.values()) {
        all.add(new Object[] {transport, blow});
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("blows")
  void failsTheConnectAtEachStepAndLeavesNothingOpen(String transport, Blow blow) {
    ScriptedServer server = serve(transport);
    NvmeInitiator initiator = initiator(options().setIoQueues(2));
    for (int step = -1; step < COMMANDS; step++) {
      int at = step;
      AtomicInteger commands = new AtomicInteger();
      server.greeting =
          connection -> {
            if (at < 0) {
              connection.controller.silent();
              blow.deed.accept(connection);
              connection.flush();
            }
          };
      server.script =
          (connection, command) -> {
            if (commands.getAndIncrement() != at) {
              return false;
            }
            blow.deed.accept(connection);
            return true;
          };
      Throwable failure = failure(initiator.connect(server.address()));
      assertThat(liveRegions()).as("%s at step %d", blow, step).isZero();
      assertThat(failure)
          .as("%s at step %d", blow, step)
          .isInstanceOf(NvmeException.NeverSent.class)
          .message()
          .startsWith("cannot connect to 127.0.0.1 port " + server.port() + ": ")
          .matches("[ -~]+");
      server.awaitAllGone();
      int expected = step < 0 ? blow.fesAtFirst : blow.fes;
      if (expected >= 0) {
        assertThat(server.connections.stream().flatMap(it -> it.controller.terminations().stream()))
            .as("reports of %s at step %d", blow, step)
            .extracting(TermRequest::fes)
            .isEqualTo(expected == 0 ? List.of() : List.of(expected));
      }
      server.connections.clear();
    }
  }
}
