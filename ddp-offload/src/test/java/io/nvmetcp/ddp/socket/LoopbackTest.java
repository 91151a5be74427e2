package io.nvmetcp.ddp.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.IscsiFraming;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.RecordingUpperLayer;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.engine.PassThroughQueue;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.socket.Loopback.Transport;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Real sockets: D16, and that what a loopback brings lands where it belongs. */
@Timeout(30)
final class LoopbackTest {
  private static final int LARGE = 1 << 20;
  private static final int SMALL = 700;
  private static final IntegerUnixChannelOption LOW_WATER =
      new IntegerUnixChannelOption("SO_RCVLOWAT", 1, 18);

  private final RegionRegistry registry = new RegionRegistry();
  private final SplittableRandom random = new SplittableRandom(1);
  private final IscsiFraming framing = new IscsiFraming(true);
  private final RecordingUpperLayer upper = new RecordingUpperLayer(true, Voucher.PLACEMENT);

  private DdpQueue queue(TeardownMode mode) {
    DdpQueue queue =
        new SocketDevice(registry, JdkCrc32c.INSTANCE, 32 * 1024)
            .addQueue(new QueueConfig(64, true, mode), framing, upper);
    upper.queue(queue);
    return queue;
  }

  private byte[] data(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  private static byte[] bytes(Region region) {
    return region.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void largeAndSmallPayloadsOutOfOrderLandInPlace(Transport transport) throws Exception {
    Region region = registry.register(5 * LARGE);
    byte[] expected = new byte[5 * LARGE];
    List<byte[]> pdus = new ArrayList<>();
    DdpQueue queue = queue(TeardownMode.EAGER);
    CompletableFuture<Void> done = new CompletableFuture<>();
    int tags = 24;
    try (Loopback loopback = new Loopback(transport, queue)) {
      loopback.onLoop(
          () -> {
            int at = 13;
            for (int tag = 0; tag < tags; tag++) {
              byte[] data = data(tag % 6 == 0 ? LARGE : SMALL * (tag + 1));
              SetupResult result = upper.read(tag, new BufferSlice(region, at, data.length));
              assertThat(result == SetupResult.MAPPED).isEqualTo(data.length >= 32 * 1024);
              System.arraycopy(data, 0, expected, at, data.length);
              at += data.length + 5;
              pdus.add(IscsiFraming.concat(framing.dataIn(tag, 0, data), framing.response(tag)));
            }
            upper.onRun =
                () -> {
                  if (upper.commands.stream().allMatch(command -> command.responded)) {
                    done.complete(null);
                  }
                };
            return at;
          });
      Collections.reverse(pdus);
      loopback.send(IscsiFraming.concat(pdus.toArray(byte[][]::new)));
      Loopback.await(done);
      assertThat(loopback.failures).isEmpty();
    }
    assertThat(Arrays.mismatch(bytes(region), expected)).isEqualTo(-1);
    assertThat(upper.commands).noneMatch(RecordingUpperLayer.Command::failed);
    assertThat(upper.commands).allMatch(command -> command.mapped == command.tornDown);
    // The start of each comes with its header, the rest in place.
    assertThat(queue.counters().get(DdpCounter.DDP_BYTES)).isGreaterThan(3 * LARGE);
    assertThat(queue.counters().get(DdpCounter.FOREIGN_READS)).isZero();
    assertThat(upper.command(0).verdicts).containsExactly(DigestVerdict.IN_PLACEMENT);
    region.close();
    assertThat(registry.liveRegions()).isZero();
  }

  private static int lowWater(Loopback loopback) throws Exception {
    return loopback.onLoop(() -> loopback.channel.config().getOption(LOW_WATER));
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"EPOLL", "IO_URING"})
  void inALargePayloadTheSocketWakesUpForMuchOfTheRestAndAfterItForAnything(Transport transport)
      throws Exception {
    Region region = registry.register(LARGE);
    DdpQueue queue = queue(TeardownMode.LAZY);
    byte[] data = data(300_000);
    byte[] pdu = framing.dataIn(1, 0, data);
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> responded = new CompletableFuture<>();
    try (Loopback loopback = new Loopback(transport, queue)) {
      int before = lowWater(loopback);
      loopback.onLoop(
          () -> {
            upper.onRun =
                () -> {
                  if (upper.command(1).placedBytes > 0) {
                    begun.complete(null);
                  }
                  if (upper.command(1).responded) {
                    responded.complete(null);
                  }
                };
            return upper.read(1, new BufferSlice(region, 0, data.length));
          });
      loopback.send(Arrays.copyOf(pdu, IscsiFraming.HEADER_BYTES + 100_000));
      Loopback.await(begun);
      // Told at the end of the turn, which a task of the loop comes after.
      assertThat(lowWater(loopback)).isBetween(200_000, data.length);
      loopback.send(Arrays.copyOfRange(pdu, IscsiFraming.HEADER_BYTES + 100_000, pdu.length));
      loopback.send(framing.response(1));
      Loopback.await(responded);
      assertThat(lowWater(loopback)).isEqualTo(before).isOne();
      assertThat(queue.counters().get(DdpCounter.LOW_WATER_CALLS)).isGreaterThanOrEqualTo(2);
      assertThat(loopback.failures).isEmpty();
    }
    assertThat(Arrays.copyOf(bytes(region), data.length)).isEqualTo(data);
    region.close();
    assertThat(registry.liveRegions()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"EPOLL", "NIO"})
  void theTailOfALargePayloadIsReadInTheTurnThatCameJustShortOfIt(Transport transport)
      throws Exception {
    Region region = registry.register(LARGE);
    DdpQueue queue = queue(TeardownMode.LAZY);
    byte[] pdu = framing.dataIn(1, 0, data(60_000));
    int most = pdu.length - 100;
    int[] turns = new int[1];
    CompletableFuture<Integer> turnsBetween = new CompletableFuture<>();
    try (Loopback loopback = new Loopback(transport, queue)) {
      loopback.onLoop(
          () -> {
            upper.onRun =
                () -> {
                  if (upper.stream().length == most) {
                    turns[0] = loopback.turns;
                    send(loopback, Arrays.copyOfRange(pdu, most, pdu.length));
                  } else if (upper.stream().length == pdu.length) {
                    turnsBetween.complete(loopback.turns - turns[0]);
                  }
                };
            SetupResult result = upper.read(1, new BufferSlice(region, 0, 60_000));
            // On the loop, so that all of it is there when it looks.
            loopback.send(Arrays.copyOf(pdu, most));
            return result;
          });
      assertThat(Loopback.await(turnsBetween)).isZero();
      assertThat(loopback.failures).isEmpty();
    }
    region.close();
    assertThat(registry.liveRegions()).isZero();
  }

  private static void send(Loopback loopback, byte[] bytes) {
    try {
      loopback.send(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A cipher, as far as this project is concerned: what the socket brings is not the stream. */
  private static final class Inverting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf cipher = (ByteBuf) msg;
      ByteBuf plain = ctx.alloc().directBuffer(cipher.readableBytes());
      cipher.forEachByte(b -> plain.writeByte(~b).isReadable());
      cipher.release();
      ctx.fireChannelRead(plain);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void behindAnotherHandlerEverythingIsCopiedAndNoByteOfTheSocketReachesABuffer(Transport transport)
      throws Exception {
    Region region = registry.register(LARGE);
    DdpQueue queue = queue(TeardownMode.LAZY);
    byte[] data = new byte[LARGE / 2];
    Arrays.fill(data, (byte) 0x3C);
    CompletableFuture<Void> done = new CompletableFuture<>();
    try (Loopback loopback = new Loopback(transport, queue, new Inverting())) {
      loopback.onLoop(
          () -> {
            upper.onRun =
                () -> {
                  for (byte b : bytes(region)) {
                    if (b != 0 && b != 0x3C) {
                      done.completeExceptionally(new AssertionError("a byte of the cipher"));
                      break;
                    }
                  }
                  if (upper.command(1).responded) {
                    done.complete(null);
                  }
                };
            return upper.read(1, new BufferSlice(region, 0, data.length));
          });
      byte[] sent = IscsiFraming.concat(framing.dataIn(1, 0, data), framing.response(1));
      for (int i = 0; i < sent.length; i++) {
        sent[i] = (byte) ~sent[i];
      }
      loopback.send(sent);
      Loopback.await(done);
      assertThat(loopback.failures).isEmpty();
    }
    assertThat(Arrays.copyOf(bytes(region), data.length)).isEqualTo(data);
    assertThat(upper.command(1).copiedBytes).isEqualTo(data.length);
    assertThat(queue.counters().get(DdpCounter.DDP_BYTES)).isZero();
    assertThat(queue.counters().get(DdpCounter.FOREIGN_READS)).isPositive();
    region.close();
    assertThat(registry.liveRegions()).isZero();
  }

  /** Sends half a payload and waits until some of it was placed. */
  private void halfAPayload(Loopback loopback, Region region) throws Exception {
    CompletableFuture<Void> placed = new CompletableFuture<>();
    loopback.onLoop(
        () -> {
          assertThat(upper.read(1, new BufferSlice(region, 0, LARGE)))
              .isEqualTo(SetupResult.MAPPED);
          upper.onRun =
              () -> {
                if (upper.command(1).placedBytes > LARGE / 4) {
                  placed.complete(null);
                }
              };
          return true;
        });
    loopback.send(Arrays.copyOf(framing.dataIn(1, 0, data(LARGE)), LARGE / 2));
    Loopback.await(placed);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void d16_teardownIsDoneWhileThePeerIsSilentInTheMiddleOfAPayload(Transport transport)
      throws Exception {
    Region region = registry.register(LARGE);
    DdpQueue queue = queue(TeardownMode.LAZY);
    try (Loopback loopback = new Loopback(transport, queue)) {
      halfAPayload(loopback, region);
      CompletableFuture<byte[]> done = new CompletableFuture<>();
      CompletableFuture<Void> restSeen = new CompletableFuture<>();
      loopback.onLoop(
          () -> {
            upper.onTeardownDone = tag -> done.complete(bytes(region));
            upper.onRun =
                () -> {
                  if (upper.stream().length == LARGE + IscsiFraming.HEADER_BYTES + 4) {
                    restSeen.complete(null);
                  }
                };
            upper.abort(1);
            loopback.turnEnd();
            return true;
          });
      byte[] atTeardown = Loopback.await(done);
      byte[] rest = data(LARGE + IscsiFraming.HEADER_BYTES + 4 - LARGE / 2);
      loopback.send(rest);
      Loopback.await(restSeen);
      assertThat(Arrays.mismatch(bytes(region), atTeardown)).isEqualTo(-1);
    }
    region.close();
    assertThat(registry.liveRegions()).isZero();
  }

  enum Ending {
    PEER_CLOSES,
    PEER_RESETS,
    WE_CLOSE,
    WE_CLOSE_IN_A_RUN,
    WE_DELETE_AND_CLOSE_IN_A_RUN,
    LOOP_SHUTS_DOWN
  }

  @ParameterizedTest
  @CsvSource({
    "NIO,PEER_CLOSES",
    "NIO,PEER_RESETS",
    "NIO,WE_CLOSE",
    "NIO,WE_CLOSE_IN_A_RUN",
    "NIO,WE_DELETE_AND_CLOSE_IN_A_RUN",
    "NIO,LOOP_SHUTS_DOWN",
    "EPOLL,PEER_CLOSES",
    "EPOLL,PEER_RESETS",
    "EPOLL,WE_CLOSE",
    "EPOLL,WE_CLOSE_IN_A_RUN",
    "EPOLL,WE_DELETE_AND_CLOSE_IN_A_RUN",
    "EPOLL,LOOP_SHUTS_DOWN",
    "IO_URING,PEER_CLOSES",
    "IO_URING,PEER_RESETS",
    "IO_URING,WE_CLOSE",
    "IO_URING,WE_CLOSE_IN_A_RUN",
    "IO_URING,WE_DELETE_AND_CLOSE_IN_A_RUN",
    "IO_URING,LOOP_SHUTS_DOWN"
  })
  void d16_anEndInTheMiddleOfAPayloadWritesNothingLaterAndFreesEverything(
      Transport transport, Ending ending) throws Exception {
    Region region = registry.register(LARGE);
    DdpQueue queue = queue(TeardownMode.LAZY);
    CompletableFuture<byte[]> done = new CompletableFuture<>();
    upper.onTeardownDone = tag -> done.complete(bytes(region));
    try (Loopback loopback = new Loopback(transport, queue)) {
      halfAPayload(loopback, region);
      switch (ending) {
        case PEER_CLOSES -> loopback.peer.close();
        case PEER_RESETS -> {
          loopback.peer.setSoLinger(true, 0);
          loopback.peer.close();
        }
        case WE_CLOSE -> {
          loopback.channel.close();
          sendIntoTheClose(loopback);
        }
        case WE_CLOSE_IN_A_RUN, WE_DELETE_AND_CLOSE_IN_A_RUN -> {
          loopback.onLoop(
              () -> {
                upper.onRun =
                    () -> {
                      upper.onRun = () -> {};
                      if (ending == Ending.WE_DELETE_AND_CLOSE_IN_A_RUN) {
                        queue.delete();
                      }
                      loopback.channel.close();
                    };
                return true;
              });
          sendIntoTheClose(loopback);
        }
        case LOOP_SHUTS_DOWN -> {
          // With reads under way: io_uring then closes as the last thing its loop does.
          Thread.ofPlatform().start(() -> sendIntoTheClose(loopback));
          loopback.shutDownLoop();
        }
      }
      byte[] atTeardown = Loopback.await(done);
      Loopback.await(loopback.closed);
      assertThat(queue.liveMappings()).isZero();
      assertThat(Arrays.mismatch(bytes(region), atTeardown)).isEqualTo(-1);
      region.close();
      assertThat(registry.liveRegions()).isZero();
      if (ending != Ending.PEER_RESETS) {
        assertThat(loopback.failures).isEmpty();
      }
    }
  }

  private void sendIntoTheClose(Loopback loopback) {
    try {
      loopback.send(data(LARGE));
    } catch (IOException e) {
      // Too late for these bytes, as it may be.
      assertThat(e).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void theQueueMayBeReplacedBetweenAHandshakeAndTheFirstRead(Transport transport) throws Exception {
    Region region = registry.register(LARGE);
    RecordingUpperLayer before = new RecordingUpperLayer(true, Voucher.PLACEMENT);
    DdpQueue handshake =
        new PassThroughQueue(new QueueConfig(2, true, TeardownMode.LAZY), before, registry);
    CompletableFuture<Void> greeted = new CompletableFuture<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    before.onRun = () -> greeted.complete(null);
    byte[] data = data(LARGE);
    try (Loopback loopback = new Loopback(transport, handshake)) {
      loopback.send(framing.response(0));
      Loopback.await(greeted);
      loopback.onLoop(
          () -> {
            loopback.replace(queue(TeardownMode.LAZY));
            handshake.delete();
            upper.onTeardownDone = tag -> done.complete(null);
            return upper.read(1, new BufferSlice(region, 0, LARGE));
          });
      loopback.send(IscsiFraming.concat(framing.dataIn(1, 0, data), framing.response(1)));
      Loopback.await(done);
      assertThat(loopback.failures).isEmpty();
    }
    assertThat(before.stream()).isEqualTo(framing.response(0));
    assertThat(bytes(region)).isEqualTo(data);
    region.close();
    assertThat(registry.liveRegions()).isZero();
  }
}
