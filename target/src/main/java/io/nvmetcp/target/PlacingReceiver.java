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
  private final RecvByteBufAllocator otherwise = new AdaptiveRecvByteBufAllocator();
  private final Supplier<@Nullable TargetSession> session;

  /**
   * @param session asked before each read; null if bytes that came before have not been taken yet
   */
  PlacingReceiver(Supplier<@Nullable TargetSession> session) {
    this.session = session;
  }

  @Override
  @SuppressWarnings("deprecation") // the supertype's signature
  public RecvByteBufAllocator.Handle newHandle() {
    return new PlacingHandle((ExtendedHandle) otherwise.newHandle());
  }

  private final class PlacingHandle implements ExtendedHandle {
    private final ExtendedHandle sized;

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
    }

    @Override
    public void incMessagesRead(int messages) {
      sized.incMessagesRead(messages);
    }

    @Override
    public void lastBytesRead(int bytes) {
      sized.lastBytesRead(bytes);
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
      return sized.continueReading();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return sized.continueReading(maybeMoreData);
    }

    @Override
    public void readComplete() {
      sized.readComplete();
    }
  }
}
