package io.nvmetcp.pdu.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
  void isBoundedToAPeerOnTheSameMachine() {
    assertThat(SendBuffer.chosen(0, at("127.0.0.1"), at("127.0.0.1"))).isEqualTo(OURS);
    assertThat(SendBuffer.chosen(0, at("127.0.0.1"), at("127.8.8.8"))).isEqualTo(OURS);
    assertThat(SendBuffer.chosen(0, at("::1"), at("::1"))).isEqualTo(OURS);
    assertThat(SendBuffer.chosen(0, at("192.0.2.1"), at("192.0.2.1"))).isEqualTo(OURS);
  }

  @Test
  void isTheSystemsToAnyOther() {
    assertThat(SendBuffer.chosen(0, at("192.0.2.1"), at("192.0.2.2"))).isZero();
    assertThat(SendBuffer.chosen(0, at("2001:db8::1"), at("2001:db8::2"))).isZero();
    assertThat(SendBuffer.chosen(0, null, null)).as("closed meanwhile").isZero();
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("host.invalid", 4420);
    assertThat(SendBuffer.chosen(0, at("127.0.0.1"), unresolved)).isZero();
  }

  @Test
  void isWhatItIsAskedToBeWhoeverThePeerIs() {
    assertThat(SendBuffer.chosen(8192, at("127.0.0.1"), at("127.0.0.1"))).isEqualTo(8192);
    assertThat(SendBuffer.chosen(1 << 20, at("192.0.2.1"), at("192.0.2.2"))).isEqualTo(1 << 20);
  }

  @Test
  void leavesAChannelAloneThatIsNoSocket() {
    EmbeddedChannel channel = new EmbeddedChannel();
    SendBuffer.set(channel, 0);
    SendBuffer.set(channel, 8192);
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void isSetOnASocketOfTheSameMachineIfTheSystemGivesSoMuch() throws Exception {
    int given;
    try (SocketChannel trial = SocketChannel.open()) {
      trial.setOption(StandardSocketOptions.SO_SNDBUF, OURS);
      given = trial.getOption(StandardSocketOptions.SO_SNDBUF);
    }
    assertThat(after(8192)).as("asked for").isEqualTo(8192);
    assumeThat(given).as("net.core.wmem_max").isGreaterThanOrEqualTo(OURS);
    assertThat(after(0)).isEqualTo(OURS);
  }

  // The send buffer of a connection over loopback for which so much was asked.
  private static int after(int bytes) throws Exception {
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
      SendBuffer.set(channel, bytes);
      int set = channel.config().getOption(ChannelOption.SO_SNDBUF);
      channel.close().sync();
      SendBuffer.set(channel, bytes);
      return set;
    } finally {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }
  }
}
