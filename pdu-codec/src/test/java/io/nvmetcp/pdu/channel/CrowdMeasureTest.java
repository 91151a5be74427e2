package io.nvmetcp.pdu.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.testing.wire.CongestionControls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CrowdMeasureTest {
  private static final int BOUND = 512 << 10;

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

  private static boolean given() {
    return SendBuffer.read(Path.of("/proc/sys/net/core/wmem_max")) >= BOUND;
  }

  @ParameterizedTest
  @CsvSource({
    "BOUND_SEND_BUFFER, true",
    "BOUND_SEND_BUFFER, false",
    "STOP_PACING, true",
    "NONE, true"
  })
  void isTakenOnceLargePayloadsGoToAPeerWithoutACpu(CrowdMeasure measure, boolean crowded) {
    boolean bounds = measure == CrowdMeasure.BOUND_SEND_BUFFER && crowded && given();
    int[] asked = new int[1];
    Socket socket = new Socket();
    socket.pipeline().addLast(new ChannelInboundHandlerAdapter());
    ChannelTransmitSink sink =
        new ChannelTransmitSink(
            socket.pipeline().firstContext(),
            measure,
            () -> {
              asked[0]++;
              return crowded;
            });
    MemorySegment source = Arena.ofAuto().allocate(10_000);
    sink.payload(source, 0, 4096, PayloadLease.NONE);
    sink.flush();
    assertThat(asked[0]).as("nothing large").isZero();
    assertThat(socket.sendBufferBytes).isZero();

    for (int turn = 1; turn <= 3; turn++) {
      sink.payload(source, 0, 10_000, PayloadLease.NONE);
      sink.payload(source, 0, 10_000, PayloadLease.NONE);
      sink.flush();
      assertThat(asked[0]).as("once a turn, so that others know").isEqualTo(turn);
      assertThat(socket.sendBufferBytes).isEqualTo(turn == 1 && bounds ? BOUND : 0);
      socket.sendBufferBytes = 0;
    }
    sink.close();
    socket.finishAndReleaseAll();
  }

  @ParameterizedTest
  @CsvSource({
    "STOP_PACING, bbr, reno",
    "STOP_PACING, cubic, cubic",
    "STOP_PACING, reno, reno",
    "BOUND_SEND_BUFFER, bbr, bbr",
    "NONE, bbr, bbr"
  })
  void aSocketThatPacesDoesSoNoMoreAndKeepsItsSendBuffer(
      CrowdMeasure measure, String before, String after) throws Exception {
    assumeTrue(Epoll.isAvailable(), "there is no epoll here");
    CongestionControls.assumeAllowed(before);
    var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel channel =
          new Bootstrap()
              .group(loops)
              .channel(EpollSocketChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(server.getLocalSocketAddress())
              .sync()
              .channel();
      assertThat(TcpCongestionControl.set(channel, before)).isEmpty();
      int sendBuffer = channel.config().getOption(ChannelOption.SO_SNDBUF);
      measure.take(channel);
      assertThat(TcpCongestionControl.get(channel)).contains(after);
      if (measure == CrowdMeasure.BOUND_SEND_BUFFER && given()) {
        // Linux keeps as much again for itself, and tells the sum.
        assertThat(channel.config().getOption(ChannelOption.SO_SNDBUF)).isEqualTo(2 * BOUND);
      } else {
        assertThat(channel.config().getOption(ChannelOption.SO_SNDBUF)).isEqualTo(sendBuffer);
      }
      channel.close().sync();
      // What comes too late is no fault.
      measure.take(channel);
    } finally {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesAChannelAloneThatIsNoSocket(CrowdMeasure measure) {
    EmbeddedChannel channel = new EmbeddedChannel();
    measure.take(channel);
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }
}
