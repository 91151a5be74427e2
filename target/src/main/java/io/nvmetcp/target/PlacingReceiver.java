package io.nvmetcp.target;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.nvmetcp.target.session.TargetSession;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what a channel reads into: where a session knows a place for the data that comes next,
 * that place, so that the kernel's copy is the only one; otherwise a buffer, as large as reads have
 * been lately.
 *
 * <p>For transports that read within the call, as NIO and epoll do: the place is good until the
 * session is called again. Confined to the channel's event loop.
 */
final class PlacingReceiver implements RecvByteBufAllocator {
  // What has arrived is taken in one turn, as far as it goes: each turn costs a wait and a flush,
  // while R2Ts and responses that leave together wake a host once.
  static final int MOST_READS_PER_TURN = 32;
  static final int MOST_BYTES_PER_TURN = 512 * 1024;

  // But a turn must not take all that was asked for, or the host would have nothing to send while
  // it is answered; once so much of it has come, more is asked for.
  private static final int TURNS_OF_A_WINDOW = 4;

  private final RecvByteBufAllocator otherwise =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(MOST_READS_PER_TURN);
  private final int bytesPerTurn;
  private final Supplier<@Nullable TargetSession> session;

  /**
   * @param windowBytes how much of the data of writes is asked for at a time
   * @param session asked before each read; null if bytes that came before have not been taken yet
   */
  PlacingReceiver(int windowBytes, Supplier<@Nullable TargetSession> session) {
    bytesPerTurn = Math.min(windowBytes / TURNS_OF_A_WINDOW, MOST_BYTES_PER_TURN);
    this.session = session;
  }

  @Override
  @SuppressWarnings("deprecation") // the supertype's signature
  public RecvByteBufAllocator.Handle newHandle() {
    return new PlacingHandle((ExtendedHandle) otherwise.newHandle());
  }

  private final class PlacingHandle implements ExtendedHandle {
    private final ExtendedHandle sized;
    private int bytesOfTurn;

    PlacingHandle(ExtendedHandle sized) {
      this.sized = sized;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      TargetSession machine = session.get();
      if (machine == null) {
        return sized.allocate(alloc);
      }
      int placed = machine.findPlace();
      if (placed > 0) {
        var memory = machine.placeMemory().asSlice(machine.placeOffset(), placed);
        return Unpooled.wrappedBuffer(memory.asByteBuffer()).clear();
      }
      int most = machine.mostBytesWithoutPlace();
      return most > 0 && most < sized.guess() ? alloc.ioBuffer(most, most) : sized.allocate(alloc);
    }

    @Override
    public int guess() {
      return sized.guess();
    }

    @Override
    public void reset(ChannelConfig config) {
      sized.reset(config);
      bytesOfTurn = 0;
    }

    @Override
    public void incMessagesRead(int messages) {
      sized.incMessagesRead(messages);
    }

    @Override
    public void lastBytesRead(int bytes) {
      sized.lastBytesRead(bytes);
      bytesOfTurn += Math.max(bytes, 0);
    }

    @Override
    public int lastBytesRead() {
      return sized.lastBytesRead();
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      sized.attemptedBytesRead(bytes);
    }

    @Override
    public int attemptedBytesRead() {
      return sized.attemptedBytesRead();
    }

    @Override
    public boolean continueReading() {
      return bytesOfTurn < bytesPerTurn && sized.continueReading();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return bytesOfTurn < bytesPerTurn && sized.continueReading(maybeMoreData);
    }

    @Override
    public void readComplete() {
      sized.readComplete();
    }
  }
}
