package io.nvmetcp.e2e.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * {@link BareStream} the other way: the client sends a header of 24 bytes and a payload, the server
 * counts the bytes, looks at none, and answers each with 24 bytes.
 */
final class BareUpload implements AutoCloseable {
  private static final int HEADER_BYTES = 24;

  private final VertxInternal clientVertx;
  private final Channel server;
  private final ByteBuf payload;
  private final ByteBuf answer;
  private final int frameBytes;

  BareUpload(VertxInternal serverVertx, VertxInternal clientVertx, int payloadBytes)
      throws InterruptedException {
    this.clientVertx = clientVertx;
    frameBytes = HEADER_BYTES + payloadBytes;
    payload = Unpooled.unreleasableBuffer(Unpooled.directBuffer(frameBytes).writeZero(frameBytes));
    answer =
        Unpooled.unreleasableBuffer(Unpooled.directBuffer(HEADER_BYTES).writeZero(HEADER_BYTES));
    server =
        new ServerBootstrap()
            .group(serverVertx.nettyEventLoopGroup())
            .channelFactory(serverVertx.transport().serverChannelFactory(false))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Server());
                  }
                })
            .bind(new InetSocketAddress("127.0.0.1", 0))
            .sync()
            .channel();
  }

  /** Frames per second with {@code depth} of them unanswered. */
  double run(int depth, long millis) throws Exception {
    Client client = new Client(depth);
    Channel channel =
        new Bootstrap()
            .group(clientVertx.nettyEventLoopGroup())
            .channelFactory(clientVertx.transport().channelFactory(false))
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(client)
            .connect(server.localAddress())
            .sync()
            .channel();
    var unused =
        channel.eventLoop().schedule(() -> client.over = true, millis, TimeUnit.MILLISECONDS);
    double rate = client.rate.get(millis + 10_000, TimeUnit.MILLISECONDS);
    channel.close().sync();
    return rate;
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    payload.unwrap().release();
    answer.unwrap().release();
  }

  private final class Server extends ChannelInboundHandlerAdapter {
    private long partial;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buf = (ByteBuf) msg;
      partial += buf.readableBytes();
      buf.release();
      for (; partial >= frameBytes; partial -= frameBytes) {
        ctx.write(answer.duplicate(), ctx.voidPromise());
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }
  }

  private final class Client extends ChannelInboundHandlerAdapter {
    private final int depth;
    private final CompletableFuture<Double> rate = new CompletableFuture<>();
    private long partial;
    private long answers;
    private long sent;
    private long startedNs;
    private boolean over;

    Client(int depth) {
      this.depth = depth;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      startedNs = System.nanoTime();
      send(ctx, depth);
    }

    private void send(ChannelHandlerContext ctx, long count) {
      for (long i = 0; i < count; i++) {
        ctx.write(payload.duplicate(), ctx.voidPromise());
      }
      sent += count;
      ctx.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buf = (ByteBuf) msg;
      partial += buf.readableBytes();
      buf.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      long done = partial / HEADER_BYTES;
      partial -= done * HEADER_BYTES;
      answers += done;
      if (!over && done > 0) {
        send(ctx, done);
      } else if (over && answers == sent) {
        rate.complete(answers * 1e9 / (System.nanoTime() - startedNs));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      rate.completeExceptionally(new IllegalStateException("the stream ended early"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      rate.completeExceptionally(cause);
      ctx.close();
    }
  }
}
