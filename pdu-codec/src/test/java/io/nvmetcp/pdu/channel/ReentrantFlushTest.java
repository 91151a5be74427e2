package io.nvmetcp.pdu.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A lease that ends within a flush can end a command, whose owner writes the next one at once. */
class ReentrantFlushTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private static void emit(ChannelTransmitSink sink, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    sink.bytes(bytes, 0, bytes.length);
  }

  @Test
  void whatIsWrittenWithinAFlushIsSentByTheNext() {
    EmbeddedChannel channel = new EmbeddedChannel();
    ChannelTransmitSink[] sink = new ChannelTransmitSink[1];
    // Takes everything at once, as a socket with room does, and then writes more.
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              private boolean wrote;

              @Override
              public void flush(ChannelHandlerContext ctx) {
                ctx.flush();
                ByteBuf out = channel.readOutbound();
                while (out != null) {
                  byte[] bytes = new byte[out.readableBytes()];
                  out.readBytes(bytes);
                  sent.writeBytes(bytes);
                  out.release();
                  out = channel.readOutbound();
                }
                if (!wrote) {
                  wrote = true;
                  emit(sink[0], "second");
                }
              }
            });
    channel.pipeline().addLast("owner", new ChannelOutboundHandlerAdapter());
    sink[0] = new ChannelTransmitSink(channel.pipeline().context("owner"));
    emit(sink[0], "first ");
    sink[0].flush();
    assertThat(sink[0].dirty()).isTrue();
    sink[0].flush();
    assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("first second");
    sink[0].close();
    channel.close();
  }

  /** Takes nothing while it is full, and then all that was flushed. */
  private static final class Busy extends EmbeddedChannel {
    private boolean full = true;

    Busy() {
      super(new ChannelOutboundHandlerAdapter());
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
      if (!full) {
        super.doWrite(in);
      }
    }
  }

  @Test
  void whoeverWaitsForTheSocketIsNotToldInTheMiddleOfAPdu() {
    Busy channel = new Busy();
    ChannelTransmitSink sink = new ChannelTransmitSink(channel.pipeline().firstContext());
    emit(sink, "first");
    sink.flush();
    boolean[] told = new boolean[1];
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> told[0] = true);
    // There is room again, and nobody has looked yet.
    channel.full = false;
    for (int i = 0; i < 6; i++) {
      sink.bytes(new byte[60_000], 0, 60_000);
    }
    assertThat(told[0]).isFalse();
    sink.flush();
    assertThat(told[0]).isTrue();
    sink.close();
    channel.finishAndReleaseAll();
  }
}
