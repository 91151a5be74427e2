package io.nvmetcp.initiator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.initiator.queue.CopyMemory;
import io.nvmetcp.nvme.IoOpcode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Reads, writes and compares of any length, from and into any kind of buffer: refuses what cannot
 * be, cuts what one command cannot carry.
 */
final class BlockIo {
  /** NLB has 16 bits. */
  static final int MAX_BLOCKS = 1 << 16;

  private final IoPort port;

  BlockIo(IoPort port) {
    this.port = port;
  }

  /** Transfers between blocks and one piece of registered memory: no copy. */
  Future<Void> transfer(NamespaceFacts facts, int opcode, long lba, BufferSlice buffer, int cdw12) {
    int length = buffer.lengthBytes();
    String wrong = wrong(facts, lba, length);
    if (wrong != null) {
      return refused(wrong);
    }
    int most = mostBytes(facts, port.maxTransferBytes());
    if (length <= most) {
      return port.transfer(opcode, facts.id(), lba, length / facts.blockBytes(), cdw12, buffer);
    }
    int stepBlocks = most / facts.blockBytes();
    return SplitRequest.run(
        port.home(),
        opcode == IoOpcode.WRITE,
        part -> {
          long at = part * most;
          if (at >= length) {
            return null;
          }
          int bytes = (int) Math.min(most, length - at);
          return port.transfer(
              opcode,
              facts.id(),
              lba + part * stepBlocks,
              bytes / facts.blockBytes(),
              cdw12,
              buffer.region().slice(buffer.offset() + at, bytes));
        });
  }

  /** Transfers between blocks and several pieces of registered memory: no copy. */
  Future<Void> transfer(NamespaceFacts facts, int opcode, long lba, ScatterList buffer, int cdw12) {
    int length = buffer.lengthBytes();
    String wrong = wrong(facts, lba, length);
    if (wrong != null) {
      return refused(wrong);
    }
    int most = mostBytes(facts, port.maxTransferBytes());
    if (length <= most && buffer.segments() <= port.maxSegments()) {
      return port.transfer(opcode, facts.id(), lba, length / facts.blockBytes(), cdw12, buffer);
    }
    Pieces pieces = new Pieces(buffer, facts.blockBytes(), most, port.maxSegments());
    return SplitRequest.run(
        port.home(),
        opcode == IoOpcode.WRITE,
        number -> {
          long from = lba + pieces.taken() / facts.blockBytes();
          ScatterList part = pieces.next();
          return part == null
              ? null
              : port.transfer(
                  opcode, facts.id(), from, part.lengthBytes() / facts.blockBytes(), cdw12, part);
        });
  }

  /** Reads into a buffer of its own: one copy. */
  Future<Buffer> read(NamespaceFacts facts, long lba, int blocks, int cdw12) {
    long length = (long) blocks * facts.blockBytes();
    String wrong =
        length > Integer.MAX_VALUE - 8
            ? blocks + " blocks are more than a Buffer can hold"
            : wrong(facts, lba, length);
    if (wrong != null) {
      return refused(wrong);
    }
    byte[] bytes = new byte[(int) length];
    return copied(
            facts,
            bytes.length,
            false,
            (slot, at, count) ->
                port.transfer(
                        IoOpcode.READ,
                        facts.id(),
                        lba + at / facts.blockBytes(),
                        count / facts.blockBytes(),
                        cdw12,
                        slot.slice(count))
                    .onSuccess(
                        _ ->
                            MemorySegment.copy(
                                slot.slice(count).segment(),
                                ValueLayout.JAVA_BYTE,
                                0,
                                bytes,
                                at,
                                count)))
        .map(_ -> BufferInternal.buffer(Unpooled.wrappedBuffer(bytes)));
  }

  /** Writes or compares from a buffer: one copy. */
  Future<Void> send(NamespaceFacts facts, int opcode, long lba, Buffer data, int cdw12) {
    int length = data.length();
    String wrong = wrong(facts, lba, length);
    if (wrong != null) {
      return refused(wrong);
    }
    ByteBuf bytes = ((BufferInternal) data).getByteBuf();
    return copied(
        facts,
        length,
        opcode == IoOpcode.WRITE,
        (slot, at, count) -> {
          BufferSlice slice = slot.slice(count);
          bytes.getBytes(bytes.readerIndex() + at, slice.segment().asByteBuffer());
          return port.transfer(
              opcode,
              facts.id(),
              lba + at / facts.blockBytes(),
              count / facts.blockBytes(),
              cdw12,
              slice);
        });
  }

  /** Does a part of a request through a slot of registered memory. */
  private interface Copied {
    Future<Void> run(CopyMemory.Slot slot, int at, int count);
  }

  private Future<Void> copied(NamespaceFacts facts, int length, boolean changes, Copied part) {
    ContextInternal home = port.home();
    CopyPool pool = port.copyPool();
    int most = mostBytes(facts, Math.min(port.maxTransferBytes(), pool.slotBytes()));
    return SplitRequest.run(
        home,
        changes,
        number -> {
          if (number * most >= length) {
            return null;
          }
          int at = (int) number * most;
          int count = Math.min(most, length - at);
          return pool.take(home)
              .compose(slot -> part.run(slot, at, count).onComplete(_ -> pool.giveBack(slot)));
        });
  }

  /** The most whole blocks, in bytes, of one command that carries at most {@code bytes}. */
  static int mostBytes(NamespaceFacts facts, long bytes) {
    long most = Math.min(bytes, (long) MAX_BLOCKS * facts.blockBytes());
    // One block there must be; a controller that takes less than one says so itself.
    return (int) Math.max(facts.blockBytes(), most - most % facts.blockBytes());
  }

  /** What is wrong with this many bytes at {@code lba}, or null. */
  static @Nullable String wrong(NamespaceFacts facts, long lba, long lengthBytes) {
    if (lengthBytes == 0 || lengthBytes % facts.blockBytes() != 0) {
      return "%d bytes are no whole number of %d-byte blocks"
          .formatted(lengthBytes, facts.blockBytes());
    }
    return wrongRange(facts, lba, lengthBytes / facts.blockBytes());
  }

  /** What is wrong with this range, or null. */
  static @Nullable String wrongRange(NamespaceFacts facts, long lba, long blocks) {
    if (facts.blocks() == 0) {
      return "namespace %d is not there any more".formatted(facts.id());
    }
    return lba < 0 || blocks < 1 || lba > facts.blocks() - blocks
        ? "%d blocks at %d do not lie in namespace %d of %d blocks"
            .formatted(blocks, lba, facts.id(), facts.blocks())
        : null;
  }

  static <T> Future<T> refused(String reason) {
    return Future.failedFuture(new IllegalArgumentException(reason));
  }

  static <T> Future<T> unsupported(String reason) {
    return Future.failedFuture(new UnsupportedOperationException(reason));
  }
}
