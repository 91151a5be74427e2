package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.testkit.HalfClosingChannel;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.IcRequest;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A queue's connection as it is in production, on a channel in memory: one thread, no socket, a
 * clock that the test moves. At the other end a scripted controller, the network between them is
 * {@link #exchange}.
 */
final class EmbeddedQueue {
  /** Where payloads are placed. */
  enum Device {
    NONE,
    SOCKET,
    SIMULATED
  }

  /** Entries of the queue: as many commands are sent, more wait in line. */
  static final int ENTRIES = 4;

  static final byte CANARY = 0x5A;
  private static final int REGION_BYTES = 128 * 1024;

  /** How a command ended; one line if it ended once. */
  static final class Outcome extends IoCommand {
    private final int opcode;
    private final @Nullable BufferSlice buffer;
    private final List<String> ends = new ArrayList<>();

    /** What the caller does when it has succeeded. */
    Runnable then = () -> {};

    Outcome(QueueConnection queue, int opcode, @Nullable BufferSlice buffer) {
      super(queue, buffer, null, 0);
      this.opcode = opcode;
      this.buffer = buffer;
    }

    @Override
    void fill(byte[] sqe) {
      Sqe.init(sqe, 0, opcode, 0, 1);
    }

    @Override
    long nsid() {
      return 1;
    }

    @Override
    boolean changesNothing() {
      return changesNothing(opcode, 0);
    }

    @Override
    void succeeded(long result) {
      ends.add("success");
      then.run();
    }

    @Override
    void failed(NvmeException cause) {
      ends.add(
          switch (cause) {
            case NvmeException.NeverSent _ -> "never sent";
            case NvmeException.OutcomeUnknown _ -> "outcome unknown";
            case NvmeException.NotDelivered _ -> "not delivered";
            case NvmeException.CommandFailed failed -> "status %03Xh".formatted(failed.status());
          });
    }

    byte[] content() {
      BufferSlice slice = buffer;
      return slice == null ? new byte[0] : slice.segment().toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public String toString() {
      return ends.isEmpty() ? "under way" : String.join(" + ", ends);
    }
  }

  final HalfClosingChannel channel = new HalfClosingChannel();
  final ScriptedController controller;
  final QueueConnection connection;
  final List<String> ended = new ArrayList<>();
  private final RegionRegistry registry = new RegionRegistry();
  private final Region region = registry.register(REGION_BYTES);
  private final List<BufferSlice> reads = new ArrayList<>();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  /** A connection that was just opened. */
  EmbeddedQueue(
      Vertx vertx,
      Device kind,
      boolean headerDigest,
      boolean dataDigest,
      ScriptedController controller) {
    this.controller = controller;
    DdpDevice device =
        switch (kind) {
          case NONE -> new NoneDevice(registry);
          case SOCKET -> new SocketDevice(registry, JdkCrc32c.INSTANCE, 512);
          case SIMULATED -> new SimulatedDevice(registry, JdkCrc32c.INSTANCE, 7);
        };
    region.segment().fill(CANARY);
    // Stands for the handler of Vert.x.
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
    ContextInternal context =
        ((VertxInternal) vertx).contextBuilder().withEventLoop(channel.eventLoop()).build();
    connection =
        QueueConnection.on(
            context,
            channel.pipeline().lastContext(),
            new QueueConfiguration(
                1,
                ENTRIES,
                new IcRequest(0, 0, headerDigest, dataDigest, 0),
                REGION_BYTES,
                JdkCrc32c.INSTANCE,
                device.voucher()),
            device,
            TeardownMode.LAZY,
            registry,
            16);
    connection.ended().onSuccess(ended::add);
  }

  /** Through ICReq and ICResp; no in-capsule data, no SQ flow control. */
  EmbeddedQueue connected() {
    assertThat(connection.initialize().isComplete()).isFalse();
    exchange();
    connection.pair().granted(0, true);
    return this;
  }

  Outcome read(int offset, int length) {
    BufferSlice buffer = region.slice(offset, length);
    reads.add(buffer);
    return start(IoOpcode.READ, buffer);
  }

  Outcome write(int offset, int length) {
    return start(IoOpcode.WRITE, region.slice(offset, length));
  }

  Outcome flush() {
    return start(IoOpcode.FLUSH, null);
  }

  private Outcome start(int opcode, @Nullable BufferSlice buffer) {
    Outcome outcome = new Outcome(connection, opcode, buffer);
    connection.start(outcome);
    return outcome;
  }

  /** Both directions until nothing moves. */
  void exchange() {
    boolean moved = true;
    while (moved) {
      channel.runPendingTasks();
      byte[] out = channel.take();
      controller.accept(out);
      byte[] in = controller.take();
      deliver(in);
      moved = out.length > 0 || in.length > 0 || channel.hasPendingTasks();
    }
  }

  /** Bytes of the controller arrive in one piece. */
  void deliver(byte[] bytes) {
    sent.writeBytes(bytes);
    if (bytes.length > 0 && channel.isOpen()) {
      ByteBuf buf = channel.alloc().directBuffer(bytes.length).writeBytes(bytes);
      channel.writeInbound(buf);
      channel.checkException();
    }
  }

  /** All that arrived. */
  byte[] sent() {
    return sent.toByteArray();
  }

  /** The controller closes its end. */
  void peerCloses() {
    channel.close();
    channel.runPendingTasks();
  }

  /** The connection is reset. */
  void peerResets() {
    fail();
    channel.runPendingTasks();
  }

  /** Something finds that the connection was reset, in the middle of a turn. */
  void fail() {
    channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
  }

  void waitMillis(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /** Nothing but the buffers of reads was written to. */
  void assertCanaries() {
    byte[] all = region.segment().toArray(ValueLayout.JAVA_BYTE);
    for (BufferSlice read : reads) {
      java.util.Arrays.fill(
          all, (int) read.offset(), (int) read.offset() + read.lengthBytes(), CANARY);
    }
    for (int i = 0; i < all.length; i++) {
      if (all[i] != CANARY) {
        throw new AssertionError("a write at " + i + ", which is in no read's buffer");
      }
    }
  }

  /** The connection is over: nothing is left of it. */
  void assertNothingLeft() {
    controller.accept(channel.take());
    assertThat(channel.isOpen()).isFalse();
    assertThat(ended).hasSize(1);
    assertThat(connection.pair().outstanding()).isZero();
    assertThat(region.holders()).isZero();
    region.close();
    assertThat(registry.liveRegions()).isZero();
    channel.checkException();
  }
}
