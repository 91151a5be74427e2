package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of bytes to the blocks of a namespace, chunk by chunk, some chunks at a time.
 * What is given in pieces of any size is put together to chunks without a copy; the one copy is
 * that into registered memory. Everything happens on the context that made the stream; its methods
 * may be called on any thread.
 */
final class NamespaceWriteStream implements WriteStream<Buffer> {
  /** Bytes that were given, up to a position, and who waits for them to be written. */
  private record Waiter(long position, Promise<Void> promise) {}

  /** A chunk on its way. */
  private static final class Chunk {
    final long end;
    boolean written;

    Chunk(long end) {
      this.end = end;
    }
  }

  private final Namespace namespace;
  private final IoPort port;
  private final ContextInternal context;
  private final StreamOptions options;
  private final BlockRange range;
  private final int blockBytes;
  private final int chunkBytes;
  private final ArrayDeque<ByteBuf> given = new ArrayDeque<>();
  private final ArrayDeque<Chunk> underWay = new ArrayDeque<>();
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private final Promise<Void> ended;
  private volatile long unwrittenBytes;
  private volatile long maxUnwrittenBytes;
  private long givenBytes;
  private long chunkedBytes;
  private long writtenBytes;
  private int outstanding;
  private boolean ending;
  private boolean finishing;
  private @Nullable Object firstConnections;
  private @Nullable Throwable failure;
  private @Nullable Handler<Throwable> exceptionHandler;
  private @Nullable Handler<@Nullable Void> drainHandler;

  private NamespaceWriteStream(
      Namespace namespace, IoPort port, StreamOptions options, BlockRange range) {
    this.namespace = namespace;
    this.port = port;
    context = port.home();
    this.options = new StreamOptions(options);
    this.range = range;
    blockBytes = namespace.blockBytes();
    chunkBytes = options.chunkBlocks(blockBytes) * blockBytes;
    maxUnwrittenBytes = 2L * chunkBytes * options.getDepth();
    ended = context.promise();
  }

  /**
   * A stream to which nothing is written.
   *
   * @throws IllegalArgumentException if the range does not lie in the namespace
   */
  static NamespaceWriteStream of(Namespace namespace, IoPort port, StreamOptions options) {
    return new NamespaceWriteStream(namespace, port, options, options.range(namespace));
  }

  @Override
  public NamespaceWriteStream exceptionHandler(@Nullable Handler<Throwable> failureHandler) {
    return on(() -> exceptionHandler = failureHandler);
  }

  @Override
  public NamespaceWriteStream drainHandler(@Nullable Handler<@Nullable Void> roomHandler) {
    return on(() -> drainHandler = roomHandler);
  }

