package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.FakePort.Seen;
import io.nvmetcp.initiator.connect.CommandLimits;
import io.nvmetcp.initiator.connect.NamespaceLimits;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A namespace refuses what cannot be, cuts what is too large, and ends once. */
@Timeout(30)
class NamespaceTest extends FakePortTest {
  private static final int FUA = 1 << 30;

  private byte[] disk(int block, int blocks) {
    return Arrays.copyOfRange(port.disk, block * BLOCK, (block + blocks) * BLOCK);
  }

  private Region filled(byte[] content) {
    Region region = region(content.length);
    region.segment().copyFrom(MemorySegment.ofArray(content));
    return region;
  }

  // ---- buffers and cuts

  @Test
  void aSliceWithinTheLimitIsOneCommand() {
    byte[] content = random(16 * BLOCK, 1);
    Region region = filled(content);
    run(() -> namespace.write(7, region.slice(0, content.length), IoFlag.FUA));
    assertThat(port.seen).containsExactly(new Seen(IoOpcode.WRITE, 7, 16, FUA, 1));
    assertThat(disk(7, 16)).isEqualTo(content);
    region.close();
  }

  @Test
  void aLargeSliceIsCutAtTheTransferLimit() {
    byte[] content = random(40 * BLOCK, 2);
    Region region = filled(content);
    run(() -> namespace.write(100, region.slice(0, content.length)));
    assertThat(port.seen)
        .containsExactly(
            new Seen(IoOpcode.WRITE, 100, 16, 0, 1),
            new Seen(IoOpcode.WRITE, 116, 16, 0, 1),
            new Seen(IoOpcode.WRITE, 132, 8, 0, 1));
    assertThat(disk(100, 40)).isEqualTo(content);
    region.segment().fill((byte) 0);
    run(() -> namespace.read(100, region.slice(0, content.length)));
    assertThat(region.segment().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
    region.close();
  }

  @Test
  void aTransferLimitThatIsNoWholeNumberOfBlocksIsRoundedDown() {
    port.maxTransferBytes = 3 * BLOCK - 1;
    Region region = region(5 * BLOCK);
    run(() -> namespace.read(0, region.slice(0, 5 * BLOCK)));
    assertThat(port.seen).extracting(Seen::blocks).containsExactly(2, 2, 1);
    region.close();
  }

  @Test
  void piecesAreCutAtTheSegmentLimitToo() {
    byte[] content = random(6 * BLOCK, 3);
    Region region = filled(content);
    port.maxSegments = 2;
    ScatterList pieces =
        ScatterList.of(
            region.slice(0, BLOCK),
            region.slice(BLOCK, 100),
            region.slice(BLOCK + 100, 3 * BLOCK - 100),
            region.slice(4 * BLOCK, 2 * BLOCK));
    run(() -> namespace.write(0, pieces));
    assertThat(disk(0, 6)).isEqualTo(content);
    assertThat(port.seen).allSatisfy(it -> assertThat(it.segments()).isLessThanOrEqualTo(2));
    Region other = region(6 * BLOCK);
    run(
        () ->
            namespace.read(
                0, ScatterList.of(other.slice(0, 700), other.slice(700, 6 * BLOCK - 700))));
    assertThat(other.segment().mismatch(region.segment())).isEqualTo(-1);
    region.close();
    other.close();
  }

  @Test
  void aBufferIsCopiedThroughRegisteredMemory() {
    byte[] content = random(300 * BLOCK, 4);
    port.maxTransferBytes = 1 << 20;
    run(() -> namespace.write(0, Buffer.buffer(content)));
    assertThat(disk(0, 300)).isEqualTo(content);
    assertThat(port.seen).extracting(Seen::blocks).containsExactly(128, 128, 44);
    Buffer back = run(() -> namespace.read(0, 300));
    assertThat(back.getBytes()).isEqualTo(content);
    // A part of a larger buffer, which does not begin at its start.
    run(() -> namespace.write(1000, Buffer.buffer(content).slice(BLOCK, 3 * BLOCK)));
    assertThat(disk(1000, 2)).isEqualTo(Arrays.copyOfRange(content, BLOCK, 3 * BLOCK));
  }

  @Test
  void moreBuffersThanThePoolHoldsWaitInLine() {
    port.hold = true;
    byte[] content = random(600 * BLOCK, 5);
    Future<Void> first = on(() -> namespace.write(0, Buffer.buffer(content)));
    Future<Void> second = on(() -> namespace.write(1000, Buffer.buffer(content)));
    onContext(() -> assertThat(port.held.size()).as("slots of the pool").isEqualTo(4));
    onContext(port::release);
    await(first);
    await(second);
    assertThat(disk(1000, 600)).isEqualTo(content);
  }

  // ---- one end

  @Test
  void theFirstFailureWinsAndNothingMoreIsSent() {
    port.hold = true;
    port.failing = 1;
    port.failure = new NvmeException.CommandFailed(Status.WRITE_FAULT);
    Region region = region(64 * 16 * BLOCK);
    Future<Void> done = on(() -> namespace.write(0, region.slice(0, 64 * 16 * BLOCK)));
    onContext(() -> assertThat(port.held.size()).isEqualTo(SplitRequest.WINDOW));
    // The second part ends first; the others are still under way.
    onContext(() -> port.held.stream().skip(1).findFirst().orElseThrow().run());
    assertThat(done.isComplete()).isFalse();
    onContext(
        () -> {
          Runnable first = port.held.remove();
          port.held.remove();
          first.run();
          port.release();
        });
    assertThat(failure(() -> done)).isSameAs(port.failure);
    assertThat(port.seen).hasSize(SplitRequest.WINDOW);
    region.close();
  }

  @Test
  void aWriteOfWhichAPartWasExecutedWasNotNeverSent() {
    port.maxTransferBytes = BLOCK;
    port.failing = 2;
    port.failure = new NvmeException.NeverSent("the queue is full");
    Region region = region(4 * BLOCK);
    assertThat(failure(() -> namespace.write(0, region.slice(0, 4 * BLOCK))))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessageContaining("2 parts of the request were executed")
        .hasMessageContaining("the queue is full");
    port.seen.clear();
    assertThat(failure(() -> namespace.read(0, region.slice(0, 4 * BLOCK))))
        .as("a read leaves no trace")
        .isInstanceOf(NvmeException.NeverSent.class);
    region.close();
  }

  // ---- refused here

  private void refused(Supplier<? extends Future<?>> operation, Class<?> type, String text) {
    assertThat(failure(operation)).isInstanceOf(type).hasMessageContaining(text);
    assertThat(port.seen).isEmpty();
  }

  @Test
  void lengthsAndRangesThatCannotBeAreRefused() {
    Region region = region(4 * BLOCK);
    Class<?> argument = IllegalArgumentException.class;
    String blocks = "bytes are no whole number of 512-byte blocks";
    refused(() -> namespace.read(0, region.slice(0, 0)), argument, "0 " + blocks);
    refused(() -> namespace.write(0, region.slice(0, 513)), argument, "513 " + blocks);
    refused(() -> namespace.write(0, Buffer.buffer(new byte[3])), argument, "3 " + blocks);
    refused(() -> namespace.compare(0, Buffer.buffer()), argument, "0 " + blocks);
    String range = "do not lie in namespace 1 of 4096 blocks";
    for (long lba : new long[] {-1, 4095, 4096, Long.MAX_VALUE, Long.MIN_VALUE}) {
      refused(() -> namespace.read(lba, region.slice(0, 2 * BLOCK)), argument, range);
      refused(() -> namespace.read(lba, 2), argument, range);
      refused(
          () -> namespace.write(lba, ScatterList.of(region.slice(0, 2 * BLOCK))), argument, range);
    }
    refused(() -> namespace.read(0, -1), argument, range);
    refused(() -> namespace.read(0, 0), argument, "0 " + blocks);
    refused(() -> namespace.read(0, Integer.MAX_VALUE), argument, "than a Buffer can hold");
    BlockRange beyond = new BlockRange(4000, 97);
    refused(() -> namespace.writeZeroes(beyond), argument, range);
    refused(() -> namespace.verify(beyond), argument, range);
    refused(() -> namespace.deallocate(List.of(new BlockRange(0, 1), beyond)), argument, range);
    refused(() -> namespace.deallocate(List.of()), argument, "no range was given");
    refused(() -> namespace.copy(List.of(beyond), 0), argument, range);
    refused(() -> namespace.copy(List.of(new BlockRange(0, 2)), 4095), argument, range);
    refused(
        () -> namespace.copy(List.of(new BlockRange(0, 1), new BlockRange(10, 5)), 5),
        argument,
        "the source of 5 blocks at 10 overlaps the destination, 6 blocks at 5");
    refused(
        () -> namespace.write(0, region.slice(0, BLOCK), IoFlag.DEALLOCATE),
        argument,
        "DEALLOCATE goes with writeZeroes only");
    region.close();
  }

  @Test
  void whatTheControllerDoesNotSupportIsRefused() {
    port.limits =
        new CommandLimits(
            ~(ControllerBits.ONCS_COMPARE
                    | ControllerBits.ONCS_WRITE_ZEROES
                    | ControllerBits.ONCS_DATASET_MANAGEMENT
                    | ControllerBits.ONCS_VERIFY
                    | ControllerBits.ONCS_COPY)
                & 0xFFFF,
            0,
            false,
            1,
            1,
            1,
            1,
            1,
            1,
            0);
    Class<?> unsupported = UnsupportedOperationException.class;
    BlockRange range = new BlockRange(0, 1);
    String not = "the controller does not support ";
    refused(
        () -> namespace.compare(0, Buffer.buffer(new byte[BLOCK])), unsupported, not + "Compare");
    refused(() -> namespace.writeZeroes(range), unsupported, not + "Write Zeroes");
    refused(() -> namespace.verify(range), unsupported, not + "Verify");
    refused(() -> namespace.deallocate(List.of(range)), unsupported, not + "Dataset Management");
    refused(() -> namespace.copy(List.of(range), 5), unsupported, not + "Copy");
    run(namespace::flush);
    assertThat(port.seen).as("without a cache there is nothing to flush").isEmpty();
  }

  @Test
  void aNamespaceThatIsGoneHasNoBlocks() {
    namespace.retire();
    refused(
        () -> namespace.read(0, 1),
        IllegalArgumentException.class,
        "namespace 1 is not there any more");
  }

  // ---- ranges

  @Test
  void zeroesAndVerifyAreCutAtTheirOwnLimits() {
    port.limits =
        new CommandLimits(
            0xFFFF, 0, true, 10 * BLOCK + 5, 7 * BLOCK, 256, 1 << 20, Long.MAX_VALUE, 1, 1);
    Arrays.fill(port.disk, (byte) 1);
    run(() -> namespace.writeZeroes(new BlockRange(5, 25), IoFlag.DEALLOCATE, IoFlag.FUA));
    int flags = FUA | 1 << 25;
    assertThat(port.seen)
        .containsExactly(
            new Seen(IoOpcode.WRITE_ZEROES, 5, 10, flags, 0),
            new Seen(IoOpcode.WRITE_ZEROES, 15, 10, flags, 0),
            new Seen(IoOpcode.WRITE_ZEROES, 25, 5, flags, 0));
    assertThat(disk(5, 25)).isEqualTo(new byte[25 * BLOCK]);
    assertThat(disk(4, 1)).contains(1);
    assertThat(disk(30, 1)).contains(1);
    port.seen.clear();
    run(() -> namespace.verify(new BlockRange(0, 8)));
    assertThat(port.seen).extracting(Seen::blocks).containsExactly(7, 1);
  }

  @Test
  void aRangeWithoutALimitIsCutAtWhatACommandHasRoomFor() {
    run(() -> namespace.verify(new BlockRange(0, FakePort.BLOCKS)));
    assertThat(port.seen).extracting(Seen::blocks).containsExactly(FakePort.BLOCKS);
  }

  @Test
  void manyRangesAreDeallocatedInAFewCommands() {
    port.limits = new CommandLimits(0xFFFF, 0, true, 1 << 20, 1 << 20, 2, 8, Long.MAX_VALUE, 1, 1);
    Arrays.fill(port.disk, (byte) 1);
    List<BlockRange> ranges = Stream.of(0, 20, 40).map(lba -> new BlockRange(lba, 10)).toList();
    run(() -> namespace.deallocate(ranges));
    assertThat(port.seen).extracting(Seen::blocks).as("ranges").containsExactly(2, 2, 2);
    assertThat(port.seen).extracting(Seen::cdw12).as("dword 11").containsOnly(4);
    for (BlockRange range : ranges) {
      assertThat(disk((int) range.lba(), 10)).isEqualTo(new byte[10 * BLOCK]);
    }
    assertThat(disk(10, 10)).isEqualTo(filledWith(10));
  }

  private static byte[] filledWith(int blocks) {
    byte[] ones = new byte[blocks * BLOCK];
    Arrays.fill(ones, (byte) 1);
    return ones;
  }

  @Test
  void aCopyIsCutByTheNamespacesLimits() {
    byte[] content = random(64 * BLOCK, 6);
    System.arraycopy(content, 0, port.disk, 0, content.length);
    port.namespaceLimits = new NamespaceLimits(2, 16, 24, 0);
    Namespace limited = port.namespace();
    run(
        () ->
            limited.copy(List.of(new BlockRange(32, 32), new BlockRange(0, 32)), 1000, IoFlag.FUA));
    assertThat(disk(1000, 32)).isEqualTo(Arrays.copyOfRange(content, 32 * BLOCK, 64 * BLOCK));
    assertThat(disk(1032, 32)).isEqualTo(Arrays.copyOf(content, 32 * BLOCK));
    assertThat(port.seen).extracting(Seen::lba).containsExactly(1000L, 1024L, 1048L);
    assertThat(port.seen)
        .allSatisfy(it -> assertThat(it.cdw12() & FUA).as("FUA of %s", it).isEqualTo(FUA));
  }

  @Test
  void aNamespaceThatStatesNoLimitsForCopyIsNotCopied() {
    port.namespaceLimits = NamespaceLimits.NONE;
    Namespace limited = port.namespace();
    refused(
        () -> limited.copy(List.of(new BlockRange(0, 1)), 5),
        UnsupportedOperationException.class,
        "namespace 1 states no limits for Copy");
  }

  // ---- compare

  @Test
  void aDifferenceFailsWithItsStatus() {
    byte[] content = random(32 * BLOCK, 7);
    System.arraycopy(content, 0, port.disk, 0, content.length);
    run(() -> namespace.compare(0, Buffer.buffer(content)));
    content[20 * BLOCK]++;
    assertThat(failure(() -> namespace.compare(0, Buffer.buffer(content))))
        .isInstanceOfSatisfying(
            NvmeException.CommandFailed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(Status.COMPARE_FAILURE);
              assertThat(failed.statusName()).isEqualTo("Compare Failure");
              assertThat(failed.doNotRetry()).isTrue();
            });
  }

