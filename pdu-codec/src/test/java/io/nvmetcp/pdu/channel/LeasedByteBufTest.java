package io.nvmetcp.pdu.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import io.nvmetcp.pdu.frame.PayloadLease;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lent memory as a buffer, held against one of Netty's own. */
class LeasedByteBufTest {
  private static final int OFFSET = 5;
  private static final int LENGTH = 40;

  @TempDir private Path folder;
  private final LeasedBuffers idle = new LeasedBuffers();
  private final byte[] bytes = new byte[64];
  private final MemorySegment memory = Arena.ofAuto().allocate(bytes.length);
  private int released;
  private ByteBuf lent;
  private ByteBuf expected;

  @BeforeEach
  void lend() {
    new Random(3).nextBytes(bytes);
    memory.copyFrom(MemorySegment.ofArray(bytes));
    lent = LeasedByteBuf.lend(idle, memory, OFFSET, LENGTH, () -> released++);
    expected = Unpooled.wrappedBuffer(bytes, OFFSET, LENGTH);
  }

  @AfterEach
  void release() {
    while (lent.refCnt() > 0) {
      lent.release();
    }
  }

  private static String partCopied(ByteBuf buffer) {
    ByteBuf copy = buffer.copy(3, 9);
    String text = ByteBufUtil.hexDump(copy);
    copy.release();
    return text;
  }

  @Test
  void isReadAsAnyOther() {
    List<Function<ByteBuf, Object>> reads =
        List.of(
            ByteBuf::readByte,
            ByteBuf::readShort,
            ByteBuf::readShortLE,
            ByteBuf::readMedium,
            ByteBuf::readMediumLE,
            ByteBuf::readInt,
            ByteBuf::readIntLE,
            ByteBuf::readLong,
            ByteBuf::readLongLE,
            LeasedByteBufTest::partCopied,
            buffer -> ByteBufUtil.hexDump(buffer.slice(1, 30)),
            buffer -> ByteBufUtil.hexDump(buffer.duplicate()),
            buffer -> buffer.nioBuffer(2, 7),
            buffer -> buffer.nioBuffers(2, 7)[0],
            buffer -> buffer.internalNioBuffer(4, 8).slice(),
            ByteBuf::hashCode,
            ByteBuf::readableBytes,
            ByteBuf::nioBufferCount);
    for (Function<ByteBuf, Object> read : reads) {
      for (int from = 0; from < 8; from++) {
        lent.readerIndex(from);
        expected.readerIndex(from);
        assertThat(read.apply(lent)).isEqualTo(read.apply(expected));
      }
    }
    lent.readerIndex(0);
    expected.readerIndex(0);
    assertThat(lent).isEqualTo(expected);
  }

