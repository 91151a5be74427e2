package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.initiator.FakePort.Seen;
import io.nvmetcp.initiator.connect.CommandLimits;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A namespace as a stream: in order, as fast as the other side takes it, and no faster. */
@Timeout(30)
class NamespaceStreamsTest extends FakePortTest {
  private static final int CHUNK = 4 * BLOCK;
  private static final int DEPTH = 3;

  private final List<Buffer> got = new ArrayList<>();
  private final Promise<Void> ended = Promise.promise();

  private static StreamOptions options() {
    return new StreamOptions().setChunkBytes(CHUNK).setDepth(DEPTH);
  }

  private ReadStream<Buffer> reading(StreamOptions options) {
    return run(() -> Future.succeededFuture(namespace.asReadStream(options)))
        .endHandler(_ -> ended.complete())
        .exceptionHandler(ended::fail);
  }

  private WriteStream<Buffer> writing(StreamOptions options) {
    return run(() -> Future.succeededFuture(namespace.asWriteStream(options)));
  }

  private byte[] all() {
    Buffer whole = Buffer.buffer();
    got.forEach(whole::appendBuffer);
    return whole.getBytes();
  }

  // ---- reading

  @Test
  void readsAllBlocksInOrder() {
    System.arraycopy(random(port.disk.length, 1), 0, port.disk, 0, port.disk.length);
    reading(options().setChunkBytes(100 * BLOCK)).handler(got::add);
    await(ended.future());
    assertThat(all()).isEqualTo(port.disk);
    assertThat(got).hasSize(41).last().extracting(Buffer::length).isEqualTo(96 * BLOCK);
  }

  @Test
  void readsNothingBeforeThereIsAHandler() {
    ReadStream<Buffer> stream = reading(options());
    onContext(() -> {});
    assertThat(port.seen).isEmpty();
    stream.handler(got::add);
    await(ended.future());
    assertThat(got).hasSize(FakePort.BLOCKS / 4);
  }

  @Test
  void readsAheadNoFurtherThanItsDepthWhilePaused() {
    ReadStream<Buffer> stream = reading(options().setFirstBlock(100).setBlocks(40));
    stream.pause().handler(got::add);
    onContext(() -> {});
    assertThat(port.seen).extracting(Seen::lba).containsExactly(100L, 104L, 108L);
    assertThat(got).isEmpty();
    stream.fetch(2);
    onContext(() -> {});
    assertThat(got).hasSize(2);
    assertThat(port.seen).hasSize(5);
    stream.resume();
    await(ended.future());
    assertThat(got).hasSize(10);
    assertThat(all()).isEqualTo(Arrays.copyOfRange(port.disk, 100 * BLOCK, 140 * BLOCK));
  }

  @Test
  void whatArrivesOutOfOrderIsHandedOverInOrder() {
    System.arraycopy(random(16 * BLOCK, 2), 0, port.disk, 0, 16 * BLOCK);
    port.hold = true;
    reading(options().setBlocks(16)).handler(got::add);
    onContext(() -> port.held.removeLast().run());
    onContext(() -> {});
    assertThat(got).as("the third chunk is there, the first is not").isEmpty();
    onContext(port::release);
    await(ended.future());
    assertThat(all()).isEqualTo(Arrays.copyOf(port.disk, 16 * BLOCK));
  }

  @Test
  void aHandlerMayPauseWithinItself() {
    ReadStream<Buffer> stream = reading(options().setBlocks(40));
    stream.handler(
        buffer -> {
          got.add(buffer);
          stream.pause();
        });
    onContext(() -> {});
    assertThat(got).hasSize(1);
    for (int i = 2; i <= 10; i++) {
      stream.resume();
      onContext(() -> {});
      assertThat(got).hasSize(i);
    }
    await(ended.future());
  }

