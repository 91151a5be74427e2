package io.nvmetcp.e2e.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.nvme.IoOpcode;

/**
 * Random reads of one size. As {@link BareStream}'s client it counts the bytes of answers, whose
 * length is known, and looks at none: that what came was right is asked of the target's counters.
 * Commands are used again in their order, so the target must answer in order.
 */
final class RawReads extends RandomLoad {
  private static final long SEED = 1;

  private final int depth;
  private final int answerBytes;
  private long partial;
  private long answers;

  RawReads(int depth, int size, long namespaceBytes, long millis) {
    super(IoOpcode.READ, size, namespaceBytes, millis, SEED);
    this.depth = depth;
    answerBytes = RawHost.HEADER_BYTES + size;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    ask(ctx, depth);
  }

  private void ask(ChannelHandlerContext ctx, long count) {
    ByteBuf commands = ctx.alloc().directBuffer((int) count * RawHost.CAPSULE_BYTES);
    for (long i = 0; i < count; i++) {
      append(commands, (int) (asked() % depth));
    }
    ctx.writeAndFlush(commands, ctx.voidPromise());
  }

  @Override
  public void received(ChannelHandlerContext ctx, ByteBuf bytes) {
    partial += bytes.readableBytes();
    bytes.release();
  }

  @Override
  public void turnEnd(ChannelHandlerContext ctx) {
    long done = partial / answerBytes;
    partial -= done * answerBytes;
    answers += done;
    if (!over() && done > 0) {
      ask(ctx, done);
    } else if (over() && answers == asked()) {
      end();
    }
  }
}
