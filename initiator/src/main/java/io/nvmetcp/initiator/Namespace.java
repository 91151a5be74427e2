package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IoOpcode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A namespace of a connected controller. Safe for use by many threads; an I/O from an event loop
 * that owns a queue stays on it.
 *
 * <p><b>Buffers.</b> A slice of a registered region, or several of them in a {@link ScatterList},
 * are read into and written from without a copy; they are leased to the operation until its future
 * completes, and what a read leaves in them is undefined until the future succeeds. A Vert.x {@link
 * Buffer} costs one copy through registered memory that the controller keeps; it is the caller's to
 * leave alone until the future completes.
 *
 * <p><b>Size.</b> What one command cannot carry, since the controller (MDTS, and the limits that it
 * states for each command) or the placing device limits it, is cut into several, some of which are
 * under way at a time. The future completes once, when all of them have ended; the first failure is
 * its failure, and nothing more is sent after it. Such an operation is not atomic.
 *
 * <p><b>Failures.</b> Every future completes on the caller's context. It fails with one of the
 * cases of {@link NvmeException}. Nothing is sent, and the future fails with {@link
 * IllegalArgumentException}, if a range does not lie in the namespace, or a length is no whole
 * number of blocks; with {@link UnsupportedOperationException} if the controller does not support
 * the command.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="buffers"}
 */
public final class Namespace {
  private final IoPort port;
  private final BlockIo blockIo;
  private final RangeCommands ranges;
  private final FusedIo fused;
  private volatile NamespaceFacts facts;

  Namespace(IoPort port, NamespaceFacts facts) {
    this.port = port;
    this.facts = facts;
    blockIo = new BlockIo(port);
    ranges = new RangeCommands(port);
    fused = new FusedIo(port);
  }

  /** The controller says something new of it. */
  void update(NamespaceFacts now) {
    facts = now;
  }

  /** It is not there any more: from now on no range lies in it. */
  void retire() {
    NamespaceFacts last = facts;
    facts =
        new NamespaceFacts(
            last.id(), 0, last.blockBytes(), last.readOnly(), last.identity(), last.limits());
  }

  NamespaceFacts facts() {
    return facts;
  }

  /** The namespace identifier. */
  public long id() {
    return facts.id();
  }

  /** Size in logical blocks; may change while the controller lives. */
  public long blocks() {
    return facts.blocks();
  }

  /** Size of a logical block in bytes. */
  public int blockBytes() {
    return facts.blockBytes();
  }

  /** Size in bytes; may change while the controller lives. */
  public long sizeBytes() {
    return facts.blocks() * facts.blockBytes();
  }

  /** True if the namespace is write protected. */
  public boolean readOnly() {
    return facts.readOnly();
  }

  /** The namespace's UUID, if it has one. */
  public Optional<UUID> uuid() {
    return facts.uuid();
  }

  // ---- read

  /**
   * Reads logical blocks, without a copy.
   *
   * @param lba the first block
   * @param buffer as many whole blocks as are to be read; leased until the future completes
   */
  public Future<Void> read(long lba, BufferSlice buffer) {
    return blockIo.transfer(facts, IoOpcode.READ, lba, buffer, 0);
  }

  /** As {@link #read(long, BufferSlice)}, with flags. */
  public Future<Void> read(long lba, BufferSlice buffer, IoFlag... flags) {
    return flags(flags, bits -> blockIo.transfer(facts, IoOpcode.READ, lba, buffer, bits));
  }

  /** As {@link #read(long, BufferSlice)}, into several pieces, one behind the other. */
  public Future<Void> read(long lba, ScatterList buffer, IoFlag... flags) {
    return flags(flags, bits -> blockIo.transfer(facts, IoOpcode.READ, lba, buffer, bits));
  }

  /**
   * Reads logical blocks into a buffer of their own, with one copy.
   *
   * @param lba the first block
   * @param blocks how many
   */
  public Future<Buffer> read(long lba, int blocks, IoFlag... flags) {
    return flags(flags, bits -> blockIo.read(facts, lba, blocks, bits));
  }

  // ---- write

  /**
   * Writes logical blocks, without a copy; what was written may still be in a volatile cache, see
   * {@link #flush} and {@link IoFlag#FUA}.
   *
   * @param lba the first block
   * @param buffer as many whole blocks as are to be written; leased until the future completes
   */
  public Future<Void> write(long lba, BufferSlice buffer) {
    return blockIo.transfer(facts, IoOpcode.WRITE, lba, buffer, 0);
  }

  /** As {@link #write(long, BufferSlice)}, with flags. */
  public Future<Void> write(long lba, BufferSlice buffer, IoFlag... flags) {
    return flags(flags, bits -> blockIo.transfer(facts, IoOpcode.WRITE, lba, buffer, bits));
  }

  /** As {@link #write(long, BufferSlice)}, from several pieces, one behind the other. */
  public Future<Void> write(long lba, ScatterList buffer, IoFlag... flags) {
    return flags(flags, bits -> blockIo.transfer(facts, IoOpcode.WRITE, lba, buffer, bits));
  }

  /**
   * Writes logical blocks, with one copy.
   *
   * @param lba the first block
   * @param data as many whole blocks as are to be written; not to be changed until the future
   *     completes
   */
  public Future<Void> write(long lba, Buffer data, IoFlag... flags) {
    return flags(flags, bits -> blockIo.send(facts, IoOpcode.WRITE, lba, data, bits));
  }