  @Test
  void isCopiedToAnywhere() throws Exception {
    byte[] array = new byte[LENGTH];
    lent.getBytes(2, array, 3, 20);
    byte[] wanted = new byte[LENGTH];
    expected.getBytes(2, wanted, 3, 20);
    assertThat(array).isEqualTo(wanted);
    ByteBuf other = Unpooled.buffer(LENGTH).writeBytes(lent);
    assertThat(other).isEqualTo(expected);
    ByteBuffer part = ByteBuffer.allocate(10);
    lent.getBytes(7, part);
    assertThat(part.flip()).isEqualTo(expected.nioBuffer(7, 10));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    lent.getBytes(1, stream, 9);
    assertThat(ByteBuffer.wrap(stream.toByteArray(), 0, 9)).isEqualTo(expected.nioBuffer(1, 9));
    Path file = folder.resolve("file");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(lent.getBytes(8, channel, 4, 2)).isEqualTo(2);
      assertThat(lent.getBytes(4, (GatheringByteChannel) channel, 4)).isEqualTo(4);
    }
    assertThat(ByteBuffer.wrap(Files.readAllBytes(file))).isEqualTo(expected.nioBuffer(4, 6));
  }

  @Test
  void isTheVeryMemory() {
    assertThat(lent.hasMemoryAddress()).isTrue();
    assertThat(lent.memoryAddress()).isEqualTo(memory.address() + OFFSET);
    assertThat(MemorySegment.ofBuffer(lent.nioBuffer()).address())
        .isEqualTo(memory.address() + OFFSET);
    assertThat(lent.isDirect()).isTrue();
    assertThat(lent.hasArray()).isFalse();
  }

  @Test
  void isNeverWritten() {
    List<Consumer<ByteBuf>> writes =
        List.of(
            buffer -> buffer.setByte(0, 1),
            buffer -> buffer.setShort(0, 1),
            buffer -> buffer.setShortLE(0, 1),
            buffer -> buffer.setMedium(0, 1),
            buffer -> buffer.setMediumLE(0, 1),
            buffer -> buffer.setInt(0, 1),
            buffer -> buffer.setIntLE(0, 1),
            buffer -> buffer.setLong(0, 1),
            buffer -> buffer.setLongLE(0, 1),
            buffer -> buffer.setBytes(0, new byte[4]),
            buffer -> buffer.setBytes(0, ByteBuffer.allocate(4)),
            buffer -> buffer.setBytes(0, Unpooled.buffer(4).writeInt(7)),
            buffer -> buffer.capacity(1),
            buffer -> buffer.nioBuffer().put(0, (byte) 1),
            buffer -> setFromStream(buffer));
    for (Consumer<ByteBuf> write : writes) {
      assertThatThrownBy(() -> write.accept(lent)).isInstanceOf(ReadOnlyBufferException.class);
    }
    assertThat(lent).isEqualTo(expected);
    assertThat(lent.isReadOnly()).isTrue();
  }

  private static void setFromStream(ByteBuf buffer) {
    try {
      int unused = buffer.setBytes(0, new ByteArrayInputStream(new byte[4]), 4);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void endsItsLeaseOnceAndServesAnother() {
    lent.retain();
    lent.release();
    assertThat(released).isZero();
    ByteBuf view = lent.retainedSlice(0, 4);
    lent.release();
    assertThat(released).isZero();
    view.release();
    assertThat(released).isEqualTo(1);
    assertThatThrownBy(() -> lent.readByte()).isInstanceOf(IllegalReferenceCountException.class);
    assertThatThrownBy(lent::memoryAddress).isInstanceOf(IllegalReferenceCountException.class);

    MemorySegment other = Arena.ofAuto().allocate(8);
    other.set(ValueLayout.JAVA_BYTE, 2, (byte) 9);
    ByteBuf next = LeasedByteBuf.lend(idle, other, 2, 3, PayloadLease.NONE);
    assertThat(next).isSameAs(lent);
    assertThat(next.readableBytes()).isEqualTo(3);
    assertThat(next.capacity()).isEqualTo(3);
    assertThat(next.nioBuffer().get(0)).isEqualTo((byte) 9);
    assertThat(released).isEqualTo(1);
  }

  @Test
  void aLeaseMayLendAgainWhileItEnds() {
    MemorySegment other = Arena.ofAuto().allocate(8);
    ByteBuf[] next = new ByteBuf[1];
    ByteBuf first =
        LeasedByteBuf.lend(
            idle,
            memory,
            0,
            4,
            () -> next[0] = LeasedByteBuf.lend(idle, other, 0, 8, () -> released++));
    first.release();
    assertThat(next[0].readableBytes()).isEqualTo(8);
    next[0].release();
    assertThat(released).isEqualTo(1);
  }

  @Test
  void hasAnEnd() {
    assertThatThrownBy(() -> lent.getByte(LENGTH)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> lent.nioBuffer(1, LENGTH))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> LeasedByteBuf.lend(idle, memory, 60, 5, () -> released++))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(released).isZero();
    assertThat(idle.lent()).as("the one that was lent before").isEqualTo(1);
  }
}
