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
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SendBufferTest {

  @Test
  void leavesAChannelAloneThatIsNoSocket() {
    EmbeddedChannel channel = new EmbeddedChannel();
    SendBuffer.set(channel, 8192);
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void isSetAsItIsAskedForAndLeftAloneOtherwise() throws Exception {
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
      int before = channel.config().getOption(ChannelOption.SO_SNDBUF);
      assertThat(before).isNotEqualTo(8192);
      SendBuffer.set(channel, 0);
      assertThat(channel.config().getOption(ChannelOption.SO_SNDBUF)).isEqualTo(before);
      SendBuffer.set(channel, 8192);
      assertThat(channel.config().getOption(ChannelOption.SO_SNDBUF)).isEqualTo(8192);
      channel.close().sync();
      // What comes too late is no fault.
      SendBuffer.set(channel, 8192);
    } finally {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }
  }
}
