package io.nvmetcp.ddp.socket;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.nvmetcp.ddp.memory.Region;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A view of a region, lent to one socket read at a time: what the transport sees of it is one
 * window. Its last release is the proof that the transport, and with io_uring the kernel, is done
 * with the memory; only then may it be lent again. Confined to one event loop.
 *
 * <p>One object serves all windows of a region, so that a read allocates nothing.
 */
final class WindowByteBuf extends UnpooledDirectByteBuf {
  // Bases are multiples of this where a region is too large for one view.
  private static final long BASE_STEP_BYTES = 1L << 30;

  private final Region region;
  private final long base;
  // Of the view's first byte.
  private final long address;
  private final Consumer<WindowByteBuf> onReleased;
  // End of the window; 0 while the superclass is made, which shows all of the view.
  private int limit;

  /** A view that has the window, not lent yet. */
  WindowByteBuf(Region region, long offset, int length, Consumer<WindowByteBuf> onReleased) {
    this(
        region, view(region, base(region.sizeBytes(), offset, length)), offset, length, onReleased);
  }

  private WindowByteBuf(
      Region region, ByteBuffer view, long offset, int length, Consumer<WindowByteBuf> onReleased) {
    super(UnpooledByteBufAllocator.DEFAULT, view, view.remaining());
    this.region = region;
    this.onReleased = onReleased;
    base = base(region.sizeBytes(), offset, length);
    address = region.segment().address() + base;
    // Idle, and not through release(): nobody had it.
    setRefCnt(0);
  }

  /** Where the view of a region starts that has this window. */
  static long base(long regionBytes, long offset, int length) {
    if (regionBytes <= Integer.MAX_VALUE) {
      return 0;
    }
    long stepped = offset - offset % BASE_STEP_BYTES;
    return offset + length - stepped <= Integer.MAX_VALUE ? stepped : offset;
  }

  private static ByteBuffer view(Region region, long base) {
    long length = Math.min(Integer.MAX_VALUE, region.sizeBytes() - base);
    return region.segment().asSlice(base, length).asByteBuffer();
  }

  /** True if this view has the window and nobody has this view. */
  @SuppressWarnings("ReferenceEquality") // the very region
  boolean serves(Region of, long offset, int length) {
    return refCnt() == 0
        && region == of
        && offset >= base
        && offset + length - base <= maxCapacity();
  }

  /** Lends the window to a read; it is the transport's until released. */
  void lend(long offset, int length) {
    resetRefCnt();
    limit = (int) (offset - base) + length;
    setIndex(limit - length, limit - length);
  }

  /** The region. */
  Region region() {
    return region;
  }

  /** Where in the region the readable bytes start. */
  long regionOffset() {
    return base + readerIndex();
  }

  @Override
  public int capacity() {
    return limit == 0 ? super.capacity() : limit;
  }

  @Override
  public boolean hasMemoryAddress() {
    return true;
  }

  // Known for as long as the region lives; the superclass would make objects to find it out.
  @Override
  public long memoryAddress() {
    return address;
  }

  @Override
  protected void deallocate() {
    // The memory is the region's, and the view stays for the next window.
    onReleased.accept(this);
  }
}