  /** Sets from how many bytes, given but not written, the queue counts as full. */
  @Override
  public NamespaceWriteStream setWriteQueueMaxSize(int maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("write queue: at least one byte, not " + maxBytes);
    }
    maxUnwrittenBytes = maxBytes;
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return unwrittenBytes >= maxUnwrittenBytes;
  }

  @CanIgnoreReturnValue
  private NamespaceWriteStream on(Runnable action) {
    context.emit(ignored -> action.run());
    return this;
  }

  /** Completes when these bytes are written, which may take the bytes that follow them. */
  @Override
  public Future<Void> write(Buffer data) {
    Promise<Void> promise = context.promise();
    ByteBuf bytes = ((BufferInternal) data).getByteBuf();
    on(() -> give(bytes, promise));
    return promise.future();
  }

  private void give(ByteBuf bytes, Promise<Void> promise) {
    int length = bytes.readableBytes();
    long room = range.blocks() * blockBytes - givenBytes;
    if (failure != null) {
      promise.fail(failure);
    } else if (ending) {
      promise.fail(new IllegalStateException("the stream has ended"));
    } else if (length > room) {
      promise.fail(
          new IllegalArgumentException(
              "%d bytes more than the %d blocks at %d of namespace %d hold"
                  .formatted(length - room, range.blocks(), range.lba(), namespace.id())));
      fail(promise.future().cause());
    } else {
      given.add(bytes);
      givenBytes += length;
      waiting.add(new Waiter(givenBytes, promise));
      progress();
    }
  }

  @Override
  public Future<Void> end() {
    on(
        () -> {
          if (!ending) {
            ending = true;
            progress();
          }
        });
    return ended.future();
  }

  private void progress() {
    while (failure == null && underWay.size() < options.getDepth() && chunkReady()) {
      sendChunk();
    }
    if (failure != null) {
      return;
    }
    while (!waiting.isEmpty() && waiting.element().position() <= writtenBytes) {
      waiting.remove().promise().complete();
    }
    unwrittenBytes = givenBytes - writtenBytes;
    Handler<@Nullable Void> room = drainHandler;
    if (room != null && unwrittenBytes <= maxUnwrittenBytes / 2) {
      drainHandler = null;
      room.handle(null);
    }
    if (ending && !finishing && writtenBytes == givenBytes) {
      finishing = true;
      finish();
    }
  }

  private boolean chunkReady() {
    long left = givenBytes - chunkedBytes;
    if (left >= chunkBytes) {
      return true;
    }
    if (ending && left % blockBytes != 0) {
      fail(
          new IllegalArgumentException(
              "%d bytes at the end of the stream are no whole number of %d-byte blocks"
                  .formatted(left, blockBytes)));
      return false;
    }
    return ending && left > 0;
  }

  private void sendChunk() {
    int length = (int) Math.min(chunkBytes, givenBytes - chunkedBytes);
    long lba = range.lba() + chunkedBytes / blockBytes;
    chunkedBytes += length;
    Chunk chunk = new Chunk(chunkedBytes);
    underWay.add(chunk);
    outstanding++;
    if (firstConnections == null) {
      firstConnections = port.connections();
    }
    namespace
        .write(lba, gather(length))
        .onComplete(
            done -> {
              outstanding--;
              if (done.succeeded()) {
                written(chunk);
              } else {
                fail(done.cause());
              }
              tellFailure();
            });
  }

  private Buffer gather(int length) {
    List<ByteBuf> pieces = new ArrayList<>();
    int left = length;
    while (left > 0) {
      ByteBuf head = given.element();
      int step = Math.min(left, head.readableBytes());
      pieces.add(head.slice(head.readerIndex(), step));
      left -= step;
      given.remove();
      if (step < head.readableBytes()) {
        given.addFirst(head.slice(head.readerIndex() + step, head.readableBytes() - step));
      }
    }
    return BufferInternal.buffer(Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new)));
  }

  private void written(Chunk chunk) {
    if (mayBeLost()) {
      fail(lost());
      return;
    }
    chunk.written = true;
    while (!underWay.isEmpty() && underWay.element().written) {
      writtenBytes = underWay.remove().end;
    }
    progress();
  }

  private void finish() {
    Future<Void> last = options.isFlush() ? namespace.flush() : context.succeededFuture();
    last.onComplete(
        done -> {
          if (done.failed()) {
            fail(done.cause());
          } else if (mayBeLost()) {
            fail(lost());
          } else {
            ended.tryComplete();
          }
        });
  }

  // A controller that was restarted has an empty cache, and a Flush succeeds all the same.
  private boolean mayBeLost() {
    return options.isFlush()
        && firstConnections != null
        && firstConnections != port.connections()
        && port.limits().volatileCache();
  }

  private static NvmeException lost() {
    return new NvmeException.OutcomeUnknown(
        "connected again while the stream was written: what the volatile write cache held before"
            + " may be lost");
  }

  private void fail(Throwable cause) {
    if (failure != null) {
      return;
    }
    failure = cause;
    given.clear();
    // Nobody is to wait for room that will never be.
    unwrittenBytes = 0;
    Waiter waiter;
    while ((waiter = waiting.poll()) != null) {
      waiter.promise().tryFail(cause);
    }
    Handler<Throwable> told = exceptionHandler;
    if (told != null) {
      told.handle(cause);
    }
    tellFailure();
  }

  // The end is told of once nothing is under way any more.
  private void tellFailure() {
    Throwable cause = failure;
    if (cause != null && outstanding == 0) {
      ended.tryFail(cause);
    }
  }
}
