package io.nvmetcp.e2e.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Sqe;
import java.util.concurrent.TimeUnit;

/** A host with nothing to do: it says that it is alive, twice per keep-alive timeout. */
final class KeepAlives implements RawHost.Load {
  private final long periodMillis;
  private final byte[] command =
      RawHost.capsule(sqe -> Sqe.init(sqe, 0, AdminOpcode.KEEP_ALIVE, 1, 0));
  private volatile int answered;

  KeepAlives(long katoMillis) {
    periodMillis = katoMillis / 2;
  }

  /** Keep-alives that were answered. */
  int answered() {
    return answered;
  }

  @Override
  public void start(ChannelHandlerContext ctx) {
    var unused =
        ctx.executor()
            .scheduleAtFixedRate(
                () -> ctx.writeAndFlush(Unpooled.wrappedBuffer(command)),
                periodMillis,
                periodMillis,
                TimeUnit.MILLISECONDS);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // by the event loop alone
  public void received(ChannelHandlerContext ctx, ByteBuf bytes) {
    bytes.release();
    answered++;
  }

  @Override
  public void turnEnd(ChannelHandlerContext ctx) {}

  @Override
  public void failed(Throwable cause) {}
}
