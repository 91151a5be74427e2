package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.json.JsonObject;

/**
 * Which blocks a stream reads or writes, and how far ahead. Setters return this, and refuse what
 * cannot be with an {@link IllegalArgumentException} of one line; every option has a field of its
 * name in JSON.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="streams"}
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class StreamOptions {
  /** For {@link #setBlocks}: up to the end of the namespace. */
  public static final long TO_THE_END = 0;

  private static final int MAX_CHUNK_BYTES = 16 << 20;
  private static final int MAX_DEPTH = 256;

  private long firstBlock;
  private long blocks = TO_THE_END;
  private int chunkBytes = 128 << 10;
  private int depth = 8;
  private boolean flush = true;

  /** The defaults: the whole namespace. */
  public StreamOptions() {}

  /** The same options. */
  public StreamOptions(StreamOptions other) {
    this(other.toJson());
  }

  /**
   * The defaults, and what differs from them.
   *
   * @param json as {@link #toJson()} makes it; what is absent keeps its default
   * @throws IllegalArgumentException with path and reason if a field is unknown or its value is
   *     refused
   */
  public StreamOptions(JsonObject json) {
    new JsonFields("", json)
        .number("firstBlock", this::setFirstBlock)
        .number("blocks", this::setBlocks)
        .integer("chunkBytes", this::setChunkBytes)
        .integer("depth", this::setDepth)
        .bool("flush", this::setFlush)
        .end();
  }

  /** Every option, by its name. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("firstBlock", firstBlock)
        .put("blocks", blocks)
        .put("chunkBytes", chunkBytes)
        .put("depth", depth)
        .put("flush", flush);
  }

  /** The first block; 0 by default. */
  public long getFirstBlock() {
    return firstBlock;
  }

  /** Sets the first block. */
  @CanIgnoreReturnValue
  public StreamOptions setFirstBlock(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("first block: 0 or more, not " + value);
    }
    firstBlock = value;
    return this;
  }

  /** How many blocks; {@link #TO_THE_END} by default. */
  public long getBlocks() {
    return blocks;
  }

  /**
   * Sets how many blocks are read, or may be written at most; {@link #TO_THE_END} for all that
   * follow the first.
   */
  @CanIgnoreReturnValue
  public StreamOptions setBlocks(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("blocks: 0 or more, not " + value);
    }
    blocks = value;
    return this;
  }

  /** Bytes of a command, and so of a buffer that is read; 128 KiB by default. */
  public int getChunkBytes() {
    return chunkBytes;
  }

  /**
   * Sets the bytes of a command, 512 to 16 MiB; rounded to whole blocks, at least one. What the
   * controller cannot take at once is cut further.
   */
  @CanIgnoreReturnValue
  public StreamOptions setChunkBytes(int value) {
    if (value < 512 || value > MAX_CHUNK_BYTES) {
      throw new IllegalArgumentException("chunk: 512 bytes to 16 MiB, not " + value);
    }
    chunkBytes = value;
    return this;
  }

  /** Commands under way at a time; 8 by default. */
  public int getDepth() {
    return depth;
  }

  /**
   * Sets how many commands are under way at a time, 1 to 256. A stream keeps as many chunks in
   * memory.
   */
  @CanIgnoreReturnValue
  public StreamOptions setDepth(int value) {
    if (value < 1 || value > MAX_DEPTH) {
      throw new IllegalArgumentException("depth: 1 to 256, not " + value);
    }
    depth = value;
    return this;
  }

  /** Whether the end of a write stream flushes; it does by default. */
  public boolean isFlush() {
    return flush;
  }

  /** Sets whether the end of a write stream brings everything to the medium. */
  @CanIgnoreReturnValue
  public StreamOptions setFlush(boolean value) {
    flush = value;
    return this;
  }

  /** The range on this namespace. */
  BlockRange range(Namespace namespace) {
    long left = namespace.blocks() - firstBlock;
    long wanted = blocks == TO_THE_END ? left : blocks;
    if (wanted < 1 || wanted > left) {
      throw new IllegalArgumentException(
          "%d blocks at %d do not lie in namespace %d of %d blocks"
              .formatted(Math.max(0, wanted), firstBlock, namespace.id(), namespace.blocks()));
    }
    return new BlockRange(firstBlock, wanted);
  }

  /** Blocks of a chunk. */
  int chunkBlocks(int blockBytes) {
    return Math.max(1, chunkBytes / blockBytes);
  }
}
