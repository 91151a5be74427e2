package io.nvmetcp.e2e.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.pdu.frame.TransmitSink;
import io.vertx.core.internal.VertxInternal;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The least that a target takes for a host: sockets, the words of a connect, and then whatever
 * {@link Load} is plugged in. Digests off, SQ flow control off. No code of the initiator.
 */
final class RawHost implements AutoCloseable {
  /** Bytes of a command capsule without data. */
  static final int CAPSULE_BYTES = PduType.CAPSULE_CMD.headerBytes();

  /** Bytes of a response capsule, and of every other header that a target sends later on. */
  static final int HEADER_BYTES = PduType.CAPSULE_RESP.headerBytes();

  private static final int SECONDS = 10;
  private static final int ENTRIES = 128;
  private static final UUID HOST_ID = UUID.fromString("5b0c1f6e-7a1e-4c0e-8d0e-3f6a2f9f9a10");
  private static final String HOST_NQN = "nqn.2026-11.io.nvmetcp:raw-host";

  /** What a connection does once it is a queue; on its event loop. */
  interface Load {
    /** The queue is there. */
    void start(ChannelHandlerContext ctx);

    /** Bytes came; consumed. */
    void received(ChannelHandlerContext ctx, ByteBuf bytes);

    /** No more bytes for now. */
    void turnEnd(ChannelHandlerContext ctx);

    /** The connection is gone before its time. */
    void failed(Throwable cause);
  }

  /** One connection: words that are awaited one by one, then a load. */
  private static final class Connection extends ChannelInboundHandlerAdapter {
    private final ByteBuf collected = Unpooled.buffer();
    private CompletableFuture<byte[]> awaited = new CompletableFuture<>();
    private int wanted = Integer.MAX_VALUE;
    private Load load = new NoLoad();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf bytes = (ByteBuf) msg;
      if (!(load instanceof NoLoad)) {
        load.received(ctx, bytes);
        return;
      }
      collected.writeBytes(bytes);
      bytes.release();
      if (collected.readableBytes() >= wanted) {
        byte[] answer = new byte[wanted];
        collected.readBytes(answer);
        wanted = Integer.MAX_VALUE;
        awaited.complete(answer);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      load.turnEnd(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      collected.release();
      IllegalStateException gone = new IllegalStateException("the target closed the connection");
      awaited.completeExceptionally(gone);
      load.failed(gone);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      load.failed(cause);
      ctx.close();
    }
  }

  private record NoLoad() implements Load {
    @Override
    public void start(ChannelHandlerContext ctx) {}

    @Override
    public void received(ChannelHandlerContext ctx, ByteBuf bytes) {
      bytes.release();
    }

    @Override
    public void turnEnd(ChannelHandlerContext ctx) {}

    @Override
    public void failed(Throwable cause) {}
  }

  private final VertxInternal vertx;
  private final int port;
  private final String nqn;
  private final Channel admin;
  private final int cntlid;

  /** Connects an admin queue and enables its controller. */
  RawHost(VertxInternal vertx, int port, String nqn, long katoMillis) throws Exception {
    this.vertx = vertx;
    this.port = port;
    this.nqn = nqn;
    admin = open();
    cntlid = connect(admin, 0, Fabrics.CNTLID_DYNAMIC, katoMillis);
    say(
        admin,
        HEADER_BYTES,
        writer -> {
          byte[] sqe = new byte[Sqe.BYTES];
          PropertyCommand.set(sqe, 0, 1, Fabrics.PROPERTY_CC, 0x460001);
          writer.capsuleCmd(sqe, 0, 0);
        });
  }

  /** One more connection that carries I/O queue {@code qid}. */
  Channel ioQueue(int qid) throws Exception {
    Channel channel = open();
    if (connect(channel, qid, cntlid, 0) != cntlid) {
      throw new IllegalStateException("the queue belongs to another controller");
    }
    return channel;
  }

  /** The connection of the admin queue. */
  Channel admin() {
    return admin;
  }

  /** Gives a queue its load. */
  static void run(Channel queue, Load load) {
    queue
        .eventLoop()
        .execute(
            () -> {
              queue.pipeline().get(Connection.class).load = load;
              load.start(queue.pipeline().context(Connection.class));
            });
  }

  private Channel open() throws InterruptedException {
    Channel channel =
        new Bootstrap()
            .group(vertx.nettyEventLoopGroup())
            .channelFactory(vertx.transport().channelFactory(false))
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(new Connection())
            .connect(new InetSocketAddress("127.0.0.1", port))
            .sync()
            .channel();
    Congestion.choose(channel);
    return channel;
  }

  private int connect(Channel channel, int qid, int controller, long katoMillis) throws Exception {
    say(
        channel,
        PduType.IC_RESP.headerBytes(),
        writer -> writer.icReq(new IcRequest(0, 0, false, false, 0)));
    byte[] data = new ConnectData(HOST_ID, controller, nqn, HOST_NQN).encode();
    byte[] answer =
        say(
            channel,
            HEADER_BYTES,
            writer -> {
              byte[] sqe = new byte[Sqe.BYTES];
              int entries = qid == 0 ? 32 : ENTRIES;
              ConnectCommand.put(
                  sqe, 0, 0, qid, entries - 1, Fabrics.CATTR_DISABLE_SQ_FLOW_CONTROL, katoMillis);
              Sgl.inCapsule(sqe, 0, data.length);
              writer.capsuleCmd(sqe, 0, data.length);
              writer.payload(MemorySegment.ofArray(data), 0, data.length, PayloadLease.NONE);
            });
    return (int) Cqe.result(answer, PduFields.CQE);
  }

  // Says something and waits for an answer of a known length.
  private static byte[] say(Channel channel, int answerBytes, Consumer<PduWriter> words)
      throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    words.accept(new PduWriter(JdkCrc32c.INSTANCE, collector(out)));
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    channel
        .eventLoop()
        .submit(
            () -> {
              Connection connection = channel.pipeline().get(Connection.class);
              connection.wanted = answerBytes;
              connection.awaited = answer;
              channel.writeAndFlush(Unpooled.wrappedBuffer(out.toByteArray()));
            })
        .get(SECONDS, TimeUnit.SECONDS);
    byte[] bytes = answer.get(SECONDS, TimeUnit.SECONDS);
    if (answerBytes == HEADER_BYTES && !Status.isSuccess(Cqe.status(bytes, PduFields.CQE))) {
      throw new IllegalStateException(
          "the target says " + Status.describe(Cqe.status(bytes, PduFields.CQE)));
    }
    return bytes;
  }

  private static TransmitSink collector(ByteArrayOutputStream out) {
    return new TransmitSink() {
      @Override
      public void bytes(byte[] source, int offset, int length) {
        out.write(source, offset, length);
      }

      @Override
      public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
        out.writeBytes(source.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
        lease.release();
      }
    };
  }

  /** The bytes of a command capsule without data. */
  static byte[] capsule(Consumer<byte[]> command) {
    byte[] sqe = new byte[Sqe.BYTES];
    command.accept(sqe);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new PduWriter(JdkCrc32c.INSTANCE, collector(out)).capsuleCmd(sqe, 0, 0);
    return out.toByteArray();
  }

  @Override
  public void close() {
    admin.close().syncUninterruptibly();
  }
}
