package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.Capabilities;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.PassThroughQueue;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.IcRequest;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device that breaks its contract costs its connection and nothing else. */
class BrokenDeviceShellTest extends ShellTest {

  /** Says of payloads that they were placed, and leaves them where they are. */
  private record LyingDevice(RegionRegistry registry) implements DdpDevice {
    @Override
    public String name() {
      return "lying";
    }

    @Override
    public DeviceLimits limits() {
      return new DeviceLimits(1, 1, Integer.MAX_VALUE, 1);
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(Set.of());
    }

    @Override
    public Voucher voucher() {
      return Voucher.PLACEMENT;
    }

    @Override
    public DdpQueue addQueue(QueueConfig config, Framing framing, UpperLayer upper) {
      UpperLayer misled =
          new UpperLayer() {
            @Override
            public void run(
                MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
              upper.run(bytes, offset, length, true, false);
            }

            @Override
            public void teardownDone(int tag) {
              upper.teardownDone(tag);
            }
          };
      return new PassThroughQueue(config, misled, registry);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void anExceptionWhileReadingEndsTheConnectionAndEveryCommand(String transport) {
    ScriptedServer server = serve(transport);
    server.script =
        (connection, command) -> {
          connection.controller.answer(command.cid(), new byte[4096]);
          return true;
        };
    RegionRegistry registry = new RegionRegistry();
    Region region = registry.register(8192);
    QueueConfiguration configuration =
        new QueueConfiguration(
            1,
            16,
            new IcRequest(0, 0, false, false, 0),
            8192,
            JdkCrc32c.INSTANCE,
            Voucher.PLACEMENT);
    ContextInternal context = ((VertxInternal) vertx()).createEventLoopContext();
    NetClient client = vertx().createNetClient();
    Promise<QueueConnection> opened = context.promise();
    Promise<String> read = context.promise();
    context.runOnContext(
        ignored ->
            client
                .connect(server.port(), "127.0.0.1")
                .map(
                    socket ->
                        QueueConnection.on(
                            context,
                            ((NetSocketInternal) socket).channelHandlerContext(),
                            configuration,
                            new LyingDevice(registry),
                            TeardownMode.LAZY,
                            registry,
                            4))
                .compose(
                    connection ->
                        connection
                            .initialize()
                            .map(
                                negotiated -> {
                                  assertThat(submit(connection, region, read)).isNotNegative();
                                  connection.scheduleFlush();
                                  return connection;
                                }))
                .onComplete(opened));
    QueueConnection connection = await(opened.future());
    String reason = "connection failed: the device placed bytes at a wrong address";
    assertThat(await(read.future())).isEqualTo("lost: " + reason);
    assertThat(await(connection.ended())).isEqualTo(reason);
    region.close();
    assertThat(registry.liveRegions()).isZero();
    server.awaitAllGone();
  }

  private static int submit(QueueConnection connection, Region region, Promise<String> end) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.READ, 0, 1);
    return connection
        .pair()
        .submit(
            sqe,
            Direction.READ,
            region,
            0,
            4096,
            new Completion() {
              @Override
              public void completed(int status, long result) {
                end.complete("completed");
              }

              @Override
              public void lost(String reason) {
                end.complete("lost: " + reason);
              }
            });
  }
}
