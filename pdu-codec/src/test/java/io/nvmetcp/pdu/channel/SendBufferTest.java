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
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void findsOutWhatTheSystemGives(@TempDir Path folder) throws IOException {
    Path limit = folder.resolve("wmem_max");
    assertThat(SendBuffer.read(limit)).as("nothing is told").isZero();
    Files.writeString(limit, "4194304\n");
    assertThat(SendBuffer.read(limit)).isEqualTo(4194304);
    Files.writeString(limit, "plenty\n");
    assertThat(SendBuffer.read(limit)).isZero();
    Files.writeString(limit, "");
    assertThat(SendBuffer.read(limit)).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void readsAllDigitsOfTheKernelsFile() throws Exception {
    Path limit = Path.of("/proc/sys/net/core/wmem_max");
    Process cat = new ProcessBuilder("cat", limit.toString()).start();
    String all = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(cat.waitFor()).isZero();
    assertThat(SendBuffer.read(limit)).isEqualTo(Long.parseLong(all.trim()));
  }

  @Test
  void isNotSetToWhatTheSystemDoesNotGive() {
    EmbeddedChannel channel = new EmbeddedChannel();
    assertThat(SendBuffer.setIfWhole(channel, Integer.MAX_VALUE)).isFalse();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }
}
