package io.nvmetcp.e2e.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Random writes of one size, each asked for by an R2T and sent as one H2CData of the same bytes.
 * All that the target says is 24 bytes long: R2Ts and response capsules.
 */
final class RawWrites implements RawHost.Load {
  private static final int BLOCK_BYTES = 4096;

  private final int depth;
  private final int size;
  private final int blocks;
  private final long places;
  private final long millis;
  private final byte[] template;
  private final SplittableRandom random = new SplittableRandom(2);
  private final CompletableFuture<Double> rate = new CompletableFuture<>();
  private final ByteBuf data;
  private final byte[] answer = new byte[RawHost.HEADER_BYTES];
  private int answerFilled;
  private long written;
  private long asked;
  private long startedNs;
  private boolean over;

  RawWrites(int depth, int size, long namespaceBytes, long millis) {
    this.depth = depth;
    this.size = size;
    this.millis = millis;
    blocks = size / BLOCK_BYTES;
    places = namespaceBytes / size;
    data = Unpooled.unreleasableBuffer(Unpooled.directBuffer(size).writeZero(size));
    template =
        RawHost.capsule(
            sqe -> {
              Sqe.init(sqe, 0, IoOpcode.WRITE, 0, 1);
              Sqe.range(sqe, 0, 0, blocks);
              Sgl.transport(sqe, 0, size);
            });
  }

  /** Writes per second, once the time is over and every answer is there. */
  CompletableFuture<Double> rate() {
    return rate;
  }

  @Override
  public void start(ChannelHandlerContext ctx) {
    startedNs = System.nanoTime();
    var unused = ctx.executor().schedule(() -> over = true, millis, TimeUnit.MILLISECONDS);
    for (int cid = 0; cid < depth; cid++) {
      ask(ctx, cid);
    }
    ctx.flush();
  }

  private void ask(ChannelHandlerContext ctx, int cid) {
    ByteBuf command = ctx.alloc().directBuffer(RawHost.CAPSULE_BYTES);
    command.writeBytes(template);
    command.setShortLE(PduFields.SQE + Sqe.CID, cid);
    command.setLongLE(PduFields.SQE + Sqe.CDW10, random.nextLong(places) * blocks);
    asked++;
    ctx.write(command, ctx.voidPromise());
  }

  @Override
  public void received(ChannelHandlerContext ctx, ByteBuf bytes) {
    while (bytes.isReadable()) {
      int step = Math.min(bytes.readableBytes(), answer.length - answerFilled);
      bytes.readBytes(answer, answerFilled, step);
      answerFilled += step;
      if (answerFilled == answer.length) {
        answerFilled = 0;
        answered(ctx);
      }
    }
    bytes.release();
  }

  private void answered(ChannelHandlerContext ctx) {
    PduType type = PduType.byCode(answer[PduFields.TYPE]);
    if (type == PduType.R2T) {
      send(ctx);
      return;
    }
    if (type != PduType.CAPSULE_RESP || !Status.isSuccess(Cqe.status(answer, PduFields.CQE))) {
      throw new IllegalStateException("a write was not answered with success");
    }
    written++;
    if (!over) {
      ask(ctx, Cqe.cid(answer, PduFields.CQE));
    } else if (written == asked) {
      // Every write is answered: the socket has taken all data.
      data.unwrap().release();
      rate.complete(written * 1e9 / (System.nanoTime() - startedNs));
    }
  }

  private void send(ChannelHandlerContext ctx) {
    ByteBuf header = ctx.alloc().directBuffer(RawHost.HEADER_BYTES);
    header.writeByte(PduType.H2C_DATA.code()).writeByte(PduFlags.LAST);
    header.writeByte(RawHost.HEADER_BYTES).writeByte(RawHost.HEADER_BYTES);
    header.writeIntLE(RawHost.HEADER_BYTES + size);
    // CCCID and the transfer tag as the R2T has them.
    header.writeBytes(answer, PduFields.CCCID, 4);
    header.writeIntLE(0).writeIntLE(size).writeIntLE(0);
    ctx.write(header, ctx.voidPromise());
    ctx.write(data.duplicate(), ctx.voidPromise());
  }

  @Override
  public void turnEnd(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void failed(Throwable cause) {
    rate.completeExceptionally(cause);
  }
}
