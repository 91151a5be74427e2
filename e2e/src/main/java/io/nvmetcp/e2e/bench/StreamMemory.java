package io.nvmetcp.e2e.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * Memory that the frames of a {@link BareStream} are sent from, or received into: as many places as
 * storage has, so that a stream has as much to do with what no cache holds. Not released before the
 * channels that use it are closed.
 */
final class StreamMemory implements AutoCloseable {
  private static final int READ_BYTES = 64 << 10;

  private final ByteBuf memory;
  private final int frameBytes;
  private final int places;

  /**
   * Allocates and touches it.
   *
   * @param frameBytes of a place
   */
  StreamMemory(int frameBytes, int places) {
    this.frameBytes = frameBytes;
    this.places = places;
    int bytes = Math.multiplyExact(frameBytes, places);
    memory = Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes).writeZero(bytes));
  }

  /** As many places of {@code frameBytes} as {@code bytes} have room for, at least one. */
  static StreamMemory of(int frameBytes, long bytes) {
    return new StreamMemory(frameBytes, (int) Math.max(1, bytes / frameBytes));
  }

  /** Places one after the other, over and over. */
  IntSupplier inTurn() {
    int[] next = {0};
    return () -> next[0] = (next[0] + 1) % places;
  }

  /** Places as they are drawn. */
  IntSupplier atRandom() {
    SplittableRandom random = new SplittableRandom(1);
    return () -> random.nextInt(places);
  }

  /** What is at a place, to be sent. */
  ByteBuf frame(int place) {
    return memory.slice(place * frameBytes, frameBytes);
  }

  /** Has a channel read into all of it, from the first place to the last, over and over. */
  RecvByteBufAllocator receiverInTurn() {
    return new Receiver(() -> 0, memory.capacity());
  }

  /** Has a channel read into places that are drawn: each is filled before the next one is drawn. */
  RecvByteBufAllocator receiverAtRandom() {
    return new Receiver(atRandom(), frameBytes);
  }

  @Override
  public void close() {
    memory.unwrap().release();
  }

  /** A read takes at most 64 KiB, as Netty's own do. */
  private final class Receiver extends DefaultMaxMessagesRecvByteBufAllocator {
    private final IntSupplier next;
    private final int bytes;

    /**
     * @param next asked for a place, on the channel's event loop
     * @param bytes that are read from there on before it is asked again
     */
    Receiver(IntSupplier next, int bytes) {
      this.next = next;
      this.bytes = bytes;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty has no other.
    public Handle newHandle() {
      return new MaxMessageHandle() {
        private int at;
        private int left;

        @Override
        public int guess() {
          return READ_BYTES;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
          if (left == 0) {
            at = next.getAsInt() * frameBytes;
            left = bytes;
          }
          return memory.slice(at, Math.min(left, READ_BYTES)).writerIndex(0);
        }

        @Override
        public void lastBytesRead(int read) {
          if (read > 0) {
            at += read;
            left -= read;
          }
          super.lastBytesRead(read);
        }
      };
    }
  }
}
