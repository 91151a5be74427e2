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
 * The yardstick: requests of 24 bytes, answers of a 24-byte header and a payload, no protocol. The
 * server sends one prepared buffer over and over, the client counts bytes and looks at none. It
 * uses the event loops and the transport of the two Vert.x instances that NVMe/TCP is measured on.
 */
final class BareStream implements AutoCloseable {
  private static final int HEADER_BYTES = 24;

  private final VertxInternal clientVertx;
  private final Channel server;
  private final ByteBuf answer;
  private final int answerBytes;

  BareStream(VertxInternal serverVertx, VertxInternal clientVertx, int payloadBytes)
      throws InterruptedException {
    this.clientVertx = clientVertx;
    answerBytes = HEADER_BYTES + payloadBytes;
    answer = Unpooled.unreleasableBuffer(Unpooled.directBuffer(answerBytes).writeZero(answerBytes));
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

  /** Answers per second with {@code depth} requests outstanding. */
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
    channel.eventLoop().schedule(client::finish, millis, TimeUnit.MILLISECONDS);
    double rate = client.rate.get(millis + 10_000, TimeUnit.MILLISECONDS);
    channel.close().sync();
    return rate;
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    answer.unwrap().release();
  }

  private final class Server extends ChannelInboundHandlerAdapter {
    private int partial;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buf = (ByteBuf) msg;
      int bytes = partial + buf.readableBytes();
      buf.release();
      for (; bytes >= HEADER_BYTES; bytes -= HEADER_BYTES) {
        ctx.write(answer.duplicate(), ctx.voidPromise());
      }
      partial = bytes;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // The client of a run that is over closes with answers under way.
      ctx.close();
    }
  }

  private final class Client extends ChannelInboundHandlerAdapter {
    private final int depth;
    private final CompletableFuture<Double> rate = new CompletableFuture<>();
    private final ByteBuf requests;
    private long answers;
    private long partial;
    private long startedNs;
    private boolean finished;

    Client(int depth) {
      this.depth = depth;
      requests =
          Unpooled.unreleasableBuffer(
              Unpooled.directBuffer(HEADER_BYTES * depth).writeZero(HEADER_BYTES * depth));
    }

    void finish() {
      finished = true;
      rate.complete(answers * 1e9 / (System.nanoTime() - startedNs));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      startedNs = System.nanoTime();
      ask(ctx, depth);
    }

    private void ask(ChannelHandlerContext ctx, long count) {
      long left = count;
      while (left > 0) {
        int step = (int) Math.min(left, depth);
        ctx.write(requests.slice(0, HEADER_BYTES * step), ctx.voidPromise());
        left -= step;
      }
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
      long done = partial / answerBytes;
      partial -= done * answerBytes;
      answers += done;
      if (!finished && done > 0) {
        ask(ctx, done);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      requests.unwrap().release();
      rate.completeExceptionally(new IllegalStateException("the stream ended early"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      rate.completeExceptionally(cause);
      ctx.close();
    }
  }
}
