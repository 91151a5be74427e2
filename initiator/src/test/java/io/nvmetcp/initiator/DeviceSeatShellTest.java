package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.IcRequest;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device that goes down and comes back under load costs no command. */
class DeviceSeatShellTest extends ShellTest {
  private static final int BYTES = 64 * 1024;
  private static final int DEPTH = 4;
  private static final int READS = 400;

  private final RegionRegistry registry = new RegionRegistry();
  private final SocketDevice device = new SocketDevice(registry, JdkCrc32c.INSTANCE, 4096);
  private Region region;
  private QueueConnection connection;
  private Promise<String> done;
  private int started;
  private int succeeded;

  private final class Read implements Completion {
    private final int slot;

    Read(int slot) {
      this.slot = slot;
    }

    void start() {
      if (started == READS) {
        return;
      }
      started++;
      byte[] sqe = new byte[Sqe.BYTES];
      Sqe.init(sqe, 0, IoOpcode.READ, 0, 1);
      int answer =
          connection.pair().submit(sqe, Direction.READ, region, slot * (long) BYTES, BYTES, this);
      if (answer < 0) {
        done.tryComplete("refused: " + answer);
      }
      connection.scheduleFlush();
    }

    @Override
    public void completed(int status, long result) {
      byte[] bytes =
          region.slice(slot * (long) BYTES, BYTES).segment().toArray(ValueLayout.JAVA_BYTE);
      byte[] wanted = new byte[BYTES];
      Arrays.fill(wanted, (byte) 0x3C);
      if (!Status.isSuccess(status) || !Arrays.equals(bytes, wanted)) {
        done.tryComplete("wrong: status " + status);
      }
      region.slice(slot * (long) BYTES, BYTES).segment().fill((byte) 0);
      succeeded++;
      // Once a while, between these reads and the next.
      if (succeeded % 40 == 0) {
        device.down();
      } else if (succeeded % 40 == 20) {
        device.up();
      }
      if (succeeded == READS) {
        done.tryComplete("all");
      }
      start();
    }

    @Override
    public void lost(String reason) {
      done.tryComplete("lost: " + reason);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aDeviceThatGoesDownAndComesBackCostsNoCommand(String transport) {
    ScriptedServer server = serve(transport);
    byte[] content = new byte[BYTES];
    Arrays.fill(content, (byte) 0x3C);
    server.script =
        (peer, command) -> {
          peer.controller.answer(command.cid(), content);
          return true;
        };
    region = registry.register(DEPTH * BYTES);
    ContextInternal context = ((VertxInternal) vertx()).createEventLoopContext();
    EventLoop loop = context.nettyEventLoop();
    NetClient client = vertx().createNetClient();
    done = context.promise();
    QueueConfiguration configuration =
        new QueueConfiguration(
            1, 16, new IcRequest(0, 0, true, true, 0), BYTES, JdkCrc32c.INSTANCE, device.voucher());
    Promise<Void> opened = context.promise();
    context.runOnContext(
        ignored ->
            client
                .connect(server.port(), "127.0.0.1")
                .compose(
                    socket -> {
                      connection =
                          QueueConnection.on(
                              context,
                              ((NetSocketInternal) socket).channelHandlerContext(),
                              configuration,
                              device,
                              TeardownMode.LAZY,
                              registry,
                              4);
                      return connection.initialize();
                    })
                .<Void>mapEmpty()
                .onComplete(opened));
    await(opened.future());
    loop.execute(
        () -> {
          connection.pair().granted(0, true);
          for (int slot = 0; slot < DEPTH; slot++) {
            new Read(slot).start();
          }
        });
    assertThat(await(done.future())).isEqualTo("all");
    Promise<InitiatorStatistics> counted = context.promise();
    loop.execute(
        () -> {
          InitiatorStatistics statistics = new InitiatorStatistics();
          connection.addTo(statistics);
          counted.complete(statistics);
          connection.end("the end of the test");
        });
    InitiatorStatistics statistics = await(counted.future());
    assertThat(statistics.balanced()).isTrue();
    assertThat(statistics.completed()).isEqualTo(READS);
    assertThat(statistics.offload(DdpCounter.QUEUE_ADD)).isGreaterThan(1);
    assertThat(statistics.offload(DdpCounter.QUEUE_DEL)).isPositive();
    assertThat(statistics.offload(DdpCounter.QUEUE_ADD_FAIL)).isPositive();
    assertThat(statistics.offload(DdpCounter.DDP_BYTES)).isPositive();
    assertThat(await(connection.ended())).isEqualTo("the end of the test");
    region.close();
    assertThat(device.queues()).isZero();
    server.awaitAllGone();
  }
}