  @Test
  void aFailureComesAfterTheChunksBeforeItAndEndsTheStream() {
    port.failing = 2;
    port.failure = new NvmeException.CommandFailed(Status.UNRECOVERED_READ_ERROR);
    reading(options()).handler(got::add);
    assertThat(failure(ended::future)).isSameAs(port.failure);
    onContext(() -> {});
    assertThat(got).hasSize(2);
    assertThat(port.seen).hasSizeLessThanOrEqualTo(2 + DEPTH);
  }

  @Test
  void aRangeThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> namespace.asReadStream(options().setFirstBlock(FakePort.BLOCKS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 blocks at 4096 do not lie in namespace 1 of 4096 blocks");
    assertThatThrownBy(() -> namespace.asWriteStream(options().setFirstBlock(1).setBlocks(4096)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4096 blocks at 1 do not lie in namespace 1 of 4096 blocks");
  }

  // ---- writing

  @Test
  void writesPiecesOfAnySizeAsWholeChunks() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] content = random(37 * BLOCK, seed);
    WriteStream<Buffer> stream = writing(options().setFirstBlock(3));
    List<Future<Void>> written = new ArrayList<>();
    int at = 0;
    while (at < content.length) {
      int length = Math.min(random.nextInt(0, 3000), content.length - at);
      written.add(stream.write(Buffer.buffer(Arrays.copyOfRange(content, at, at + length))));
      at += length;
    }
    await(stream.end());
    assertThat(await(Future.all(written)).size()).isEqualTo(written.size());
    assertThat(Arrays.copyOfRange(port.disk, 3 * BLOCK, 40 * BLOCK))
        .as("seed %d", seed)
        .isEqualTo(content);
    assertThat(port.seen).hasSize(11).last().extracting(Seen::opcode).isEqualTo(IoOpcode.FLUSH);
    assertThat(port.seen.getFirst()).isEqualTo(new Seen(IoOpcode.WRITE, 3, 4, 0, 1));
  }

  @Test
  void theQueueIsFullUntilEnoughIsWritten() {
    port.hold = true;
    WriteStream<Buffer> stream = writing(options().setFlush(false));
    stream.setWriteQueueMaxSize(4 * CHUNK);
    Promise<Void> drained = Promise.promise();
    List<Future<Void>> written = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      assertThat(stream.writeQueueFull()).isFalse();
      written.add(stream.write(Buffer.buffer(random(CHUNK, i))));
      onContext(() -> {});
    }
    assertThat(stream.writeQueueFull()).isTrue();
    assertThat(port.held).as("no more than the depth").hasSize(DEPTH);
    stream.drainHandler(_ -> drained.complete());
    onContext(() -> port.held.remove().run());
    onContext(() -> {});
    assertThat(drained.future().isComplete()).isFalse();
    assertThat(written.getFirst().succeeded()).isTrue();
    assertThat(written.get(1).isComplete()).isFalse();
    onContext(port::release);
    await(drained.future());
    assertThat(stream.writeQueueFull()).isFalse();
    await(stream.end());
    assertThat(written).allSatisfy(it -> assertThat(it.succeeded()).isTrue());
    assertThat(port.seen).as("no flush").extracting(Seen::opcode).containsOnly(IoOpcode.WRITE);
  }

  @Test
  void anEndWithinABlockIsAFailure() {
    WriteStream<Buffer> stream = writing(options());
    Future<Void> written = stream.write(Buffer.buffer(new byte[BLOCK + 3]));
    assertThat(failure(stream::end))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("515 bytes at the end of the stream are no whole number of 512-byte blocks");
    assertThat(written.failed()).isTrue();
    assertThat(port.seen).isEmpty();
  }

  @Test
  void moreThanTheRangeHoldsIsAFailure() {
    WriteStream<Buffer> stream = writing(options().setFirstBlock(4090));
    Promise<Throwable> told = Promise.promise();
    stream.exceptionHandler(told::complete);
    Throwable cause = failure(() -> stream.write(Buffer.buffer(new byte[7 * BLOCK])));
    assertThat(cause).hasMessage("512 bytes more than the 6 blocks at 4090 of namespace 1 hold");
    assertThat(await(told.future())).isSameAs(cause);
    assertThat(failure(stream::end)).isSameAs(cause);
  }

