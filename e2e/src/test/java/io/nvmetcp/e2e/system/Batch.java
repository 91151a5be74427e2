package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.loadgen.ExpectedContent;
import io.vertx.core.Future;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * Writes and reads of one namespace in sizes from 512 bytes to 128 KiB, spread over all queues and
 * submitted all at once, each with a buffer of its own and canaries round it.
 */
final class Batch {
  /** Enough for the buffers of one batch. */
  static final long REGION_BYTES = 2 << 20;

  // In the capsule (8 KiB at most), just beyond it, and large ones by R2T.
  private static final int[] SIZES = {512, 4096, 8192, 8704, 32768, 131072};
  private static final int READS = 40;
  private static final int CANARY_BYTES = 64;
  private static final byte CANARY = 0x5A;

  private final Pair pair;
  private final Region region;
  private final Namespace namespace;
  private final ExpectedContent content;
  private final int blockBytes;
  private final SplittableRandom random;
  private final int queues;
  private final int[] sizes;
  private long bytesRead;

  Batch(Pair pair, Region region, int nsid, ExpectedContent content, int blockBytes, long seed) {
    this.pair = pair;
    this.region = region;
    this.content = content;
    this.blockBytes = blockBytes;
    namespace = pair.namespace(nsid);
    random = new SplittableRandom(seed);
    queues = pair.controller().contexts().size();
    sizes = SIZES.clone();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.ceilDiv(sizes[i], blockBytes) * blockBytes;
    }
  }

  private record Io(long position, BufferSlice buffer) {}

  /** Writes all of the namespace, each byte once. */
  void fill() throws Exception {
    List<Io> ios = new ArrayList<>();
    long at = 0;
    for (int i = 0; at < namespace.sizeBytes(); i++) {
      int length = (int) Math.min(sizes[i % sizes.length], namespace.sizeBytes() - at);
      BufferSlice buffer = region.slice(at, length);
      content.copyTo(at, region.segment(), at, length);
      ios.add(new Io(at, buffer));
      at += length;
    }
    submit(ios, namespace::write);
    await(namespace.flush());
  }

  /** Reads at random places; compares every byte, and what lies between the buffers. */
  void readAndVerify() throws Exception {
    region.segment().fill(CANARY);
    List<Io> ios = new ArrayList<>();
    long offset = CANARY_BYTES;
    for (int i = 0; i < READS; i++) {
      int length = sizes[i % sizes.length];
      long lba = random.nextLong((namespace.sizeBytes() - length) / blockBytes + 1);
      ios.add(new Io(lba * blockBytes, region.slice(offset, length)));
      offset += length + CANARY_BYTES;
      bytesRead += length;
    }
    submit(ios, namespace::read);
    long end = 0;
    for (Io io : ios) {
      assertCanary(end, io.buffer().offset());
      end = io.buffer().offset() + io.buffer().lengthBytes();
      assertThat(
              content.firstWrongByte(
                  io.position(), region.segment(), io.buffer().offset(), io.buffer().lengthBytes()))
          .as("first wrong byte of %d at %d", io.buffer().lengthBytes(), io.position())
          .isEqualTo(-1);
    }
    assertCanary(end, region.sizeBytes());
  }

  private void submit(List<Io> ios, BiFunction<Long, BufferSlice, Future<Void>> call)
      throws Exception {
    List<Future<Void>> outcomes = new ArrayList<>();
    for (int queue = 0; queue < queues; queue++) {
      List<Io> mine = new ArrayList<>();
      for (int i = queue; i < ios.size(); i += queues) {
        mine.add(ios.get(i));
      }
      // All in one turn of the event loop: a depth for the policy to work on.
      outcomes.add(
          pair.on(
              queue,
              () ->
                  Future.join(
                          mine.stream()
                              .map(io -> call.apply(io.position() / blockBytes, io.buffer()))
                              .toList())
                      .mapEmpty()));
    }
    await(Future.join(outcomes));
  }

  private void assertCanary(long from, long to) {
    MemorySegment gap = region.segment().asSlice(from, to - from);
    for (long i = 0; i < gap.byteSize(); i++) {
      if (gap.get(ValueLayout.JAVA_BYTE, i) != CANARY) {
        throw new AssertionError("byte %d, outside every buffer, was written".formatted(from + i));
      }
    }
  }

  /** Bytes that reads asked for. */
  long bytesRead() {
    return bytesRead;
  }
}
