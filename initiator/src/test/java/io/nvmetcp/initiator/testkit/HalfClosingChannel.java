package io.nvmetcp.initiator.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A channel in memory whose two directions can be shut one by one, as a socket's can. Keeps the
 * order in which bytes left, the output was shut and the channel closed.
 */
public final class HalfClosingChannel extends EmbeddedChannel implements DuplexChannel {
  private final List<String> events = new ArrayList<>();
  private boolean outputShut;
  private boolean stalled;

  /** An open channel with an empty pipeline. */
  public HalfClosingChannel() {
    closeFuture().addListener(closed -> events.add("closed"));
  }

  /** What happened so far, in order: "bytes", "output shut", "closed". */
  public List<String> events() {
    return events;
  }

  /** What was written since the last call; releases it, as a socket does that sent it. */
  public byte[] take() {
    var out = new ByteArrayOutputStream();
    for (ByteBuf buf = readOutbound(); buf != null; buf = readOutbound()) {
      byte[] bytes = new byte[buf.readableBytes()];
      buf.readBytes(bytes);
      buf.release();
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  /** Whether the peer reads nothing: what is flushed stays in the channel. */
  public void stall(boolean stall) {
    stalled = stall;
    flush();
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    if (!stalled) {
      super.doWrite(in);
    }
  }

  @Override
  protected void handleOutboundMessage(Object msg) {
    if (msg instanceof ByteBuf buf && buf.isReadable()) {
      events.add("bytes");
    }
    super.handleOutboundMessage(msg);
  }

  @Override
  public boolean isInputShutdown() {
    return !isOpen();
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    throw new UnsupportedOperationException("nobody shuts the input alone");
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShut;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    outputShut = true;
    events.add("output shut");
    return promise.setSuccess();
  }

  @Override
  public boolean isShutdown() {
    return !isOpen();
  }

  @Override
  public ChannelFuture shutdown() {
    return close();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    return close(promise);
  }
}
