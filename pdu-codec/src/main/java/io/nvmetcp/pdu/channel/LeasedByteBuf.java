package io.nvmetcp.pdu.channel;

import io.netty.buffer.AbstractReferenceCountedByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.nvmetcp.pdu.frame.PayloadLease;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory that is not Netty's, lent for one write and only read: when Netty lets go of it, the lease
 * is released and the memory itself is left alone. After that it serves for another payload, so
 * that what is sent costs no garbage where the transport takes addresses, as epoll and io_uring do;
 * NIO needs a view. Confined to one event loop.
 */
final class LeasedByteBuf extends AbstractReferenceCountedByteBuf {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final LeasedBuffers owner;
  private PayloadLease lease = PayloadLease.NONE;
  private MemorySegment memory = MemorySegment.NULL;
  private long start;
  private int length;
  private @Nullable ByteBuffer view;

  private LeasedByteBuf(LeasedBuffers owner) {
    super(Integer.MAX_VALUE);
    this.owner = owner;
    setRefCnt(0);
  }

  /**
   * A buffer of a run of memory, readable from end to end.
   *
   * @param from those that wait to be used again
   * @param source native memory
   * @param lease released with the buffer; not if this fails
   * @throws IndexOutOfBoundsException if the memory does not hold the run
   */
  static ByteBuf lend(
      LeasedBuffers from, MemorySegment source, long offset, int length, PayloadLease lease) {
    long start = Objects.checkFromIndexSize(offset, length, source.byteSize());
    LeasedByteBuf buffer = from.take();
    if (buffer == null) {
      buffer = new LeasedByteBuf(from);
    }
    buffer.memory = source;
    buffer.start = start;
    buffer.length = length;
    buffer.lease = lease;
    buffer.resetRefCnt();
    return buffer.setIndex(0, length);
  }

  @Override
  protected void deallocate() {
    PayloadLease over = lease;
    lease = PayloadLease.NONE;
    memory = MemorySegment.NULL;
    length = 0;
    view = null;
    owner.giveBack(this);
    over.release();
  }

  private ByteBuffer view() {
    ByteBuffer made = view;
    if (made == null) {
      made = memory.asSlice(start, length).asByteBuffer();
      view = made;
    }
    return made;
  }

  @Override
  public boolean hasMemoryAddress() {
    return true;
  }

  @Override
  public long memoryAddress() {
    ensureAccessible();
    return memory.address() + start;
  }

  @Override
  public int nioBufferCount() {
    return 1;
  }

  @Override
  public ByteBuffer internalNioBuffer(int index, int bytes) {
    checkIndex(index, bytes);
    return view().clear().position(index).limit(index + bytes);
  }

  @Override
  public ByteBuffer nioBuffer(int index, int bytes) {
    checkIndex(index, bytes);
    return view().slice(index, bytes).asReadOnlyBuffer();
  }

  @Override
  public ByteBuffer[] nioBuffers(int index, int bytes) {
    return new ByteBuffer[] {nioBuffer(index, bytes)};
  }

  @Override
  public int capacity() {
    return length;
  }

  @Override
  public ByteBufAllocator alloc() {
    return UnpooledByteBufAllocator.DEFAULT;
  }

  @Override
  @SuppressWarnings("deprecation") // the supertype's method
  public ByteOrder order() {
    return ByteOrder.BIG_ENDIAN;
  }

  @Override
  @SuppressWarnings("NullAway") // so the supertype says that there is none
  public ByteBuf unwrap() {
    return null;
  }

  @Override
  public boolean isDirect() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public boolean hasArray() {
    return false;
  }

  @Override
  public byte[] array() {
    throw new UnsupportedOperationException("direct memory");
  }

  @Override
  public int arrayOffset() {
    throw new UnsupportedOperationException("direct memory");
  }

  @Override
  protected byte _getByte(int index) {
    return memory.get(ValueLayout.JAVA_BYTE, start + index);
  }

  @Override
  protected short _getShort(int index) {
    return memory.get(SHORT, start + index);
  }

