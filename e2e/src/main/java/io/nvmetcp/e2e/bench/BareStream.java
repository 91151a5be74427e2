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
import io.netty.channel.ChannelOutboundInvoker;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * The yardstick: requests and answers of a 24-byte header, one of which carries a payload, no
 * protocol. Whoever sends the payload sends one prepared buffer over and over, whoever receives it
 * counts bytes and looks at none. With {@link #overMemory} the server's end of the payload is any
 * place of a large memory, and the client has memory for each request that is outstanding, as
 * storage and its host have. It uses the event loops and the transport of the two Vert.x instances
 * that NVMe/TCP is measured on.
 */
final class BareStream implements AutoCloseable {
  private static final int HEADER_BYTES = 24;

  private final VertxInternal clientVertx;
  private final Channel server;
  private final boolean writes;
  private final int requestBytes;
  private final int answerBytes;
  private final ByteBuf header = header();
  // What the server's end sends payloads from, or takes them to.
  private final StreamMemory memory;
  private final boolean overMemory;
  private final Map<SocketAddress, CompletableFuture<Channel>> accepted = new ConcurrentHashMap<>();

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
    this(serverVertx, clientVertx, payloadBytes, writes, 0);
  }

  /**
   * A stream whose payloads come from, or go to, any place of a memory of so many bytes; the client
   * has a buffer for each that is outstanding.
   */
  static BareStream overMemory(
      VertxInternal serverVertx,
      VertxInternal clientVertx,
      int payloadBytes,
      boolean writes,
      long memoryBytes)
      throws InterruptedException {
    return new BareStream(serverVertx, clientVertx, payloadBytes, writes, memoryBytes);
  }

  private BareStream(
      VertxInternal serverVertx,
      VertxInternal clientVertx,
      int payloadBytes,
      boolean writes,
      long memoryBytes)
      throws InterruptedException {
    this.clientVertx = clientVertx;
    this.writes = writes;
    int frameBytes = HEADER_BYTES + payloadBytes;
    requestBytes = writes ? frameBytes : HEADER_BYTES;
    answerBytes = writes ? HEADER_BYTES : frameBytes;
    overMemory = memoryBytes > 0;
    memory = StreamMemory.of(frameBytes, memoryBytes);
    server =
        new ServerBootstrap()
            .group(serverVertx.nettyEventLoopGroup())
            .channelFactory(serverVertx.transport().serverChannelFactory(false))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    Congestion.choose(channel);
                    if (overMemory && writes) {
                      channel.config().setRecvByteBufAllocator(memory.receiverAtRandom());
                    }
                    channel.pipeline().addLast(new Server());
                  }
                })
            .bind(new InetSocketAddress("127.0.0.1", 0))
            .sync()
            .channel();
  }

  private static ByteBuf header() {
    return Unpooled.unreleasableBuffer(Unpooled.directBuffer(HEADER_BYTES).writeZero(HEADER_BYTES));
  }

  /** Answers per second with {@code depth} requests outstanding. */
  double run(int depth, long millis) throws Exception {
    return run(1, depth, millis, Placement.FREE).perSecond();
  }

  /**
   * Answers per second with {@code depth} requests outstanding on each of some connections, whose
   * event loops are where {@code placement} says.
   */
  Measurement run(int connections, int depth, long millis, Placement placement) throws Exception {
    List<Client> clients = new ArrayList<>();
    List<Channel> channels = new ArrayList<>();
    List<Placement.Ends> ends = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      StreamMemory buffers =
          new StreamMemory(writes ? requestBytes : answerBytes, overMemory ? depth : 1);
      Client client = new Client(depth, buffers);
      clients.add(client);
      Bootstrap bootstrap =
          new Bootstrap()
              .group(clientVertx.nettyEventLoopGroup())
              .channelFactory(clientVertx.transport().channelFactory(false))
              .option(ChannelOption.TCP_NODELAY, true);
      if (overMemory && !writes) {
        bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, buffers.receiverInTurn());
      }
      Channel channel = bootstrap.handler(client).connect(server.localAddress()).sync().channel();
      channels.add(channel);
      Channel other = accepted(channel.localAddress()).get(10, TimeUnit.SECONDS);
      ends.add(new Placement.Ends(channel.eventLoop(), other.eventLoop()));
    }
    placement.place(ends);
    double rate = 0;
    for (int i = 0; i < connections; i++) {
      Client client = clients.get(i);
      Channel channel = channels.get(i);
      channel.eventLoop().execute(() -> client.start(channel));
      channel.eventLoop().schedule(client::finish, millis, TimeUnit.MILLISECONDS);
    }
    for (int i = 0; i < connections; i++) {
      rate += clients.get(i).rate.get(millis + 10_000, TimeUnit.MILLISECONDS);
      SocketAddress address = channels.get(i).localAddress();
      channels.get(i).close().sync();
      accepted.remove(address);
      clients.get(i).buffers.close();
    }
    return Measurement.ofRate(rate);
  }

  // The server's end of the connection that has this address at the other.
  private CompletableFuture<Channel> accepted(SocketAddress client) {
    return accepted.computeIfAbsent(client, ignored -> new CompletableFuture<>());
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    header.unwrap().release();
    memory.close();
  }

  private final class Server extends ChannelInboundHandlerAdapter {
    private final IntSupplier places = memory.atRandom();
    private long partial;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      accepted(ctx.channel().remoteAddress()).complete(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buf = (ByteBuf) msg;
      partial += buf.readableBytes();
      buf.release();
      for (; partial >= requestBytes; partial -= requestBytes) {
        ctx.write(writes ? header.duplicate() : memory.frame(places.getAsInt()), ctx.voidPromise());
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
    private final StreamMemory buffers;
    private final IntSupplier places;
    private final CompletableFuture<Double> rate = new CompletableFuture<>();
    private long answers;
    private long partial;
    private long startedNs;
    private boolean finished;

    Client(int depth, StreamMemory buffers) {
      this.depth = depth;
      this.buffers = buffers;
      places = buffers.inTurn();
    }

    void finish() {
      finished = true;
      rate.complete(answers * 1e9 / (System.nanoTime() - startedNs));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      Congestion.choose(ctx.channel());
    }

    void start(Channel channel) {
      startedNs = System.nanoTime();
      ask(channel, depth);
    }

    private void ask(ChannelOutboundInvoker to, long count) {
      for (long i = 0; i < count; i++) {
        to.write(writes ? buffers.frame(places.getAsInt()) : header.duplicate(), to.voidPromise());
      }
      to.flush();
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
      rate.completeExceptionally(new IllegalStateException("the stream ended early"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      rate.completeExceptionally(cause);
      ctx.close();
    }
  }
}
