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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The yardstick: requests and answers of a 24-byte header, one of which carries a payload, no
 * protocol. Whoever sends the payload sends one prepared buffer over and over, whoever receives it
 * counts bytes and looks at none. It uses the event loops and the transport of the two Vert.x
 * instances that NVMe/TCP is measured on.
 */
final class BareStream implements AutoCloseable {
  private static final int HEADER_BYTES = 24;

  private final VertxInternal clientVertx;
  private final Channel server;
  private final ByteBuf request;
  private final ByteBuf answer;

  /** A stream whose payload comes from the server. */
  BareStream(VertxInternal serverVertx, VertxInternal clientVertx, int payloadBytes)
      throws InterruptedException {
    this(serverVertx, clientVertx, payloadBytes, false);
  }

  /**
   * @param writes the payload goes to the server, else it comes from there
   */
  BareStream(VertxInternal serverVertx, VertxInternal clientVertx, int payloadBytes, boolean writes)
      throws InterruptedException {
    this.clientVertx = clientVertx;
    request = frame(writes ? payloadBytes : 0);
    answer = frame(writes ? 0 : payloadBytes);
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

  private static ByteBuf frame(int payloadBytes) {
    int bytes = HEADER_BYTES + payloadBytes;
    return Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes).writeZero(bytes));
  }

  /** Answers per second with {@code depth} requests outstanding. */
  double run(int depth, long millis) throws Exception {
    return run(1, depth, millis).perSecond();
  }

  /** Answers per second with {@code depth} requests outstanding on each of some connections. */
  Measurement run(int connections, int depth, long millis) throws Exception {
    List<Client> clients = new ArrayList<>();
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Client client = new Client(depth);
      clients.add(client);
      channels.add(
          new Bootstrap()
              .group(clientVertx.nettyEventLoopGroup())
              .channelFactory(clientVertx.transport().channelFactory(false))
              .option(ChannelOption.TCP_NODELAY, true)
              .handler(client)
              .connect(server.localAddress())
              .sync()
              .channel());
    }
    double rate = 0;
    for (int i = 0; i < connections; i++) {
      Client client = clients.get(i);
      channels.get(i).eventLoop().schedule(client::finish, millis, TimeUnit.MILLISECONDS);
    }
    for (int i = 0; i < connections; i++) {
      rate += clients.get(i).rate.get(millis + 10_000, TimeUnit.MILLISECONDS);
      channels.get(i).close().sync();
    }
    return Measurement.ofRate(rate);
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    request.unwrap().release();
    answer.unwrap().release();
  }

  private final class Server extends ChannelInboundHandlerAdapter {
    private long partial;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buf = (ByteBuf) msg;
      partial += buf.readableBytes();
      buf.release();
      for (; partial >= request.readableBytes(); partial -= request.readableBytes()) {
        ctx.write(answer.duplicate(), ctx.voidPromise());
      }
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
    private long answers;
    private long partial;
    private long startedNs;
    private boolean finished;

    Client(int depth) {
      this.depth = depth;
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
      for (long i = 0; i < count; i++) {
        ctx.write(request.duplicate(), ctx.voidPromise());
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
      long done = partial / answer.readableBytes();
      partial -= done * answer.readableBytes();
      answers += done;
      if (!finished && done > 0) {
        ask(ctx, done);
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
