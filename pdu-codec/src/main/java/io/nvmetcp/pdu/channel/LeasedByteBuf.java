package io.nvmetcp.pdu.channel;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.nvmetcp.pdu.frame.PayloadLease;
import java.nio.ByteBuffer;

/**
 * Memory that is not Netty's, wrapped for one write: when Netty lets go of it, the lease is
 * released and the memory itself is left alone.
 */
final class LeasedByteBuf extends UnpooledDirectByteBuf {
  private final PayloadLease lease;

  LeasedByteBuf(ByteBuffer memory, PayloadLease lease) {
    super(UnpooledByteBufAllocator.DEFAULT, memory, memory.remaining());
    this.lease = lease;
    writerIndex(memory.remaining());
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    lease.release();
  }
}
