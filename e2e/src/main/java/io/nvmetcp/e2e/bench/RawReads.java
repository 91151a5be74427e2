package io.nvmetcp.e2e.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.PduFields;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Random reads of one size. As {@link BareStream}'s client it counts the bytes of answers, whose
 * length is known, and looks at none: that what came was right is asked of the target's counters.
 * Commands are used again in their order, so the target must answer in order.
 */
final class RawReads implements RawHost.Load {
  private static final int BLOCK_BYTES = 4096;

  private final int depth;
  private final int answerBytes;
  private final int blocks;
  private final long places;
  private final long millis;
  private final byte[] template;
  private final SplittableRandom random = new SplittableRandom(1);
  private final CompletableFuture<Double> rate = new CompletableFuture<>();
  private long partial;
  private long answers;
  private long asked;
  private long startedNs;
  private boolean over;

  RawReads(int depth, int size, long namespaceBytes, long millis) {
    this.depth = depth;
    this.millis = millis;
    answerBytes = RawHost.HEADER_BYTES + size;
    blocks = size / BLOCK_BYTES;
    places = namespaceBytes / size;
    template =
        RawHost.capsule(
            sqe -> {
              Sqe.init(sqe, 0, IoOpcode.READ, 0, 1);
              Sqe.range(sqe, 0, 0, blocks);
              Sgl.transport(sqe, 0, size);
            });
  }

  /** Reads per second, once the time is over and every answer is there. */
  CompletableFuture<Double> rate() {
    return rate;
  }

  @Override
  public void start(ChannelHandlerContext ctx) {
    startedNs = System.nanoTime();
    var unused = ctx.executor().schedule(() -> over = true, millis, TimeUnit.MILLISECONDS);
    ask(ctx, depth);
  }

  private void ask(ChannelHandlerContext ctx, long count) {
    ByteBuf commands = ctx.alloc().directBuffer((int) count * RawHost.CAPSULE_BYTES);
    for (long i = 0; i < count; i++) {
      int at = commands.writerIndex() + PduFields.SQE;
      commands.writeBytes(template);
      commands.setShortLE(at + Sqe.CID, (int) (asked++ % depth));
      commands.setLongLE(at + Sqe.CDW10, random.nextLong(places) * blocks);
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
    if (!over && done > 0) {
      ask(ctx, done);
    } else if (over && answers == asked) {
      rate.complete(answers * 1e9 / (System.nanoTime() - startedNs));
    }
  }

  @Override
  public void failed(Throwable cause) {
    rate.completeExceptionally(cause);
  }
}
