package io.nvmetcp.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // Netty has no other handle.
class StreamMemoryTest {
  private static final int READ_BYTES = 64 << 10;

  // The value of a byte says where it is.
  private static void fill(RecvByteBufAllocator.Handle handle, int value, int bytes) {
    ByteBuf buf = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
    for (int i = 0; i < bytes; i++) {
      buf.writeByte(value);
    }
    handle.lastBytesRead(bytes);
    buf.release();
  }

  private static int room(RecvByteBufAllocator.Handle handle) {
    return handle.allocate(UnpooledByteBufAllocator.DEFAULT).writableBytes();
  }

  @Test
  void placesComeInTurnOrAreDrawnFromAllOfThem() {
    try (StreamMemory memory = StreamMemory.of(10, 39)) {
      IntSupplier inTurn = memory.inTurn();
      assertThat(new int[] {inTurn.getAsInt(), inTurn.getAsInt(), inTurn.getAsInt()})
          .containsExactly(1, 2, 0);
      Set<Integer> drawn = new HashSet<>();
      IntSupplier random = memory.atRandom();
      for (int i = 0; i < 1000; i++) {
        drawn.add(random.getAsInt());
      }
      assertThat(drawn).containsExactlyInAnyOrder(0, 1, 2);
    }
  }

  @Test
  void aChannelReadsIntoAllOfItOverAndOver() {
    try (StreamMemory memory = new StreamMemory(4, 3)) {
      RecvByteBufAllocator.Handle handle = memory.receiverInTurn().newHandle();
      fill(handle, 1, 5);
      fill(handle, 2, 7);
      fill(handle, 3, 2);
      assertThat(room(handle)).isEqualTo(10);
      assertThat(memory.frame(0).getInt(0)).isEqualTo(0x03030101);
      assertThat(memory.frame(1).getInt(0)).isEqualTo(0x01020202);
      assertThat(memory.frame(2).getInt(0)).isEqualTo(0x02020202);
    }
  }

  @Test
  void aPlaceIsFilledBeforeAnotherIsDrawnAndAReadIsNoLargerThanNettys() {
    int frame = READ_BYTES + 100;
    try (StreamMemory memory = new StreamMemory(frame, 1)) {
      RecvByteBufAllocator.Handle handle = memory.receiverAtRandom().newHandle();
      assertThat(room(handle)).isEqualTo(READ_BYTES);
      fill(handle, 1, READ_BYTES);
      assertThat(room(handle)).isEqualTo(100);
      // Nothing came: the place is the same.
      handle.lastBytesRead(0);
      assertThat(room(handle)).isEqualTo(100);
      fill(handle, 2, 100);
      assertThat(memory.frame(0).getByte(READ_BYTES - 1)).isEqualTo((byte) 1);
      assertThat(memory.frame(0).getByte(READ_BYTES)).isEqualTo((byte) 2);
      assertThat(room(handle)).isEqualTo(READ_BYTES);
    }
  }
}
