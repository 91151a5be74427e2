package io.nvmetcp.e2e.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;

/**
 * Random writes of one size, each asked for by an R2T and sent as one H2CData of the same bytes.
 * All that the target says is 24 bytes long: R2Ts and response capsules.
 */
final class RawWrites extends RandomLoad {
  private static final long SEED = 2;

  private final int depth;
  private final int size;
  private final ByteBuf data;
  private final byte[] answer = new byte[RawHost.HEADER_BYTES];
  private int answerFilled;
  private long written;

  RawWrites(int depth, int size, long namespaceBytes, long millis) {
    super(IoOpcode.WRITE, size, namespaceBytes, millis, SEED);
    this.depth = depth;
    this.size = size;
    data = Unpooled.unreleasableBuffer(Unpooled.directBuffer(size).writeZero(size));
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    for (int cid = 0; cid < depth; cid++) {
      ask(ctx, cid);
    }
    ctx.flush();
  }

  private void ask(ChannelHandlerContext ctx, int cid) {
    ByteBuf command = ctx.alloc().directBuffer(RawHost.CAPSULE_BYTES);
    append(command, cid);
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
    if (!over()) {
      ask(ctx, Cqe.cid(answer, PduFields.CQE));
    } else if (written == asked()) {
      // Every write is answered: the socket has taken all data.
      data.unwrap().release();
      end();
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
}
