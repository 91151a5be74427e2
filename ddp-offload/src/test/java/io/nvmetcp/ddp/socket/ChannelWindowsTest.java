package io.nvmetcp.ddp.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.UncheckedBooleanSupplier;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.DeviceBench;
import io.nvmetcp.ddp.IscsiFraming;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.RecordingUpperLayer;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.engine.PassThroughQueue;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A transport driven by hand: allocate, read or not, fire or release, in every order. */
final class ChannelWindowsTest {
  private static final int LENGTH = 40_000;

  private final DeviceBench bench =
      new DeviceBench(
          1,
          true,
          TeardownMode.LAZY,
          registry -> new SocketDevice(registry, JdkCrc32c.INSTANCE, 4096));
  private final List<String> events = new ArrayList<>();
  private final ChannelWindows windows = new ChannelWindows(bench.queue, recorder(events));
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final RecvByteBufAllocator.ExtendedHandle handle;

  ChannelWindowsTest() {
    channel.pipeline().addLast("successor", new ChannelInboundHandlerAdapter());
    windows.install(channel.pipeline().context("successor"));
    handle =
        (RecvByteBufAllocator.ExtendedHandle)
            channel.config().<RecvByteBufAllocator>getRecvByteBufAllocator().newHandle();
    handle.reset(channel.config());
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    bench.close();
  }

  private static ChannelWindows.Events recorder(List<String> events) {
    return new ChannelWindows.Events() {
      @Override
      public void turnEnd() {
        events.add("turnEnd");
      }

      @Override
      public void closed() {
        events.add("closed");
      }

      @Override
      public void failed(Throwable cause) {
        events.add("failed " + cause.getMessage());
      }
    };
  }

  private ByteBuf allocate() {
    ByteBuf buf = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
    handle.attemptedBytesRead(buf.writableBytes());
    return buf;
  }

  private void fire(ByteBuf buf) {
    handle.lastBytesRead(buf.readableBytes());
    handle.incMessagesRead(1);
    channel.pipeline().fireChannelRead(buf);
  }

  /** Reads as a transport does that finds as much as it asks for. */
  private void feed(byte[] bytes) {
    for (int at = 0; at < bytes.length; ) {
      ByteBuf buf = allocate();
      int step = Math.min(buf.writableBytes(), bytes.length - at);
      buf.writeBytes(bytes, at, step);
      at += step;
      fire(buf);
    }
  }

  private byte[] readUnderWay() {
    byte[] data = bench.data(LENGTH);
    bench.read(1, 100, LENGTH);
    byte[] pdu = bench.framing.dataIn(1, 0, data);
    feed(Arrays.copyOf(pdu, IscsiFraming.HEADER_BYTES));
    bench.expect(100, data);
    return Arrays.copyOfRange(pdu, IscsiFraming.HEADER_BYTES, pdu.length);
  }

  @Test
  void bytesLandInPlaceAndNothingIsForeign() {
    byte[] rest = readUnderWay();
    feed(rest);
    feed(bench.framing.response(1));
    bench.settle();
    bench.assertMemory();
    assertThat(bench.count(DdpCounter.DDP_BYTES)).isEqualTo(LENGTH);
    assertThat(bench.count(DdpCounter.FOREIGN_READS)).isZero();
  }

  @Test
  void aReadThatFindsNothingGivesTheWindowBack() {
    readUnderWay();
    for (int i = 0; i < 3; i++) {
      ByteBuf buf = allocate();
      assertThat(buf.writableBytes()).isEqualTo(LENGTH);
      buf.release();
    }
    // A window is to be had again, so none is out.
    bench.queue.nextWindow();
    bench.queue.windowReturned();
  }

