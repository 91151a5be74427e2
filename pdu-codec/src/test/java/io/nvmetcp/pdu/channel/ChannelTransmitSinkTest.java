package io.nvmetcp.pdu.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.pdu.testkit.Conversations;
import io.nvmetcp.testing.wire.WireSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Byte for byte, and each lease once; what Netty allocates is the leak detector's to watch. */
final class ChannelTransmitSinkTest {
  private final Failing failing = new Failing();
  private final Errors errors = new Errors();
  private final EmbeddedChannel channel = new EmbeddedChannel(failing, errors);
  private final ChannelTransmitSink sink =
      new ChannelTransmitSink(channel.pipeline().context(errors));
  private final Arena arena = Arena.ofShared();
  private final List<Lease> leases = new ArrayList<>();

  /** Fails writes once told to, like a socket that broke. */
  private static final class Failing extends ChannelOutboundHandlerAdapter {
    private boolean broken;
    private int passed;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (broken) {
        ReferenceCountUtil.release(message);
        promise.tryFailure(new IOException("broken"));
        return;
      }
      passed++;
      context.write(message, promise);
    }
  }

  /** Closes the sink when a write fails, as a session does. */
  private static final class Errors extends ChannelInboundHandlerAdapter {
    private @Nullable ChannelTransmitSink toClose;
    private int seen;

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      seen++;
      if (toClose != null) {
        toClose.close();
      }
    }
  }

  private static final class Lease implements PayloadLease {
    private int released;

    @Override
    public void release() {
      released++;
    }
  }

  @AfterEach
  void everyLeaseCameBackOnce() {
    sink.close();
    channel.finishAndReleaseAll();
    assertThat(leases).allSatisfy(lease -> assertThat(lease.released).isEqualTo(1));
    arena.close();
  }

  private Lease lease() {
    var lease = new Lease();
    leases.add(lease);
    return lease;
  }

  private MemorySegment random(Random random, int kind, int length) {
    byte[] bytes = Conversations.pattern(random.nextLong(), length);
    if (kind == 0) {
      return MemorySegment.ofArray(bytes);
    }
    MemorySegment segment = arena.allocate(length);
    segment.copyFrom(MemorySegment.ofArray(bytes));
    return kind == 1 ? segment : segment.asReadOnly();
  }

  private byte[] sent() {
    var out = new ByteArrayOutputStream();
    for (ByteBuf buf = channel.readOutbound(); buf != null; buf = channel.readOutbound()) {
      byte[] bytes = new byte[buf.readableBytes()];
      buf.readBytes(bytes);
      out.writeBytes(bytes);
      buf.release();
    }
    return out.toByteArray();
  }

  @Test
  void sendsWhatWasWrittenByteForByte() {
    long seed = 0x51A4L;
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      var expected = new WireSink();
      for (int turns = 1 + random.nextInt(3); turns > 0; turns--) {
        for (int pieces = random.nextInt(30); pieces > 0; pieces--) {
          int length = random.nextInt(1 << (1 + random.nextInt(17)));
          MemorySegment source = random(random, random.nextInt(3), length + 10);
          int offset = random.nextInt(10);
          if (random.nextBoolean()) {
            byte[] bytes = Conversations.pattern(length, length % 300);
            sink.bytes(bytes, 0, bytes.length);
            expected.bytes(bytes, 0, bytes.length);
          } else {
            sink.payload(source, offset, length, lease());
            expected.payload(source, offset, length, PayloadLease.NONE);
            if (random.nextInt(3) == 0) {
              sink.pduDone();
            }
          }
        }
        sink.flush();
        assertThat(sink.dirty()).isFalse();
      }
      assertThat(sent()).as("seed %d round %d", seed, round).isEqualTo(expected.toByteArray());
    }
  }

  @Test
  void carriesAWritersPdus() {
    var expected = new WireSink();
    var direct = new PduWriter(JdkCrc32c.INSTANCE, expected);
    var writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
    var agreed = new Negotiated(true, true, 3, 3, 1, 65_536);
    direct.negotiated(agreed);
    writer.negotiated(agreed);
    var random = new Random(3);
    for (int length : new int[] {1, 512, 8192, 8193, 131_072}) {
      MemorySegment data = random(random, 1, length);
      direct.data(PduType.C2H_DATA, PduFlags.LAST, 1, 0, 0, length);
      direct.payload(data, 0, length, PayloadLease.NONE);
      writer.data(PduType.C2H_DATA, PduFlags.LAST, 1, 0, 0, length);
      writer.payload(data, 0, length, lease());
    }
    sink.flush();
    assertThat(sent()).isEqualTo(expected.toByteArray());
  }

  @Test
  void allocatesNothingBeforeTheFirstByte() {
    var allocator = new UnpooledByteBufAllocator(false);
    var quiet = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    quiet.config().setAllocator(allocator);
    var lazy = new ChannelTransmitSink(quiet.pipeline().firstContext());
    lazy.flush();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    lazy.bytes(new byte[8], 0, 8);
    assertThat(allocator.metric().usedDirectMemory()).isPositive();
    lazy.close();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    quiet.finishAndReleaseAll();
  }

  @Test
  void sendsNothingBeforeTheFlush() {
    sink.bytes(new byte[100], 0, 100);
    sink.payload(random(new Random(1), 1, 4096), 0, 4096, lease());
    assertThat(sink.dirty()).isTrue();
    assertThat(failing.passed).isZero();
    sink.flush();
    assertThat(failing.passed).as("small pieces go together").isEqualTo(1);
    assertThat(sent()).hasSize(4196);
    sink.flush();
    assertThat(failing.passed).as("nothing to flush").isEqualTo(1);
  }

  @Test
  void sendsTheFirstFullChunkBeforeTheFlush() {
    Lease lease = lease();
    MemorySegment source = random(new Random(1), 1, 4096);
    var expected = new WireSink();
    for (int sentBytes = 0; sentBytes <= 64 << 10; sentBytes += 4096) {
      assertThat(channel.outboundMessages()).isEmpty();
      sink.payload(source, 0, 4096, sentBytes == 0 ? lease : lease());
      expected.payload(source, 0, 4096, PayloadLease.NONE);
    }
    assertThat(channel.outboundMessages())
        .as("a chunk of 64 KiB, and what fits no more")
        .hasSize(1);
    assertThat(sink.dirty()).as("the rest").isTrue();
    sink.flush();
    assertThat(sent()).isEqualTo(expected.toByteArray());
  }

  @Test
  void sendsLargerPartsTheLongerATurnGoesOn() {
    var sizes = new ArrayList<Integer>();
    for (int chunk = 0; chunk < 16; chunk++) {
      sink.bytes(new byte[60_000], 0, 60_000);
      int size = sent().length;
      if (size > 0) {
        sizes.add(size / 60_000);
      }
    }
    assertThat(sizes).containsExactly(1, 2, 4, 4, 4);
    sink.flush();
    assertThat(sent()).hasSize(60_000);
    sink.bytes(new byte[60_000], 0, 60_000);
    sink.bytes(new byte[60_000], 0, 60_000);
    assertThat(sent()).as("each turn begins with a small one").hasSize(60_000);
  }

  @Test
  void sendsAMebibyteBeforeTheFlushIfNoCpuIsFreeForThePeer() {
    var asked = new ArrayList<Boolean>();
    var crowded =
        new ChannelTransmitSink(
            channel.pipeline().context(errors),
            true,
            () -> {
              asked.add(true);
              return true;
            });
    byte[] piece = Conversations.pattern(7, 60_000);
    var expected = new ByteArrayOutputStream();
    for (int turn = 1; turn <= 2; turn++) {
      for (int i = 0; i < 16; i++) {
        assertThat(channel.outboundMessages()).isEmpty();
        crowded.bytes(piece, 0, piece.length);
        expected.writeBytes(piece);
      }
      crowded.bytes(piece, 0, piece.length);
      expected.writeBytes(piece);
      assertThat(sent())
          .hasSize(16 * 60_000)
          .isEqualTo(Arrays.copyOf(expected.toByteArray(), 960_000));
      crowded.flush();
      assertThat(sent()).isEqualTo(piece);
      assertThat(asked).as("once a turn").hasSize(turn);
      expected.reset();
    }
    crowded.close();
  }

  /** Remembers the send buffer that it was given, like a socket. */
  private static final class Socket extends EmbeddedChannel {
    // Asked for by the constructor above already.
    private @Nullable ChannelConfig recording;
    private int sendBufferBytes;

    @Override
    public ChannelConfig config() {
      if (recording == null) {
        recording =
            new DefaultChannelConfig(this) {
              @Override
              public <T> boolean setOption(ChannelOption<T> option, T value) {
                if (option.equals(ChannelOption.SO_SNDBUF)) {
                  sendBufferBytes = (Integer) value;
                }
                return super.setOption(option, value);
              }
            };
      }
      return recording;
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true"})
  void boundsTheSendBufferOnceLargePayloadsGoToAPeerWithoutACpu(boolean bounds, boolean crowded) {
    int wanted = 512 << 10;
    boolean given = SendBuffer.read(Path.of("/proc/sys/net/core/wmem_max")) >= wanted;
    int[] asked = new int[1];
    Socket socket = new Socket();
    socket.pipeline().addLast(new ChannelInboundHandlerAdapter());
    var large =
        new ChannelTransmitSink(
            socket.pipeline().firstContext(),
            bounds,
            () -> {
              asked[0]++;
              return crowded;
            });
    MemorySegment source = random(new Random(1), 1, 10_000);
    large.payload(source, 0, 4096, lease());
    large.flush();
    assertThat(asked[0]).as("nothing large").isZero();
    assertThat(socket.sendBufferBytes).isZero();

    for (int turn = 1; turn <= 3; turn++) {
      large.payload(source, 0, 10_000, lease());
      large.payload(source, 0, 10_000, lease());
      large.flush();
      assertThat(asked[0]).as("once a turn, so that others know").isEqualTo(turn);
      assertThat(socket.sendBufferBytes)
          .isEqualTo(turn == 1 && bounds && crowded && given ? wanted : 0);
      socket.sendBufferBytes = 0;
    }
    large.close();
    socket.finishAndReleaseAll();
  }

  @Test
  void whoHoldsMoreThanAPartGetsALargerChunk() {
    assertThat(chunksOfATurn(1)).containsExactly(64 << 10);
    assertThat(chunksOfATurn(2)).as("one is sent early").containsExactly(64 << 10, 64 << 10);
    assertThat(chunksOfATurn(3)).as("two are held").containsExactly(64 << 10, 64 << 10, 136 << 10);
    assertThat(chunksOfATurn(3)).containsOnly(136 << 10);
    assertThat(chunksOfATurn(1)).containsExactly(136 << 10);
  }

  private List<Integer> chunksOfATurn(int parts) {
    for (int i = 0; i < parts; i++) {
      sink.bytes(new byte[40_000], 0, 40_000);
    }
    sink.flush();
    List<Integer> capacities = new ArrayList<>();
    for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
      capacities.add(piece.capacity());
      piece.release();
    }
    return capacities;
  }

  @Test
  void sendsNothingBeforeTheFlushWhileALargePayloadIsLent() {
    sink.payload(random(new Random(1), 1, 8193), 0, 8193, lease());
    for (int i = 0; i < 10; i++) {
      sink.bytes(new byte[60_000], 0, 60_000);
    }
    assertThat(channel.outboundMessages())
        .as("its lease would end in the middle of something")
        .isEmpty();
    sink.flush();
    assertThat(sent()).hasSize(608_193);
  }

  @Test
  void copiesASmallPayloadAndGivesItBackWithTheFlush() {
    Lease lease = lease();
    MemorySegment source = random(new Random(1), 1, 8192);
    byte[] before = source.toArray(ValueLayout.JAVA_BYTE);
    sink.payload(source, 0, 8192, lease);
    assertThat(lease.released).as("it is copied together with others").isZero();
    sink.flush();
    assertThat(lease.released).isEqualTo(1);
    source.fill((byte) 0);
    assertThat(sent()).isEqualTo(before);
  }

  @Test
  void copiesASmallPayloadOfTheHeapAtOnce() {
    Lease lease = lease();
    sink.payload(random(new Random(1), 0, 8192), 0, 8192, lease);
    assertThat(lease.released).isEqualTo(1);
  }

  @Test
  void givesSmallPayloadsBackWithThePduThatMakesThemEnough() {
    var random = new Random(5);
    var expected = new WireSink();
    for (int pdu = 1; pdu <= CopyBatch.TOGETHER; pdu++) {
      assertThat(leases).allSatisfy(lease -> assertThat(lease.released).isZero());
      MemorySegment source = random(random, 1, 100);
      sink.payload(source, 0, 100, lease());
      expected.payload(source, 0, 100, PayloadLease.NONE);
      sink.pduDone();
      if (pdu == CopyBatch.TOGETHER) {
        source.fill((byte) 0);
      }
    }
    assertThat(leases).allSatisfy(lease -> assertThat(lease.released).isEqualTo(1));
    sink.flush();
    assertThat(sent()).isEqualTo(expected.toByteArray());
  }

  @Test
  void givesSmallPayloadsBackWhenTheyAreWanted() {
    Lease lease = lease();
    MemorySegment source = random(new Random(1), 1, 100);
    byte[] before = source.toArray(ValueLayout.JAVA_BYTE);
    sink.payload(source, 0, 100, lease);
    sink.settle();
    assertThat(lease.released).isEqualTo(1);
    source.fill((byte) 0);
    assertThat(channel.outboundMessages()).isEmpty();
    sink.flush();
    assertThat(sent()).isEqualTo(before);
  }

  @Test
  void holdsOnlySoManyPiecesOfAPdu() {
    MemorySegment source = random(new Random(1), 1, 100);
    for (int piece = 0; piece < 3 * CopyBatch.TOGETHER; piece++) {
      sink.payload(source, piece, 1, lease());
    }
    assertThat(leases.stream().mapToInt(lease -> lease.released).sum())
        .as("the rest was copied at once")
        .isEqualTo(CopyBatch.TOGETHER);
    sink.pduDone();
    sink.flush();
    assertThat(sent())
        .isEqualTo(source.asSlice(0, 3 * CopyBatch.TOGETHER).toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void whoGetsASmallPayloadBackMayWriteTheNextPdu() {
    var agreed = new Negotiated(true, true, 0, 0, 1, 65_536);
    var expected = new WireSink();
    var direct = new PduWriter(JdkCrc32c.INSTANCE, expected);
    var writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
    direct.negotiated(agreed);
    writer.negotiated(agreed);
    MemorySegment data = random(new Random(3), 1, 100);
    MemorySegment late = random(new Random(4), 1, 100);
    for (int cid = 0; cid < CopyBatch.TOGETHER; cid++) {
      dataPdu(direct, cid, data, PayloadLease.NONE);
      Lease lease = lease();
      int answered = cid;
      dataPdu(
          writer,
          cid,
          data,
          () -> {
            lease.release();
            if (answered == 0) {
              // The last to come back, with a payload of its own.
              dataPdu(writer, 99, late, lease());
            }
          });
    }
    dataPdu(direct, 99, late, PayloadLease.NONE);
    sink.flush();
    assertThat(sent()).isEqualTo(expected.toByteArray());
  }

  private static void dataPdu(PduWriter to, int cid, MemorySegment data, PayloadLease lease) {
    to.data(PduType.C2H_DATA, PduFlags.LAST, cid, 0, 0, 100);
    to.payload(data, 0, 100, lease);
  }

  @Test
  void givesSmallPayloadsBackWhenItIsClosed() {
    Lease lease = lease();
    sink.payload(random(new Random(1), 1, 100), 0, 100, lease);
    sink.close();
    assertThat(lease.released).isEqualTo(1);
  }

  @Test
  void givesTheLeaseBackOfAPayloadThatLiesNotInItsMemory() {
    MemorySegment source = random(new Random(1), 1, 100);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> sink.payload(source, 50, 51, lease()));
    sink.flush();
    assertThat(sent()).isEmpty();
  }

  @Test
  void keepsALargePayloadUntilItIsSent() {
    Lease lease = lease();
    sink.payload(random(new Random(1), 1, 8193), 0, 8193, lease);
    sink.flush();
    assertThat(lease.released).as("Netty still holds it").isZero();
    assertThat(sent()).hasSize(8193);
    assertThat(lease.released).isEqualTo(1);
  }

  @Test
  void sendsALargePayloadWithoutCopyingIt() {
    MemorySegment source = random(new Random(1), 1, 20_000);
    sink.payload(source, 4, 16_384, lease());
    sink.flush();
    ByteBuf buf = channel.readOutbound();
    assertThat(MemorySegment.ofBuffer(buf.nioBuffer()).address()).isEqualTo(source.address() + 4);
    buf.release();
  }

  @Test
  void usesItsChunkAgainOnceEverythingIsSent() {
    for (int turn = 0; turn < 1000; turn++) {
      sink.bytes(new byte[256], 0, 256);
      sink.flush();
      assertThat(sent()).hasSize(256);
    }
    assertThat(failing.passed).isEqualTo(1000);
  }

  @Test
  void sendsInTheSameBufferOnceTheSocketTookIt() {
    Set<ByteBuf> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int turn = 0; turn < 3; turn++) {
      sink.bytes(new byte[256], 0, 256);
      sink.flush();
      ByteBuf buf = channel.readOutbound();
      seen.add(buf);
      assertThat(buf.readableBytes()).isEqualTo(256);
      assertThat(buf.memoryAddress())
          .isEqualTo(MemorySegment.ofBuffer(buf.nioBuffer(0, 1)).address());
      buf.release();
    }
    assertThat(seen).hasSize(1);
  }

  @Test
  void aBufferUnderWayIsNotUsedForWhatFollows() {
    sink.bytes(new byte[] {1}, 0, 1);
    sink.flush();
    ByteBuf first = channel.readOutbound();
    sink.bytes(new byte[] {2}, 0, 1);
    sink.flush();
    ByteBuf second = channel.readOutbound();
    assertThat(second).isNotSameAs(first);
    assertThat(first.readByte()).isEqualTo((byte) 1);
    assertThat(second.readByte()).isEqualTo((byte) 2);
    second.release();
    // The chunk is kept by the piece that is still out, also when the sink is closed.
    sink.close();
    assertThat(first.getByte(0)).isEqualTo((byte) 1);
    first.release();
  }

  @Test
  void keepsUnsentBytesApartFromLaterOnes() {
    var expected = new WireSink();
    for (int turn = 0; turn < 2000; turn++) {
      byte[] bytes = Conversations.pattern(turn, 100);
      sink.bytes(bytes, 0, 100);
      expected.bytes(bytes, 0, 100);
      sink.flush(); // the channel takes the bytes and nobody reads them yet
    }
    assertThat(sent()).isEqualTo(expected.toByteArray());
  }

  @Test
  void releasesEveryPayloadAfterClose() {
    sink.bytes(new byte[10], 0, 10);
    Lease before = lease();
    sink.payload(random(new Random(1), 1, 50_000), 0, 50_000, before);
    sink.close();
    sink.close();
    Lease after = lease();
    sink.payload(random(new Random(1), 1, 50_000), 0, 50_000, after);
    sink.payload(random(new Random(1), 0, 50), 0, 50, lease());
    sink.bytes(new byte[10], 0, 10);
    sink.flush();
    assertThat(after.released).isEqualTo(1);
    channel.close();
    assertThat(before.released).as("the channel let go of what it had").isEqualTo(1);
  }

  @Test
  void releasesPayloadsThatTheChannelRefuses() {
    channel.close();
    Lease large = lease();
    sink.payload(random(new Random(1), 1, 50_000), 0, 50_000, large);
    assertThat(large.released).isEqualTo(1);
    sink.bytes(new byte[10], 0, 10);
    sink.flush();
  }

  @Test
  void releasesPayloadsWhoseWriteFails() {
    failing.broken = true;
    sink.bytes(new byte[10], 0, 10);
    Lease large = lease();
    sink.payload(random(new Random(1), 1, 50_000), 0, 50_000, large);
    sink.flush();
    assertThat(large.released).isEqualTo(1);
    assertThat(errors.seen).isPositive();
  }

  @Test
  void survivesItsOwnerClosingItWithinAFailedWrite() {
    failing.broken = true;
    errors.toClose = sink;
    // More than a chunk, so that the failure comes in the middle of each kind of call.
    sink.bytes(new byte[60_000], 0, 60_000);
    sink.bytes(new byte[60_000], 0, 60_000);
    assertThat(errors.seen).isEqualTo(1);
    sink.payload(random(new Random(1), 1, 50_000), 0, 50_000, lease());
    sink.flush();
  }

  @Test
  void survivesAFailureWithinALongHeapPayload() {
    failing.broken = true;
    errors.toClose = sink;
    sink.payload(random(new Random(1), 0, 300_000), 0, 300_000, lease());
    assertThat(errors.seen).isEqualTo(1);
    sink.flush();
  }

  @Test
  void givesTheLeaseBackWhenTheMemoryIsGone() {
    for (int length : new int[] {100, 100_000}) {
      Arena closed = Arena.ofShared();
      MemorySegment gone = closed.allocate(length);
      closed.close();
      assertThatIllegalStateException().isThrownBy(() -> sink.payload(gone, 0, length, lease()));
    }
  }

  @Test
  void showsTheChannelsBackPressure() {
    assertThat(sink.writable()).isTrue();
    MemorySegment source = random(new Random(1), 1, 100_000);
    for (int i = 0; i < 10; i++) {
      sink.payload(source, 0, 100_000, lease());
    }
    assertThat(sink.writable()).as("a megabyte unflushed").isFalse();
    sink.flush();
    assertThat(sink.writable()).isTrue();
    assertThat(sent()).hasSize(1_000_000);
  }
}