  /**
   * Brings everything that was written, and whose future succeeded, to the medium. Without a
   * volatile write cache there is nothing to do, and nothing is sent.
   */
  public Future<Void> flush() {
    return ranges.flush(facts);
  }

  // ---- compare

  /**
   * Compares logical blocks with a buffer, without a copy here. Blocks that differ fail the future
   * with status {@link io.nvmetcp.nvme.Status#COMPARE_FAILURE}.
   *
   * @param lba the first block
   * @param buffer what the blocks should hold; leased until the future completes
   */
  public Future<Void> compare(long lba, BufferSlice buffer, IoFlag... flags) {
    return ifComparing(flags, bits -> blockIo.transfer(facts, IoOpcode.COMPARE, lba, buffer, bits));
  }

  /** As {@link #compare(long, BufferSlice, IoFlag...)}, with a buffer in pieces. */
  public Future<Void> compare(long lba, ScatterList buffer, IoFlag... flags) {
    return ifComparing(flags, bits -> blockIo.transfer(facts, IoOpcode.COMPARE, lba, buffer, bits));
  }

  /** As {@link #compare(long, BufferSlice, IoFlag...)}, with one copy. */
  public Future<Void> compare(long lba, Buffer data, IoFlag... flags) {
    return ifComparing(flags, bits -> blockIo.send(facts, IoOpcode.COMPARE, lba, data, bits));
  }

  /**
   * Compares logical blocks with a buffer and, if they are the same, writes another over them, as
   * one (fused Compare and Write). Blocks that differ are left alone, and fail the future with
   * status {@link io.nvmetcp.nvme.Status#COMPARE_FAILURE}. Never cut: more blocks than the
   * controller takes as one are refused.
   *
   * @param lba the first block
   * @param expected what the blocks should hold; leased until the future completes
   * @param data what is written, as long as {@code expected}; leased until the future completes
   */
  public Future<Void> compareAndWrite(
      long lba, BufferSlice expected, BufferSlice data, IoFlag... flags) {
    return flags(flags, bits -> fused.slices(facts, lba, expected, data, bits));
  }

  /** As {@link #compareAndWrite(long, BufferSlice, BufferSlice, IoFlag...)}, with one copy each. */
  public Future<Void> compareAndWrite(long lba, Buffer expected, Buffer data, IoFlag... flags) {
    return flags(flags, bits -> fused.buffers(facts, lba, expected, data, bits));
  }

  /** The most blocks of one {@link #compareAndWrite}; 0 if the controller does not support it. */
  public int maxCompareAndWriteBlocks() {
    return fused.maxBlocks(facts);
  }

  private <T> Future<T> ifComparing(IoFlag[] flags, Call<T> call) {
    return port.limits().supports(ControllerBits.ONCS_COMPARE)
        ? flags(flags, call)
        : BlockIo.unsupported("the controller does not support Compare");
  }

  // ---- what the controller does alone

  /**
   * Makes logical blocks zero.
   *
   * @param flags with {@link IoFlag#DEALLOCATE} the blocks are deallocated if they read as zeros
   *     then
   */
  public Future<Void> writeZeroes(BlockRange range, IoFlag... flags) {
    return ranges.writeZeroes(facts, range, IoFlag.dword12(flags));
  }

  /**
   * Says that the content of logical blocks is not needed any more (Dataset Management, the TRIM of
   * NVMe). What they hold then is for the controller to choose.
   *
   * @param deallocated at least one range
   */
  public Future<Void> deallocate(List<BlockRange> deallocated) {
    return ranges.deallocate(facts, deallocated);
  }

  /** Lets the controller read logical blocks without sending them, as a check of the medium. */
  public Future<Void> verify(BlockRange range, IoFlag... flags) {
    return flags(flags, bits -> ranges.verify(facts, range, bits));
  }

  /**
   * Copies logical blocks within the namespace.
   *
   * @param sources at least one range, none of which overlaps the destination; copied one behind
   *     the other
   * @param destination the first block to be written
   */
  public Future<Void> copy(List<BlockRange> sources, long destination, IoFlag... flags) {
    return flags(flags, bits -> ranges.copy(facts, sources, destination, bits));
  }

  // ---- streams

  /**
   * The blocks of the namespace as a stream of buffers, in order, read ahead while the handler
   * allows. One copy.
   */
  public ReadStream<Buffer> asReadStream(StreamOptions options) {
    return NamespaceReadStream.of(this, port, options);
  }

  /**
   * A stream that writes what it is given to the blocks of the namespace, in order. One copy. The
   * future of {@code end} completes when everything is written, and flushed if the options say so;
   * it fails if what was given is no whole number of blocks.
   *
   * <p>A stream that is to flush fails with {@link NvmeException.OutcomeUnknown} if the controller
   * was connected again meanwhile and has a volatile write cache: the cache may have been lost with
   * blocks that were written, and a Flush would not tell.
   */
  public WriteStream<Buffer> asWriteStream(StreamOptions options) {
    return NamespaceWriteStream.of(this, port, options);
  }

  /** An operation, given the bits of its flags. */
  private interface Call<T> {
    Future<T> with(int dword12);
  }

  private static <T> Future<T> flags(IoFlag[] flags, Call<T> call) {
    for (IoFlag flag : flags) {
      if (flag == IoFlag.DEALLOCATE) {
        return BlockIo.refused("DEALLOCATE goes with writeZeroes only");
      }
    }
    return call.with(IoFlag.dword12(flags));
  }
}
