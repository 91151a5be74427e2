package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a namespace, in order. Chunks are read ahead, as many as the depth says, and kept
 * until the handler takes them. Everything happens on the context that made the stream; its methods
 * may be called on any thread.
 */
final class NamespaceReadStream implements ReadStream<Buffer> {
  private final Namespace namespace;
  private final ContextInternal context;
  private final int chunkBlocks;
  private final long end;
  // What came of the chunks that the handler has not got: a Buffer, or a Throwable.
  private final Object[] arrived;
  private long nextBlock;
  private long asked;
  private long emitted;
  private long demand = Long.MAX_VALUE;
  private boolean draining;
  private boolean over;
  private @Nullable Throwable failure;
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Throwable> exceptionHandler;
  private @Nullable Handler<@Nullable Void> endHandler;

  private NamespaceReadStream(
      Namespace namespace, ContextInternal context, int chunkBlocks, int depth, BlockRange range) {
    this.namespace = namespace;
    this.context = context;
    this.chunkBlocks = chunkBlocks;
    arrived = new Object[depth];
    nextBlock = range.lba();
    end = range.end();
  }

  /**
   * A stream that has not begun to read.
   *
   * @throws IllegalArgumentException if the range does not lie in the namespace
   */
  static NamespaceReadStream of(Namespace namespace, IoPort port, StreamOptions options) {
    BlockRange range = options.range(namespace);
    return new NamespaceReadStream(
        namespace,
        port.home(),
        options.chunkBlocks(namespace.blockBytes()),
        options.getDepth(),
        range);
  }

  @Override
  public NamespaceReadStream handler(@Nullable Handler<Buffer> bufferHandler) {
    return on(
        () -> {
          handler = bufferHandler;
          drain();
        });
  }

  @Override
  public NamespaceReadStream exceptionHandler(@Nullable Handler<Throwable> failureHandler) {
    return on(
        () -> {
          exceptionHandler = failureHandler;
          if (failure != null) {
            tellEnd();
          }
        });
  }

  @Override
  public NamespaceReadStream endHandler(@Nullable Handler<@Nullable Void> streamEndHandler) {
    return on(
        () -> {
          endHandler = streamEndHandler;
          if (over && failure == null) {
            tellEnd();
          }
        });
  }

  @Override
  public NamespaceReadStream pause() {
    return on(() -> demand = 0);
  }

  @Override
  public NamespaceReadStream resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public NamespaceReadStream fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch of " + amount);
    }
    return on(
        () -> {
          demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
          drain();
        });
  }

  @CanIgnoreReturnValue
  private NamespaceReadStream on(Runnable action) {
    context.emit(ignored -> action.run());
    return this;
  }

  // Hands over what is there, in order, and asks for more. A handler that asks for more comes here
  // again: the loop goes on below it.
  private void drain() {
    if (draining || handler == null) {
      return;
    }
    draining = true;
    try {
      boolean more = true;
      while (more) {
        readAhead();
        more = emitNext();
      }
    } finally {
      draining = false;
    }
  }

  private void readAhead() {
    while (!over && nextBlock < end && asked - emitted < arrived.length) {
      long number = asked++;
      int blocks = (int) Math.min(chunkBlocks, end - nextBlock);
      long lba = nextBlock;
      nextBlock += blocks;
      namespace.read(lba, blocks).onComplete(read -> arrived(number, read));
    }
  }

  private void arrived(long number, AsyncResult<Buffer> read) {
    arrived[(int) (number % arrived.length)] = read.succeeded() ? read.result() : read.cause();
    drain();
  }

  // True if something was handed over.
  private boolean emitNext() {
    Handler<Buffer> to = handler;
    if (over || to == null) {
      return false;
    }
    if (emitted == asked) {
      over = true;
      tellEnd();
      return false;
    }
    int slot = (int) (emitted % arrived.length);
    Object next = arrived[slot];
    if (next instanceof Throwable cause) {
      over = true;
      failure = cause;
      tellEnd();
      return false;
    }
    if (next == null || demand == 0) {
      return false;
    }
    arrived[slot] = null;
    emitted++;
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    to.handle((Buffer) next);
    return true;
  }

  // A handler that comes late is told, too.
  private void tellEnd() {
    Throwable cause = failure;
    Handler<Throwable> failed = exceptionHandler;
    Handler<@Nullable Void> ended = endHandler;
    if (cause != null && failed != null) {
      failed.handle(cause);
    } else if (cause == null && ended != null) {
      ended.handle(null);
    }
  }
}
