package io.nvmetcp.initiator;

import io.nvmetcp.initiator.connect.CommandLimits;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.CopyCommand;
import io.nvmetcp.nvme.CopyRange;
import io.nvmetcp.nvme.DatasetRange;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands on ranges of blocks whose data stays at the controller: Flush, Write Zeroes, Verify,
 * Dataset Management, Copy. Refuses what the controller cannot do, cuts what is too large for it.
 */
final class RangeCommands {
  private final IoPort port;

  RangeCommands(IoPort port) {
    this.port = port;
  }

  Future<Void> flush(NamespaceFacts facts) {
    if (!port.limits().volatileCache()) {
      // Without a cache a Flush succeeds and has no effect (Base specification 7.1).
      return port.home().succeededFuture();
    }
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.FLUSH, 0, facts.id());
    return port.submit(sqe, null).mapEmpty();
  }

  Future<Void> writeZeroes(NamespaceFacts facts, BlockRange range, int cdw12) {
    CommandLimits limits = port.limits();
    return limits.supports(ControllerBits.ONCS_WRITE_ZEROES)
        ? overRange(facts, IoOpcode.WRITE_ZEROES, range, cdw12, limits.zeroBytes(), true)
        : unsupported("Write Zeroes");
  }

  Future<Void> verify(NamespaceFacts facts, BlockRange range, int cdw12) {
    CommandLimits limits = port.limits();
    return limits.supports(ControllerBits.ONCS_VERIFY)
        ? overRange(facts, IoOpcode.VERIFY, range, cdw12, limits.verifyBytes(), false)
        : unsupported("Verify");
  }

  private Future<Void> overRange(
      NamespaceFacts facts,
      int opcode,
      BlockRange range,
      int cdw12,
      long maxBytes,
      boolean changes) {
    String wrong = BlockIo.wrongRange(facts, range.lba(), range.blocks());
    if (wrong != null) {
      return BlockIo.refused(wrong);
    }
    long step = Math.clamp(maxBytes / facts.blockBytes(), 1, BlockIo.MAX_BLOCKS);
    return SplitRequest.run(
        port.home(),
        changes,
        part -> {
          if (part > (range.blocks() - 1) / step) {
            return null;
          }
          long lba = range.lba() + part * step;
          byte[] sqe = new byte[Sqe.BYTES];
          Sqe.init(sqe, 0, opcode, 0, facts.id());
          Sqe.range(sqe, 0, lba, (int) Math.min(step, range.end() - lba));
          Sqe.cdw(sqe, 0, 12, Sqe.cdw(sqe, 0, 12) | Integer.toUnsignedLong(cdw12));
          return port.submit(sqe, null).mapEmpty();
        });
  }

  Future<Void> deallocate(NamespaceFacts facts, List<BlockRange> ranges) {
    CommandLimits limits = port.limits();
    if (!limits.supports(ControllerBits.ONCS_DATASET_MANAGEMENT)) {
      return unsupported("Dataset Management");
    }
    String wrong = wrongRanges(facts, ranges);
    if (wrong != null) {
      return BlockIo.refused(wrong);
    }
    RangeCutter cutter =
        new RangeCutter(
            ranges, limits.datasetRanges(), limits.datasetRangeBlocks(), limits.datasetBlocks());
    return SplitRequest.run(
        port.home(),
        true,
        number -> {
          List<BlockRange> next = cutter.next();
          return next.isEmpty() ? null : deallocateOnce(facts, next);
        });
  }

  private Future<Void> deallocateOnce(NamespaceFacts facts, List<BlockRange> ranges) {
    byte[] list = new byte[ranges.size() * DatasetRange.BYTES];
    for (int i = 0; i < ranges.size(); i++) {
      BlockRange range = ranges.get(i);
      new DatasetRange(0, range.blocks(), range.lba()).encode(list, i * DatasetRange.BYTES);
    }
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.DATASET_MANAGEMENT, 0, facts.id());
    Sqe.cdw(sqe, 0, 10, ranges.size() - 1L);
    Sqe.cdw(sqe, 0, 11, DatasetRange.CDW11_DEALLOCATE);
    return withList(sqe, list);
  }

  Future<Void> copy(NamespaceFacts facts, List<BlockRange> sources, long destination, int cdw12) {
    if (!port.limits().supports(ControllerBits.ONCS_COPY)) {
      return unsupported("Copy");
    }
    int rangeBlocks = facts.limits().copyRangeBlocks();
    long blocks = facts.limits().copyBlocks();
    if (rangeBlocks == 0 || blocks == 0) {
      return BlockIo.unsupported("namespace " + facts.id() + " states no limits for Copy");
    }
    String wrong = wrongCopy(facts, sources, destination);
    if (wrong != null) {
      return BlockIo.refused(wrong);
    }
    RangeCutter cutter =
        new RangeCutter(
            sources,
            Math.min(facts.limits().copyRanges(), CopyCommand.MAX_RANGES),
            rangeBlocks,
            blocks);
    return SplitRequest.run(
        port.home(),
        true,
        number -> {
          long to = destination + cutter.taken();
          List<BlockRange> next = cutter.next();
          return next.isEmpty() ? null : copyOnce(facts, next, to, cdw12);
        });
  }

  private Future<Void> copyOnce(
      NamespaceFacts facts, List<BlockRange> sources, long destination, int cdw12) {
    byte[] list = new byte[sources.size() * CopyRange.bytes(0)];
    for (int i = 0; i < sources.size(); i++) {
      BlockRange source = sources.get(i);
      CopyRange.of(source.lba(), (int) source.blocks()).encode(list, i * CopyRange.bytes(0));
    }
    byte[] sqe = new byte[Sqe.BYTES];
    CopyCommand.put(sqe, 0, 0, facts.id(), destination, sources.size(), 0, false);
    Sqe.cdw(sqe, 0, 12, Sqe.cdw(sqe, 0, 12) | Integer.toUnsignedLong(cdw12));
    return withList(sqe, list);
  }

  // The list travels through registered memory, as all data does.
  private Future<Void> withList(byte[] sqe, byte[] list) {
    ContextInternal home = port.home();
    CopyPool pool = port.copyPool();
    return pool.take(home)
        .compose(
            slot -> {
              slot.slice(list.length).segment().copyFrom(MemorySegment.ofArray(list));
              return port.submit(sqe, slot.slice(list.length))
                  .<Void>mapEmpty()
                  .onComplete(_ -> pool.giveBack(slot));
            });
  }

  private static @Nullable String wrongRanges(NamespaceFacts facts, List<BlockRange> ranges) {
    if (ranges.isEmpty()) {
      return "no range was given";
    }
    for (BlockRange range : ranges) {
      String wrong = BlockIo.wrongRange(facts, range.lba(), range.blocks());
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static @Nullable String wrongCopy(
      NamespaceFacts facts, List<BlockRange> sources, long destination) {
    String wrong = wrongRanges(facts, sources);
    if (wrong != null) {
      return wrong;
    }
    long blocks = RangeCutter.blocks(sources);
    wrong = BlockIo.wrongRange(facts, destination, blocks);
    if (wrong != null) {
      return wrong;
    }
    BlockRange target = new BlockRange(destination, blocks);
    for (BlockRange source : sources) {
      if (source.overlaps(target)) {
        return "the source of %d blocks at %d overlaps the destination, %d blocks at %d"
            .formatted(source.blocks(), source.lba(), blocks, destination);
      }
    }
    return null;
  }

  private static <T> Future<T> unsupported(String command) {
    return BlockIo.unsupported("the controller does not support " + command);
  }
}
