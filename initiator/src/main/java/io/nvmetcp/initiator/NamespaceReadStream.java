package io.nvmetcp.initiator;

import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a namespace, in order. Chunks are read ahead, as many as the depth says, and kept
 * until the handler takes them.
 */
final class NamespaceReadStream extends ContextStream<Buffer> {
  private final Namespace namespace;
  private final int chunkBlocks;
  private final long end;
  // What came of the chunks that the handler has not got: a Buffer, or a Throwable.
  private final Object[] arrived;
  private long nextBlock;
  private long asked;
  private long taken;

  private NamespaceReadStream(
      Namespace namespace, ContextInternal context, int chunkBlocks, int depth, BlockRange range) {
    super(context);
    this.namespace = namespace;
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

  private int slot() {
    return (int) (taken % arrived.length);
  }

  @Override
  void prepare() {
    while (failure() == null && nextBlock < end && asked - taken < arrived.length) {
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

  @Override
  boolean isReady() {
    return arrived[slot()] instanceof Buffer;
  }

  @Override
  Buffer take() {
    Buffer next = (Buffer) arrived[slot()];
    arrived[slot()] = null;
    taken++;
    return next;
  }

  @Override
  boolean isOver() {
    return taken == asked || failure() != null;
  }

  @Override
  @Nullable Throwable failure() {
    return arrived[slot()] instanceof Throwable cause ? cause : null;
  }
}
