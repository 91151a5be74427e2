package io.nvmetcp.e2e.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.PduFields;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Commands of one kind and size at random places, for a time: what a raw host's loads have in
 * common. Confined to the event loop.
 */
abstract class RandomLoad implements RawHost.Load {
  private static final int BLOCK_BYTES = 4096;

  private final int blocks;
  private final long places;
  private final long millis;
  private final byte[] template;
  private final SplittableRandom random;
  private final CompletableFuture<Double> rate = new CompletableFuture<>();
  private long asked;
  private long startedNs;
  private boolean over;

  /**
   * @param size bytes of each, a multiple of 4096
   * @param millis so long commands are asked for
   */
  RandomLoad(int opcode, int size, long namespaceBytes, long millis, long seed) {
    this.millis = millis;
    random = new SplittableRandom(seed);
    blocks = size / BLOCK_BYTES;
    places = namespaceBytes / size;
    template =
        RawHost.capsule(
            sqe -> {
              Sqe.init(sqe, 0, opcode, 0, 1);
              Sqe.range(sqe, 0, 0, blocks);
              Sgl.transport(sqe, 0, size);
            });
  }

  /** Commands per second, once the time is over and every answer is there. */
  final CompletableFuture<Double> rate() {
    return rate;
  }

  @Override
  public final void start(ChannelHandlerContext ctx) {
    startedNs = System.nanoTime();
    var unused = ctx.executor().schedule(() -> over = true, millis, TimeUnit.MILLISECONDS);
    begin(ctx);
  }

  /** Sends the first commands. */
  abstract void begin(ChannelHandlerContext ctx);

  /** Appends a command. */
  final void append(ByteBuf commands, int cid) {
    int at = commands.writerIndex() + PduFields.SQE;
    commands.writeBytes(template);
    commands.setShortLE(at + Sqe.CID, cid);
    commands.setLongLE(at + Sqe.CDW10, random.nextLong(places) * blocks);
    asked++;
  }

  /** Commands that were appended. */
  final long asked() {
    return asked;
  }

  /** True if no more are to be asked for. */
  final boolean over() {
    return over;
  }

  /** Every command was answered. */
  final void end() {
    rate.complete(asked * 1e9 / (System.nanoTime() - startedNs));
  }

  @Override
  public final void failed(Throwable cause) {
    rate.completeExceptionally(cause);
  }
}