  @Test
  void oneViewServesAllWindowsOfARegionAndOnlyOneAtATime() {
    ByteBuf staging = allocate();
    staging.release();
    assertThat(allocate()).isSameAs(staging);
    staging.release();
    byte[] rest = readUnderWay();
    ByteBuf direct = allocate();
    assertThat(direct.writableBytes()).isEqualTo(LENGTH);
    assertThat(direct.writerIndex()).isEqualTo(100);
    direct.writeBytes(rest, 0, 5000);
    fire(direct);
    assertThat(direct.refCnt()).isZero();
    assertThat(allocate()).isSameAs(direct);
    assertThat(direct.writerIndex()).isEqualTo(5100);
    assertThat(direct.writableBytes()).isEqualTo(LENGTH - 5000);
    direct.release();
  }

  @Test
  void aWindowCostsNoGarbage() {
    readUnderWay();
    allocate().release();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    threads.getCurrentThreadAllocatedBytes();
    int windowsTaken = 10_000;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < windowsTaken; i++) {
      allocate().release();
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes / windowsTaken).isZero();
  }

  @Test
  void aViewThatSomebodyKeepsIsNotLentAgain() {
    ByteBuf kept = allocate();
    kept.writeBytes(bench.framing.response(7));
    kept.retain();
    fire(kept);
    ByteBuf next = allocate();
    assertThat(next).isNotSameAs(kept);
    next.release();
    kept.release();
  }

  @Test
  void allocatingWhileAWindowIsOutIsSurvived() {
    byte[] rest = readUnderWay();
    ByteBuf lost = allocate();
    ByteBuf spare = allocate();
    assertThat(spare).isNotSameAs(lost);
    spare.writeBytes(rest, 0, 1000);
    fire(spare);
    assertThat(bench.count(DdpCounter.FOREIGN_READS)).isEqualTo(1);
    lost.release();
    feed(Arrays.copyOfRange(rest, 1000, rest.length));
    feed(bench.framing.response(1));
    bench.settle();
    bench.assertMemory();
  }

  @Test
  void afterDeleteATransportStillGetsABufferAndItsBytesAreDropped() {
    byte[] rest = readUnderWay();
    bench.queue.delete();
    int runs = bench.upper.runs;
    feed(rest);
    assertThat(bench.upper.runs).isEqualTo(runs);
    assertThat(bench.count(DdpCounter.FOREIGN_READS)).isZero();
    assertThat(bench.upper.command(1).placedBytes).isZero();
  }

  @Test
  void aCloseWithAWindowOutEndsTheMappingWhenTheTransportLetsGo() {
    readUnderWay();
    ByteBuf out = allocate();
    bench.queue.delete();
    bench.region.close();
    assertThat(bench.upper.teardowns).isEmpty();
    assertThat(bench.registry.liveRegions()).isEqualTo(1);
    out.release();
    assertThat(bench.upper.teardowns).containsExactly(1);
    assertThat(bench.registry.liveRegions()).isZero();
  }

  @Test
  void aBufferThatIsNotAWindowGoesUpAsAStreamAndIsCounted() {
    byte[] rest = readUnderWay();
    channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(rest, 0, 9000));
    channel.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
    feed(Arrays.copyOfRange(rest, 9000, rest.length));
    bench.settle();
    bench.assertMemory();
    assertThat(bench.count(DdpCounter.FOREIGN_READS)).isEqualTo(1);
    channel.pipeline().fireChannelRead("a message of another kind");
    assertThat(channel.<Object>readInbound()).isEqualTo("a message of another kind");
  }

  @Test
  void aWindowOutWhileTheQueueIsReplacedStaysTheOldOnesAndItsBytesGoToTheNewOne() {
    IscsiFraming framing = bench.framing;
    RecordingUpperLayer before = new RecordingUpperLayer(true, Voucher.PLACEMENT);
    DdpQueue handshake =
        new PassThroughQueue(new QueueConfig(2, true, TeardownMode.LAZY), before, bench.registry);
    before.queue(handshake);
    windows.queue(handshake);
    feed(framing.response(9));
    assertThat(before.stream()).isEqualTo(framing.response(9));
    // The next read is posted already when the handshake's outcome is acted on.
    ByteBuf posted = allocate();
    handshake.delete();
    windows.queue(bench.queue);
    assertThat(bench.registry.liveRegions()).as("the old staging memory is lent").isEqualTo(3);
    byte[] data = bench.data(LENGTH);
    bench.read(1, 100, LENGTH);
    bench.expect(100, data);
    byte[] stream = IscsiFraming.concat(framing.dataIn(1, 0, data), framing.response(1));
    posted.writeBytes(stream, 0, 500);
    fire(posted);
    assertThat(bench.registry.liveRegions()).isEqualTo(2);
    feed(Arrays.copyOfRange(stream, 500, stream.length));
    bench.settle();
    bench.assertMemory();
    assertThat(before.stream()).isEqualTo(framing.response(9));
    assertThat(bench.upper.stream()).isEqualTo(stream);
    assertThat(bench.count(DdpCounter.DDP_BYTES)).isEqualTo(LENGTH - 500 + 48);
    assertThat(bench.count(DdpCounter.FOREIGN_READS)).isZero();
  }

  @Test
  void anUpperLayerThatThrowsLosesNoWindow() {
    readUnderWay();
    bench.upper.onRun =
        () -> {
          throw new IllegalArgumentException("on purpose");
        };
    ByteBuf buf = allocate();
    buf.writeZero(100);
    fire(buf);
    assertThat(events).containsExactly("failed on purpose");
    assertThat(buf.refCnt()).isZero();
    allocate().release();
    bench.expect(100, new byte[100]);
  }

  @Test
  void aTurnGoesOnWhileReadsAreFullAndTheChannelReads() {
    feed(bench.framing.response(1));
    assertThat(handle.continueReading()).as("a short read").isFalse();
    byte[] rest = readUnderWay();
    feed(Arrays.copyOf(rest, LENGTH));
    assertThat(handle.continueReading()).as("a full read").isTrue();
    channel.config().setAutoRead(false);
    assertThat(handle.continueReading()).isFalse();
    channel.pipeline().fireChannelReadComplete();
    assertThat(events).containsExactly("turnEnd");
  }

  @Test
  void aReadThatComesJustShortOfAPayloadsEndIsFollowedByAnother() {
    byte[] rest = readUnderWay();
    read(rest, 0, 20_000);
    assertThat(handle.continueReading())
        .as("20,000 bytes are missing: they are slept for")
        .isFalse();
    read(rest, 20_000, LENGTH - 20_100);
    assertThat(handle.continueReading()).as("100 bytes are missing").isTrue();
    assertThat(handle.continueReading(() -> false)).as("epoll's way to ask").isTrue();
    assertThat(handle.continueReading(UncheckedBooleanSupplier.FALSE_SUPPLIER))
        .as("asked by one who knows that the socket is empty")
        .isFalse();
    channel.config().setAutoRead(false);
    assertThat(handle.continueReading()).as("nothing is to be read").isFalse();
    channel.config().setAutoRead(true);
    allocate().release();
    handle.lastBytesRead(0);
    assertThat(handle.continueReading()).as("nothing was there").isFalse();
    feed(Arrays.copyOfRange(rest, LENGTH - 100, rest.length));
    bench.settle();
    bench.assertMemory();
  }

  @Test
  void aReadThatBringsLittleIsNotFollowedByAnother() {
    byte[] rest = readUnderWay();
    read(rest, 0, LENGTH - 10_000);
    assertThat(handle.continueReading()).isTrue();
    read(rest, LENGTH - 10_000, 1448);
    assertThat(handle.continueReading()).as("one small segment at a time").isFalse();
  }

  @Test
  void noReadFollowsForAQueueThatWasDeleted() {
    byte[] rest = readUnderWay();
    read(rest, 0, LENGTH - 100);
    assertThat(handle.continueReading()).isTrue();
    bench.queue.delete();
    assertThat(handle.continueReading()).isFalse();
  }

  private void read(byte[] from, int at, int bytes) {
    ByteBuf buf = allocate();
    buf.writeBytes(from, at, bytes);
    fire(buf);
  }

  @Test
  void viewsOfARegionTooLargeForOneStartAtAGigabyteThatHasTheWindow() {
    long region = 10L << 30;
    assertThat(WindowByteBuf.base(Integer.MAX_VALUE, 12345, 100)).isZero();
    assertThat(WindowByteBuf.base(region, 12345, 100)).isZero();
    assertThat(WindowByteBuf.base(region, (3L << 30) + 5, 1 << 20)).isEqualTo(3L << 30);
    assertThat(WindowByteBuf.base(region, (3L << 30) - 5, 1 << 30)).isEqualTo(2L << 30);
    assertThat(WindowByteBuf.base(region, (3L << 30) - 5, Integer.MAX_VALUE))
        .isEqualTo((3L << 30) - 5);
  }

  /**
   * Netty's io_uring, told that the stream ends, stops all the same when a read leaves the socket
   * empty, and no event of the socket starts it again.
   */
  @Test
  void aTurnThatStopsThoughTheEndIsKnownIsTheLast() {
    assertThat(openAfterTurn(true, 5)).isFalse();
    assertThat(openAfterTurn(true, -1)).as("the transport read the end, and closes").isTrue();
    assertThat(openAfterTurn(false, 5)).as("the stream goes on").isTrue();
  }

  private boolean openAfterTurn(boolean endKnown, int lastRead) {
    EmbeddedChannel told = new ToldChannel(endKnown);
    told.pipeline().addLast("successor", new ChannelInboundHandlerAdapter());
    List<String> said = new ArrayList<>();
    ChannelWindows of = new ChannelWindows(bench.queue, recorder(said));
    of.install(told.pipeline().context("successor"));
    told.unsafe().recvBufAllocHandle().reset(told.config());
    told.unsafe().recvBufAllocHandle().attemptedBytesRead(100);
    told.unsafe().recvBufAllocHandle().lastBytesRead(lastRead);
    told.pipeline().fireChannelReadComplete();
    boolean open = told.isOpen();
    told.finishAndReleaseAll();
    assertThat(said).containsExactly("turnEnd", "closed");
    return open;
  }

  /** A channel with the receive handle of io_uring's kind: it wraps the one installed. */
  private static final class ToldChannel extends EmbeddedChannel {
    private final boolean endKnown;
    private RecvByteBufAllocator.@Nullable ExtendedHandle wrapped;

    ToldChannel(boolean endKnown) {
      this.endKnown = endKnown;
    }

    @Override
    public Unsafe unsafe() {
      Unsafe real = super.unsafe();
      return (Unsafe)
          Proxy.newProxyInstance(
              Unsafe.class.getClassLoader(),
              new Class<?>[] {Unsafe.class},
              (proxy, method, args) ->
                  method.getName().equals("recvBufAllocHandle")
                      ? wrapped(real)
                      : method.invoke(real, args));
    }

    private RecvByteBufAllocator.ExtendedHandle wrapped(Unsafe real) {
      if (wrapped == null) {
        wrapped =
            new Told((RecvByteBufAllocator.ExtendedHandle) real.recvBufAllocHandle(), endKnown);
      }
      return wrapped;
    }
  }

  private static final class Told extends RecvByteBufAllocator.DelegatingHandle
      implements RecvByteBufAllocator.ExtendedHandle {
    private final boolean endKnown;

    Told(RecvByteBufAllocator.ExtendedHandle handle, boolean endKnown) {
      super(handle);
      this.endKnown = endKnown;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return ((RecvByteBufAllocator.ExtendedHandle) delegate()).continueReading(maybeMoreData)
          || endKnown;
    }
  }
}
