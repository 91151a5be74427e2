package io.nvmetcp.initiator;

import io.netty.buffer.ByteBuf;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.initiator.connect.CommandLimits;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import org.jspecify.annotations.Nullable;

/** Compare and Write as one command, which is atomic and therefore never cut. */
final class FusedIo {
  private final IoPort port;

  FusedIo(IoPort port) {
    this.port = port;
  }

  /** The most blocks of a pair; 0 if there are none. */
  int maxBlocks(NamespaceFacts facts) {
    CommandLimits limits = port.limits();
    if (!limits.fusesCompareAndWrite() || !limits.supports(ControllerBits.ONCS_COMPARE)) {
      return 0;
    }
    int own = facts.limits().compareAndWriteBlocks();
    long most = port.maxTransferBytes() / facts.blockBytes();
    return (int) Math.min(own > 0 ? own : limits.compareAndWriteBlocks(), most);
  }

  Future<Void> slices(
      NamespaceFacts facts, long lba, BufferSlice expected, BufferSlice data, int cdw12) {
    Future<Void> refusal = refusal(facts, lba, expected.lengthBytes(), data.lengthBytes());
    if (refusal != null) {
      return refusal;
    }
    int blocks = data.lengthBytes() / facts.blockBytes();
    return port.compareAndWrite(
        entry(IoOpcode.COMPARE, facts, lba, blocks, cdw12),
        expected,
        entry(IoOpcode.WRITE, facts, lba, blocks, cdw12),
        data);
  }

  Future<Void> buffers(NamespaceFacts facts, long lba, Buffer expected, Buffer data, int cdw12) {
    Future<Void> refusal = refusal(facts, lba, expected.length(), data.length());
    if (refusal != null) {
      return refusal;
    }
    if (2L * data.length() > port.copyPool().slotBytes()) {
      return BlockIo.refused(
          "%d bytes are too many to be copied: use registered memory".formatted(data.length()));
    }
    ContextInternal home = port.home();
    CopyPool pool = port.copyPool();
    return pool.take(home)
        .compose(
            slot -> {
              BufferSlice both = slot.slice(2 * data.length());
              BufferSlice first = both.region().slice(both.offset(), data.length());
              BufferSlice second =
                  both.region().slice(both.offset() + data.length(), data.length());
              fill(first, expected);
              fill(second, data);
              return slices(facts, lba, first, second, cdw12).onComplete(_ -> pool.giveBack(slot));
            });
  }

  private static void fill(BufferSlice slice, Buffer data) {
    ByteBuf bytes = ((BufferInternal) data).getByteBuf();
    bytes.getBytes(bytes.readerIndex(), slice.segment().asByteBuffer());
  }

  private @Nullable Future<Void> refusal(
      NamespaceFacts facts, long lba, int expectedBytes, int dataBytes) {
    int most = maxBlocks(facts);
    if (most == 0) {
      return BlockIo.unsupported("the controller does not support fused Compare and Write");
    }
    if (expectedBytes != dataBytes) {
      return BlockIo.refused(
          "%d bytes are to be compared and %d to be written".formatted(expectedBytes, dataBytes));
    }
    String wrong = BlockIo.wrong(facts, lba, dataBytes);
    if (wrong != null) {
      return BlockIo.refused(wrong);
    }
    int blocks = dataBytes / facts.blockBytes();
    return blocks > most
        ? BlockIo.refused(
            "%d blocks are more than the %d that the controller compares and writes as one"
                .formatted(blocks, most))
        : null;
  }

  private static byte[] entry(int opcode, NamespaceFacts facts, long lba, int blocks, int cdw12) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, opcode, 0, facts.id());
    Sqe.range(sqe, 0, lba, blocks);
    Sqe.cdw(sqe, 0, 12, Sqe.cdw(sqe, 0, 12) | Integer.toUnsignedLong(cdw12));
    return sqe;
  }
}