  @Test
  void aFailedWriteFailsWhatFollowsOnceNothingIsUnderWay() {
    port.hold = true;
    port.failing = 0;
    port.failure = new NvmeException.CommandFailed(Status.WRITE_FAULT);
    WriteStream<Buffer> stream = writing(options());
    Promise<Throwable> told = Promise.promise();
    stream.exceptionHandler(told::complete);
    Future<Void> written = stream.write(Buffer.buffer(new byte[10 * CHUNK]));
    Future<Void> end = stream.end();
    onContext(() -> port.held.remove().run());
    assertThat(await(told.future())).isSameAs(port.failure);
    onContext(() -> {});
    assertThat(end.isComplete()).as("two chunks are under way").isFalse();
    onContext(port::release);
    assertThat(failure(() -> end)).isSameAs(port.failure);
    assertThat(failure(() -> written)).isSameAs(port.failure);
    assertThat(failure(() -> stream.write(Buffer.buffer(1)))).isSameAs(port.failure);
    assertThat(port.seen).hasSize(DEPTH);
  }

  private void connectAgain() {
    onContext(() -> port.connections = new Object());
  }

  @Test
  void whatACacheMayHaveLostWithTheConnectionIsNotSaidToBeWritten() {
    WriteStream<Buffer> stream = writing(options());
    await(stream.write(Buffer.buffer(new byte[CHUNK])));
    connectAgain();
    Throwable cause = failure(() -> stream.write(Buffer.buffer(new byte[CHUNK])));
    assertThat(cause)
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessageStartingWith("connected again while the stream was written");
    assertThat(failure(stream::end)).isSameAs(cause);
  }

  @Test
  void aFlushOnNewConnectionsProvesNothing() {
    WriteStream<Buffer> stream = writing(options());
    await(stream.write(Buffer.buffer(new byte[CHUNK])));
    onContext(() -> port.hold = true);
    Future<Void> end = stream.end();
    connectAgain();
    onContext(port::release);
    assertThat(failure(() -> end)).isInstanceOf(NvmeException.OutcomeUnknown.class);
    assertThat(port.seen).last().extracting(Seen::opcode).isEqualTo(IoOpcode.FLUSH);
  }

  @Test
  void newConnectionsAreNoMatterWithoutACacheOrBeforeTheFirstWrite() {
    WriteStream<Buffer> early = writing(options());
    connectAgain();
    early.write(Buffer.buffer(new byte[CHUNK]));
    await(early.end());
    WriteStream<Buffer> unflushed = writing(options().setFlush(false));
    await(unflushed.write(Buffer.buffer(new byte[CHUNK])));
    connectAgain();
    await(unflushed.end());
    port.limits =
        new CommandLimits(
            0xFFFF,
            1,
            false,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            256,
            0xFFFF_FFFFL,
            Long.MAX_VALUE,
            1,
            1);
    WriteStream<Buffer> uncached = writing(options());
    await(uncached.write(Buffer.buffer(new byte[CHUNK])));
    connectAgain();
    await(uncached.end());
  }

  @Test
  void nothingIsTakenAfterTheEnd() {
    WriteStream<Buffer> stream = writing(options());
    await(stream.end());
    assertThat(failure(() -> stream.write(Buffer.buffer(new byte[BLOCK]))))
        .hasMessage("the stream has ended");
    await(stream.end());
  }

  // ---- both

  @Test
  void aWholeDeviceIsCopiedToAnother() {
    System.arraycopy(random(port.disk.length, 9), 0, port.disk, 0, port.disk.length);
    FakePort other = new FakePort(vertx);
    WriteStream<Buffer> to = other.namespace().asWriteStream(options());
    await(namespace.asReadStream(options()).pipeTo(to));
    assertThat(other.disk).isEqualTo(port.disk);
    other.pool.close();
    assertThat(other.regions.liveRegions()).isZero();
  }
}
