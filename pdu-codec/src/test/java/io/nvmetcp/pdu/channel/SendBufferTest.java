package io.nvmetcp.pdu.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SendBufferTest {
  private static final int OURS = SendBuffer.SAME_MACHINE_BYTES;

  private static InetSocketAddress at(String address) {
    try {
      return new InetSocketAddress(InetAddress.getByName(address), 4420);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void aPeerIsOnTheSameMachineIfItsAddressIsALoopbackOrOurOwn() {
    assertThat(SendBuffer.sameMachine(at("127.0.0.1"), at("127.0.0.1"))).isTrue();
    assertThat(SendBuffer.sameMachine(at("127.0.0.1"), at("127.8.8.8"))).isTrue();
    assertThat(SendBuffer.sameMachine(at("::1"), at("::1"))).isTrue();
    assertThat(SendBuffer.sameMachine(at("192.0.2.1"), at("192.0.2.1"))).isTrue();
  }

  @Test
  void anyOtherPeerIsFar() {
    assertThat(SendBuffer.sameMachine(at("192.0.2.1"), at("192.0.2.2"))).isFalse();
    assertThat(SendBuffer.sameMachine(at("2001:db8::1"), at("2001:db8::2"))).isFalse();
    assertThat(SendBuffer.sameMachine(null, null)).as("closed meanwhile").isFalse();
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("host.invalid", 4420);
    assertThat(SendBuffer.sameMachine(at("127.0.0.1"), unresolved)).isFalse();
  }

  @Test
  void leavesAChannelAloneThatIsNoSocket() {
    EmbeddedChannel channel = new EmbeddedChannel();
    assertThat(SendBuffer.forPeer(channel)).isZero();
    SendBuffer.set(channel, 8192);
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void isSetAsItIsAskedForAndLeftAloneOtherwise() throws Exception {
    connected(
        channel -> {
          int before = channel.config().getOption(ChannelOption.SO_SNDBUF);
          SendBuffer.set(channel, 0);
          assertThat(channel.config().getOption(ChannelOption.SO_SNDBUF)).isEqualTo(before);
          SendBuffer.set(channel, 8192);
          assertThat(channel.config().getOption(ChannelOption.SO_SNDBUF)).isEqualTo(8192);
          channel.close().syncUninterruptibly();
          SendBuffer.set(channel, 8192);
        });
  }

  @Test
  void isBoundedForAPeerOnTheSameMachineIfTheSystemGivesSoMuch() throws Exception {
    int given;
    try (SocketChannel trial = SocketChannel.open()) {
      trial.setOption(StandardSocketOptions.SO_SNDBUF, OURS);
      given = trial.getOption(StandardSocketOptions.SO_SNDBUF);
    }
    int expected = given < OURS ? 0 : OURS;
    connected(channel -> assertThat(SendBuffer.forPeer(channel)).isEqualTo(expected));
  }

  // One end of a connection over loopback.
  private static void connected(Consumer<Channel> test) throws Exception {
    var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel channel =
          new Bootstrap()
              .group(loops)
              .channel(NioSocketChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(server.getLocalSocketAddress())
              .sync()
              .channel();
      test.accept(channel);
      channel.close().sync();
    } finally {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }
  }
}
