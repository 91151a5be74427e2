package io.nvmetcp.pdu.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.TransmitSink;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a writer emits and hands it to a Netty channel in few, large pieces. Headers and
 * small payloads are copied together, payloads off the heap a little later, several at a time; a
 * large payload goes by reference.
 *
 * <p>Bytes reach the channel at {@link #flush()}, called once per turn of the event loop; but of
 * what is copied some is sent before, so that the peer has something to do while the turn goes on,
 * unless it is on this machine and no CPU is free for it. Confined to the channel's event loop.
 * {@link #close()} releases what was not handed over.
 */
public final class ChannelTransmitSink implements TransmitSink {
  /**
   * Payloads up to this many bytes are copied beside their header: below it the copy costs less
   * than another element of the gathering write.
   */
  public static final int COPY_LIMIT_BYTES = 8 * 1024;

  private static final int PART_BYTES = 64 * 1024;
  private static final int PIECES = 32;
  // 32 answers of 4 KiB with their headers; only for those who had more than a part in a turn.
  private static final int LARGE_CHUNK_BYTES = 136 * 1024;
  // The first part of a turn is sent at once, then two together, then four: a peer that slept wakes
  // up early, and then is not woken for each part. Memory for four stays in the CPU's cache.
  private static final int MOST_PARTS_HELD = 4;
  // If no CPU is free for the peer: all there is, up to 1 MiB.
  private static final int PARTS_HELD_IN_A_CROWD = 16;
  // What the system keeps of large payloads is to be in the cache when the peer gets the CPU.
  private static final int SEND_BUFFER_IN_A_CROWD_BYTES = 512 * 1024;

  private final ChannelHandlerContext context;
  private final SendingLoops.Crowd crowd;
  // Nothing is allocated before the first byte: whoever only opens connections costs little.
  private ByteBuf chunk = Unpooled.EMPTY_BUFFER;
  private MemorySegment chunkMemory = MemorySegment.NULL;
  // Parts of this chunk that were sent, or are being sent; made as they are needed.
  private final @Nullable ChunkPiece[] pieces = new ChunkPiece[PIECES];
  // Of payloads that go by reference.
  private final LeasedBuffers leased = new LeasedBuffers();
  private final CopyBatch batch = new CopyBatch();
  private int chunkBytes = PART_BYTES;
  // How far this chunk is filled before somebody looks whether to send.
  private int partEnd;
  private int partsHeld;
  private int partsToSend = 1;
  private boolean boundsSendBuffer;
  // A payload of this turn went by reference.
  private boolean large;
  private boolean dirty;
  private boolean closed;

  /**
   * @param context the handler context whose outbound side leads to the socket
   */
  public ChannelTransmitSink(ChannelHandlerContext context) {
    this(context, false);
  }

  /**
   * @param context the handler context whose outbound side leads to the socket
   * @param boundsSendBuffer sets the socket's send buffer to 512 KiB, for good, once large payloads
   *     go to a peer on this machine for which no CPU is free, if the system gives as much. What it
   *     keeps of its own accord, some megabytes, has left the cache when the peer reads it
   */
  public ChannelTransmitSink(ChannelHandlerContext context, boolean boundsSendBuffer) {
    this(context, boundsSendBuffer, SendingLoops.crowdAround(context.channel()));
  }

  ChannelTransmitSink(
      ChannelHandlerContext context, boolean boundsSendBuffer, SendingLoops.Crowd crowd) {
    this.context = context;
    this.boundsSendBuffer = boundsSendBuffer;
    this.crowd = crowd;
  }

  @Override
  public void bytes(byte[] source, int offset, int length) {
    if (closed) {
      return;
    }
    if (room(length)) {
      chunk.writeBytes(source, offset, length);
      dirty = true;
    }
  }

  @Override
  public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
    if (closed) {
      lease.release();
      return;
    }
    dirty = true;
    // Heap memory would be copied again by Netty.
    if (length > COPY_LIMIT_BYTES && source.isNative()) {
      byReference(source, offset, length, lease);
    } else if (source.isNative() && batch.takes()) {
      byLaterCopy(source, offset, length, lease);
    } else {
      byCopy(source, offset, length, lease);
    }
  }

  private void byLaterCopy(MemorySegment source, long offset, int length, PayloadLease lease) {
    boolean taken = false;
    try {
      if (room(length)) {
        int at = chunk.writerIndex();
        batch.add(source, offset, length, at, lease);
        taken = true;
        chunk.writerIndex(at + length);
        dirty = true;
      }
    } finally {
      if (!taken) {
        lease.release();
      }
    }
  }

  @Override
  public void pduDone() {
    if (batch.full()) {
      settle();
    }
  }

  @Override
  public void settle() {
    batch.copyTo(chunkMemory);
    batch.release();
  }

  private void byReference(MemorySegment source, long offset, int length, PayloadLease lease) {
    ByteBuf lent;
    try {
      if (!source.scope().isAlive()) {
        // Nothing below would notice: the raw address goes to the kernel.
        throw new IllegalStateException("payload lies in memory that is closed");
      }
      handOver();
      lent = LeasedByteBuf.lend(leased, source, offset, length, lease);
    } catch (RuntimeException e) {
      lease.release();
      throw e;
    }
    large = true;
    context.write(lent, context.voidPromise());
  }

  private void byCopy(MemorySegment source, long offset, int length, PayloadLease lease) {
    try {
      // A small one stays in one piece, beside its header.
      boolean open = room(length <= COPY_LIMIT_BYTES ? length : 1);
      int done = 0;
      while (open && done < length) {
        int step = Math.min(length - done, partEnd - chunk.writerIndex());
        copyIn(source, offset + done, step);
        done += step;
        open = done == length || room(1);
      }
    } finally {
      lease.release();
    }
  }

  private void copyIn(MemorySegment source, long offset, int length) {
    int at = chunk.writerIndex();
    MemorySegment.copy(source, offset, chunkMemory, at, length);
    chunk.writerIndex(at + length);
    dirty = true;
  }

  // One view per chunk, not one per payload.
  private static MemorySegment memoryOf(ByteBuf chunk) {
    return MemorySegment.ofBuffer(chunk.nioBuffer(0, chunk.capacity()));
  }

  // False if the channel refused the batch and its owner has closed this sink meanwhile.
  private boolean room(int bytes) {
    if (partEnd - chunk.writerIndex() >= bytes) {
      return true;
    }
    if (chunk.isReadable()) {
      partFull();
    }
    if (closed) {
      return false;
    }
    if (chunk.writableBytes() < bytes) {
      handOver();
      if (closed) {
        return false;
      }
      chunk.release();
      chunk = context.alloc().directBuffer(chunkBytes, chunkBytes);
      chunkMemory = memoryOf(chunk);
      Arrays.fill(pieces, null);
    }
    partEnd = Math.min(chunk.writerIndex() + PART_BYTES, chunk.capacity());
    return true;
  }

  private void partFull() {
    partsHeld++;
    if (partsHeld == 1 && partsToSend == 1 && crowd.crowded()) {
      partsToSend = PARTS_HELD_IN_A_CROWD;
    }
    if (partsHeld >= partsToSend && nothingUnderWay()) {
      partsToSend = Math.max(partsToSend, Math.min(2 * partsToSend, MOST_PARTS_HELD));
      push();
    } else {
      chunkBytes = LARGE_CHUNK_BYTES;
    }
  }

  // Nothing of an earlier flush is left, nor any lease: whoever waits for the end of either is told
  // within the flush that brings it, and would write in the middle of a PDU.
  private boolean nothingUnderWay() {
    ChannelOutboundBuffer out = context.channel().unsafe().outboundBuffer();
    return leased.lent() == 0 && out != null && out.isEmpty();
  }

  private void handOver() {
    batch.copyTo(chunkMemory);
    int from = chunk.readerIndex();
    int to = chunk.writerIndex();
    if (to > from) {
      chunk.readerIndex(to);
      context.write(piece(from, to), context.voidPromise());
    }
  }

  private ByteBuf piece(int from, int to) {
    for (int i = 0; i < PIECES; i++) {
      ChunkPiece piece = pieces[i];
      if (piece == null) {
        piece = new ChunkPiece(chunk);
        pieces[i] = piece;
      }
      if (piece.idle()) {
        return piece.lend(from, to);
      }
    }
    // More are under way than are kept: this one is for once.
    return new ChunkPiece(chunk).lend(from, to);
  }

  /** True if something was emitted since the last flush. */
  public boolean dirty() {
    return dirty;
  }

  /** Sends everything emitted so far; does nothing if there is nothing. */
  public void flush() {
    partsToSend = 1;
    settle();
    if (large) {
      large = false;
      largeTurn();
    }
    push();
  }

  private void largeTurn() {
    // Asked also where nothing comes of it: other loops are to know that this one sends.
    if (crowd.crowded() && boundsSendBuffer) {
      boundsSendBuffer = false;
      boolean ignored = SendBuffer.setIfWhole(context.channel(), SEND_BUFFER_IN_A_CROWD_BYTES);
    }
  }

  private void push() {
    if (!dirty || closed) {
      return;
    }
    dirty = false;
    partsHeld = 0;
    handOver();
    context.flush();
    // Once the socket took everything, nobody else holds the chunk and it can be filled again; not
    // if a lease that ended in there made its owner write more.
    if (!closed && !dirty && chunk.refCnt() == 1) {
      chunk.clear();
      partEnd = Math.min(PART_BYTES, chunk.capacity());
    }
  }

  /** True while the channel's outbound buffer is below its high-water mark. */
  public boolean writable() {
    return context.channel().isWritable();
  }

  /** Gives up: releases the batch, and every later payload at once. */
  public void close() {
    if (!closed) {
      closed = true;
      batch.release();
      chunk.release();
    }
  }
}