  @Test
  void compareAndWriteChangesWhatIsAsExpected() {
    byte[] before = random(2 * BLOCK, 8);
    byte[] after = random(2 * BLOCK, 9);
    System.arraycopy(before, 0, port.disk, 5 * BLOCK, before.length);
    port.namespaceLimits = new NamespaceLimits(1, 0, 0, 2);
    Namespace pairs = port.namespace();
    assertThat(pairs.maxCompareAndWriteBlocks()).isEqualTo(2);
    run(() -> pairs.compareAndWrite(5, Buffer.buffer(before), Buffer.buffer(after), IoFlag.FUA));
    assertThat(disk(5, 2)).isEqualTo(after);
    assertThat(port.seen.getLast()).isEqualTo(new Seen(IoOpcode.WRITE, 5, 2, FUA, 1));
    assertThat(
            failure(() -> pairs.compareAndWrite(5, Buffer.buffer(before), Buffer.buffer(before))))
        .isInstanceOf(NvmeException.CommandFailed.class);
    assertThat(disk(5, 2)).isEqualTo(after);
  }

  @Test
  void compareAndWriteIsNeverCut() {
    Region region = region(8 * BLOCK);
    Class<?> argument = IllegalArgumentException.class;
    refused(
        () -> namespace.compareAndWrite(0, region.slice(0, BLOCK), region.slice(0, 2 * BLOCK)),
        argument,
        "512 bytes are to be compared and 1024 to be written");
    refused(
        () -> namespace.compareAndWrite(0, region.slice(0, 2 * BLOCK), region.slice(0, 2 * BLOCK)),
        argument,
        "2 blocks are more than the 1 that the controller compares and writes as one");
    refused(
        () -> namespace.compareAndWrite(4096, region.slice(0, BLOCK), region.slice(0, BLOCK)),
        argument,
        "do not lie in namespace 1");
    port.limits = new CommandLimits(0xFFFF, 0, true, 1, 1, 1, 1, 1, 1, 1);
    refused(
        () -> namespace.compareAndWrite(0, region.slice(0, BLOCK), region.slice(0, BLOCK)),
        UnsupportedOperationException.class,
        "the controller does not support fused Compare and Write");
    assertThat(namespace.maxCompareAndWriteBlocks()).isZero();
    region.close();
  }
}
