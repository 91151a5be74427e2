package io.nvmetcp.ddp.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Lets a channel read into the windows of a {@link DdpQueue}: the handler and the receive allocator
 * in one. Confined to the channel's event loop.
 *
 * <p>Install it with {@link #install} before anything is read. Each window goes back to the queue
 * that lent it exactly once: with the bytes that came, or empty when the transport releases it
 * unused, because nothing was there, the read was cancelled, or the channel closed. NIO and epoll
 * do so within the read; io_uring has the window until the read completes, and closes the channel
 * only then.
 */
public final class ChannelWindows extends ChannelInboundHandlerAdapter {

  /** What the owner of the channel is told, on its event loop. */
  public interface Events {
    /** The reads of this turn are done: flush, and poll the queue. */
    void turnEnd();

    /** The channel is closed and no window is out; told once. */
    void closed();

    /** The channel failed; it will be closed by the owner. */
    void failed(Throwable cause);
  }

  private static final int MAX_READS_PER_TURN = 32;
  private static final int SPARE_BYTES = 16 * 1024;
  private static final int CACHED_VIEWS = 8;

  private final Events events;
  private final LowWater lowWater = new LowWater();
  // One per region, found by the low bits of its id; a region that is gone stays until overwritten.
  private final @Nullable WindowByteBuf[] views = new WindowByteBuf[CACHED_VIEWS];
  private DdpQueue queue;
  // The window that is out, and whose it is: not always the queue of the moment.
  private @Nullable WindowByteBuf out;
  private @Nullable DdpQueue lender;
  private boolean ended;

  /**
   * @param queue gets the bytes
   * @param events is told of turns and of the end
   */
  public ChannelWindows(DdpQueue queue, Events events) {
    this.queue = queue;
    this.events = events;
  }

  /**
   * Puts the handler before {@code successor} and makes the channel read into the windows; not
   * while another handler stands in front, since what the socket brings is not what comes out of
   * that: TLS, say, whose records have no business in anybody's buffer. Then every read is a
   * foreign one.
   */
  public void install(ChannelHandlerContext successor) {
    Channel channel = successor.channel();
    channel.config().setRecvByteBufAllocator(new Allocator(successor.pipeline()));
    successor.pipeline().addBefore(successor.name(), "ddp-windows", this);
    channel
        .closeFuture()
        .addListener(
            done -> {
              // io_uring closes a channel when its read has completed. If that is the last thing
              // its event loop does, channelInactive, which is a task of its own, is not run.
              if (channel.eventLoop().isShutdown()) {
                end();
              }
            });
  }

  private void end() {
    if (!ended) {
      ended = true;
      events.closed();
    }
  }

  /**
   * Replaces the queue, from the next window on. A window of the old queue that is still out stays
   * the old queue's, which gets it back empty; the bytes that come in it are the new queue's and go
   * there as a stream. So the stream must stand at the start of a PDU, and a call from within
   * {@code run} leaves the rest of that run to the old queue.
   */
  public void queue(DdpQueue next) {
    queue = next;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (!(msg instanceof ByteBuf buf)) {
      ctx.fireChannelRead(msg);
      return;
    }
    try {
      if (!buf.isReadable()) {
        return;
      }
      if (!queue.deleted()) {
        queue.counters().increment(DdpCounter.SOCKET_READS);
      }
      DdpQueue owner = lender;
      if (owner != null && isOut(buf)) {
        window((WindowByteBuf) buf, owner);
      } else {
        if (!queue.deleted()) {
          queue.counters().increment(DdpCounter.FOREIGN_READS);
        }
        queue.stream(MemorySegment.ofBuffer(buf.nioBuffer()), 0, buf.readableBytes());
      }
    } finally {
      buf.release();
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very buffer that was lent
  private boolean isOut(ByteBuf buf) {
    return buf == out;
  }

  @SuppressWarnings("ReferenceEquality") // the very queue that lent it
  private void window(WindowByteBuf window, DdpQueue owner) {
    out = null;
    lender = null;
    int bytes = window.readableBytes();
    if (owner == queue) {
      owner.received(bytes);
      return;
    }
    try {
      queue.stream(window.region().segment(), window.regionOffset(), bytes);
    } finally {
      owner.windowReturned();
    }
  }

  // The transport let go of a buffer: of one that came up before, or of one that brought nothing.
  private void released(WindowByteBuf window) {
    DdpQueue owner = lender;
    if (owner != null && isOut(window)) {
      out = null;
      lender = null;
      owner.windowReturned();
    }
  }

  // Where no window can be lent: what comes here is a foreign read.
  private static ByteBuf spare(ByteBufAllocator alloc) {
    return alloc.directBuffer(SPARE_BYTES, SPARE_BYTES);
  }

  private ByteBuf lend(ByteBufAllocator alloc) {
    DdpQueue owner = queue;
    if (out != null || owner.deleted()) {
      // A transport reads once more after its channel was closed in the middle of a turn; and no
      // window may be handed out twice, whatever became of the first.
      return spare(alloc);
    }
    ReadWindow window = owner.nextWindow();
    int slot = window.region().id() & CACHED_VIEWS - 1;
    WindowByteBuf view = views[slot];
    if (view == null || !view.serves(window.region(), window.offset(), window.length())) {
      view = new WindowByteBuf(window.region(), window.offset(), window.length(), this::released);
      views[slot] = view;
    }
    view.lend(window.offset(), window.length());
    out = view;
    lender = owner;
    return view;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    events.turnEnd();
    if (stoppedAtTheEnd(ctx.channel())) {
      ctx.close();
    }
    DdpQueue owner = queue;
    boolean reads = !owner.deleted();
    if (ctx.channel().isActive()
        && lowWater.want(ctx.channel().config(), reads ? owner.wantedBytes() : 1)
        && reads) {
      owner.counters().increment(DdpCounter.LOW_WATER_CALLS);
    }
  }

  // Netty's io_uring knows by POLLRDHUP that the stream ends, and stops reading all the same when a
  // read leaves the socket empty. After a FIN the kernel never says that it does; after an RST
  // alone it does, and as the edge of the poll is spent by then, nothing reads the error and the
  // channel stays open for good. The end came before the read, or its event would have come after;
  // so all there was has been read.
  private static boolean stoppedAtTheEnd(Channel channel) {
    return channel.unsafe().recvBufAllocHandle() instanceof RecvByteBufAllocator.ExtendedHandle of
        && of.lastBytesRead() > 0
        && of.continueReading(UncheckedBooleanSupplier.FALSE_SUPPLIER);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    events.failed(cause);
  }

  private final class Allocator implements RecvByteBufAllocator {
    private final ChannelPipeline pipeline;

    Allocator(ChannelPipeline pipeline) {
      this.pipeline = pipeline;
    }

    @Override
    @SuppressWarnings("deprecation") // the supertype's signature
    public RecvByteBufAllocator.Handle newHandle() {
      return new WindowHandle(pipeline);
    }
  }

  private final class WindowHandle implements RecvByteBufAllocator.ExtendedHandle {
    private final ChannelPipeline pipeline;
    private @Nullable ChannelConfig config;
    // What the socket brings comes to our handler as it is.
    private boolean direct;
    private int attempted;
    private int lastRead;
    private int reads;

    WindowHandle(ChannelPipeline pipeline) {
      this.pipeline = pipeline;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      return direct ? lend(alloc) : spare(alloc);
    }

    @Override
    public int guess() {
      return 2048;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very handler
    public void reset(ChannelConfig ofChannel) {
      config = ofChannel;
      direct = pipeline.first() == ChannelWindows.this;
      reads = 0;
      lastRead = 0;
      attempted = 0;
    }

    @Override
    public void incMessagesRead(int numMessages) {
      reads += numMessages;
    }

    @Override
    public void lastBytesRead(int bytes) {
      lastRead = bytes;
    }

    @Override
    public int lastBytesRead() {
      return lastRead;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
      return attempted;
    }

    @Override
    public boolean continueReading() {
      return (lastRead == attempted || tailDue()) && mayContinue();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return mayContinue() && (maybeMoreData.get() || !knownEmpty(maybeMoreData) && tailDue());
    }

    // Who asks so knows that the socket is empty, and only asks whether the stream has ended.
    @SuppressWarnings("ReferenceEquality") // the very supplier
    private static boolean knownEmpty(UncheckedBooleanSupplier maybeMoreData) {
      return maybeMoreData == UncheckedBooleanSupplier.FALSE_SUPPLIER;
    }

    // A large payload ends in a segment that holds little of it, and a read that is as fast as its
    // sender comes just before that. By the time the rest of the turn is done it is there, for the
    // price of another turn. Where little comes at a time it is left at one.
    private boolean tailDue() {
      return lastRead > attempted / 2 && !queue.deleted() && queue.tailDue();
    }

    private boolean mayContinue() {
      return lastRead > 0 && reads < MAX_READS_PER_TURN && config != null && config.isAutoRead();
    }

    @Override
    public void readComplete() {
      // Turns are told by channelReadComplete.
    }
  }
}