  @Override
  protected short _getShortLE(int index) {
    return Short.reverseBytes(_getShort(index));
  }

  @Override
  protected int _getUnsignedMedium(int index) {
    return (_getByte(index) & 0xFF) << 16 | (_getShort(index + 1) & 0xFFFF);
  }

  @Override
  protected int _getUnsignedMediumLE(int index) {
    return (_getByte(index) & 0xFF) | (_getShortLE(index + 1) & 0xFFFF) << 8;
  }

  @Override
  protected int _getInt(int index) {
    return memory.get(INT, start + index);
  }

  @Override
  protected int _getIntLE(int index) {
    return Integer.reverseBytes(_getInt(index));
  }

  @Override
  protected long _getLong(int index) {
    return memory.get(LONG, start + index);
  }

  @Override
  protected long _getLongLE(int index) {
    return Long.reverseBytes(_getLong(index));
  }

  @Override
  public ByteBuf getBytes(int index, ByteBuf to, int toIndex, int bytes) {
    checkDstIndex(index, bytes, toIndex, to.capacity());
    to.setBytes(toIndex, nioBuffer(index, bytes));
    return this;
  }

  @Override
  public ByteBuf getBytes(int index, byte[] to, int toIndex, int bytes) {
    checkDstIndex(index, bytes, toIndex, to.length);
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, start + index, to, toIndex, bytes);
    return this;
  }

  @Override
  public ByteBuf getBytes(int index, ByteBuffer to) {
    to.put(nioBuffer(index, to.remaining()));
    return this;
  }

  @Override
  public ByteBuf getBytes(int index, OutputStream to, int bytes) throws IOException {
    byte[] copy = new byte[bytes];
    getBytes(index, copy, 0, bytes);
    to.write(copy);
    return this;
  }

  @Override
  public int getBytes(int index, GatheringByteChannel to, int bytes) throws IOException {
    return to.write(nioBuffer(index, bytes));
  }

  @Override
  public int getBytes(int index, FileChannel to, long position, int bytes) throws IOException {
    return to.write(nioBuffer(index, bytes), position);
  }

  @Override
  public ByteBuf copy(int index, int bytes) {
    checkIndex(index, bytes);
    return alloc().directBuffer(bytes).writeBytes(nioBuffer(index, bytes));
  }

  private static ReadOnlyBufferException readOnly() {
    return new ReadOnlyBufferException();
  }

  @Override
  public ByteBuf capacity(int newCapacity) {
    throw readOnly();
  }

  @Override
  public ByteBuf setBytes(int index, ByteBuf from, int fromIndex, int bytes) {
    throw readOnly();
  }

  @Override
  public ByteBuf setBytes(int index, byte[] from, int fromIndex, int bytes) {
    throw readOnly();
  }

  @Override
  public ByteBuf setBytes(int index, ByteBuffer from) {
    throw readOnly();
  }

  @Override
  public int setBytes(int index, InputStream from, int bytes) {
    throw readOnly();
  }

  @Override
  public int setBytes(int index, ScatteringByteChannel from, int bytes) {
    throw readOnly();
  }

  @Override
  public int setBytes(int index, FileChannel from, long position, int bytes) {
    throw readOnly();
  }

  @Override
  protected void _setByte(int index, int value) {
    throw readOnly();
  }

  @Override
  protected void _setShort(int index, int value) {
    throw readOnly();
  }

  @Override
  protected void _setShortLE(int index, int value) {
    throw readOnly();
  }

  @Override
  protected void _setMedium(int index, int value) {
    throw readOnly();
  }

  @Override
  protected void _setMediumLE(int index, int value) {
    throw readOnly();
  }

  @Override
  protected void _setInt(int index, int value) {
    throw readOnly();
  }

  @Override
  protected void _setIntLE(int index, int value) {
    throw readOnly();
  }

  @Override
  protected void _setLong(int index, long value) {
    throw readOnly();
  }

  @Override
  protected void _setLongLE(int index, long value) {
    throw readOnly();
  }
}
