package io.nvmetcp.pdu.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A part of a chunk on its way to the socket, which keeps the chunk meanwhile. Once the socket took
 * it, it serves for another part, so that what is sent costs no garbage. Confined to one event
 * loop.
 */
final class ChunkPiece extends UnpooledDirectByteBuf {
  private final ByteBuf chunk;
  // Of the chunk's first byte; the superclass would make objects to find it out.
  private final long address;

  /** Nobody's yet; see {@link #lend}. */
  ChunkPiece(ByteBuf chunk) {
    this(chunk, chunk.nioBuffer(0, chunk.capacity()));
  }

  private ChunkPiece(ByteBuf chunk, ByteBuffer memory) {
    super(UnpooledByteBufAllocator.DEFAULT, memory, memory.remaining());
    this.chunk = chunk;
    address = MemorySegment.ofBuffer(memory).address();
    setRefCnt(0);
  }

  /** True if nobody has it. */
  boolean idle() {
    return refCnt() == 0;
  }

  /** The bytes from one position of the chunk up to another, for one write. */
  ByteBuf lend(int from, int to) {
    chunk.retain();
    resetRefCnt();
    return setIndex(from, to);
  }

  @Override
  public boolean hasMemoryAddress() {
    return true;
  }

  @Override
  public long memoryAddress() {
    return address;
  }

  @Override
  protected void deallocate() {
    chunk.release();
  }
}
