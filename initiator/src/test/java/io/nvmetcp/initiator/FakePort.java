package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.connect.CommandLimits;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.initiator.connect.NamespaceIdentity;
import io.nvmetcp.initiator.connect.NamespaceLimits;
import io.nvmetcp.nvme.CopyCommand;
import io.nvmetcp.nvme.CopyRange;
import io.nvmetcp.nvme.DatasetRange;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A controller without a wire: carries commands out on an array, at once or when told to, and
 * remembers them. Everything that is not told otherwise happens on {@link #home}.
 */
final class FakePort implements IoPort {
  /** A command as it came. */
  record Seen(int opcode, long lba, int blocks, int cdw12, int segments) {}

  static final int BLOCK = 512;
  static final int BLOCKS = 4096;

  final RegionRegistry regions = new RegionRegistry();
  final byte[] disk = new byte[BLOCK * BLOCKS];
  final List<Seen> seen = new ArrayList<>();
  final ArrayDeque<Runnable> held = new ArrayDeque<>();
  final CopyPool pool = new CopyPool(regions, 64 << 10, 256 << 10, 100);
  CommandLimits limits =
      new CommandLimits(
          0xFFFF, 1, true, Long.MAX_VALUE, Long.MAX_VALUE, 256, 0xFFFF_FFFFL, Long.MAX_VALUE, 1, 1);
  NamespaceLimits namespaceLimits = new NamespaceLimits(4, 32, 100, 0);
  long maxTransferBytes = 16 * BLOCK;
  int maxSegments = 4;

  /** What {@link #connections()} says. */
  Object connections = new Object();

  /** Commands wait in {@link #held} until somebody runs them. */
  boolean hold;

  /** What the commands from now on end with. */
  @Nullable NvmeException failure;

  /** Which command {@link #failure} is for, from 0; all if negative. */
  int failing = -1;

  private final ContextInternal home;

  FakePort(Vertx vertx) {
    home = ((VertxInternal) vertx).createEventLoopContext();
  }

  Namespace namespace() {
    return new Namespace(this, facts());
  }

  NamespaceFacts facts() {
    return new NamespaceFacts(
        1, BLOCKS, BLOCK, false, NamespaceIdentity.of(new UUID(1, 1)), namespaceLimits);
  }

  /** Runs the commands that wait, and those that come meanwhile. */
  void release() {
    hold = false;
    Runnable next;
    while ((next = held.poll()) != null) {
      next.run();
    }
  }

  private <T> Future<T> carryOut(Seen command, T result, Runnable effect) {
    int number = seen.size();
    seen.add(command);
    Promise<T> promise = home.promise();
    NvmeException cause = failing < 0 || failing == number ? failure : null;
    Runnable run =
        () -> {
          if (cause == null) {
            effect.run();
            promise.complete(result);
          } else {
            promise.fail(cause);
          }
        };
    if (hold) {
      held.add(run);
    } else {
      run.run();
    }
    return promise.future();
  }

  @Override
  public Future<Void> transfer(
      int opcode, long nsid, long lba, int blocks, int cdw12, BufferSlice buffer) {
    return transfer(opcode, nsid, lba, blocks, cdw12, ScatterList.of(buffer));
  }

  @Override
  public Future<Void> transfer(
      int opcode, long nsid, long lba, int blocks, int cdw12, ScatterList buffer) {
    Seen command = new Seen(opcode, lba, blocks, cdw12, buffer.segments());
    if (buffer.lengthBytes() != blocks * BLOCK) {
      throw new AssertionError("buffer of " + buffer.lengthBytes() + " bytes for " + command);
    }
    int at = (int) lba * BLOCK;
    if (opcode == IoOpcode.COMPARE && !Arrays.equals(bytes(buffer), slice(at, blocks))) {
      seen.add(command);
      return home.failedFuture(
          new NvmeException.CommandFailed(Status.COMPARE_FAILURE | Status.DNR));
    }
    return carryOut(
        command,
        null,
        () -> {
          for (int i = 0; i < buffer.segments(); i++) {
            MemorySegment piece = buffer.segment(i).segment();
            MemorySegment there =
                MemorySegment.ofArray(disk).asSlice(at + buffer.start(i), piece.byteSize());
            if (opcode == IoOpcode.READ) {
              piece.copyFrom(there);
            } else if (opcode == IoOpcode.WRITE) {
              there.copyFrom(piece);
            }
          }
        });
  }

  private byte[] slice(int at, int blocks) {
    return Arrays.copyOfRange(disk, at, at + blocks * BLOCK);
  }

  private static byte[] bytes(ScatterList buffer) {
    byte[] bytes = new byte[buffer.lengthBytes()];
    for (int i = 0; i < buffer.segments(); i++) {
      MemorySegment piece = buffer.segment(i).segment();
      MemorySegment.copy(
          piece, ValueLayout.JAVA_BYTE, 0, bytes, buffer.start(i), (int) piece.byteSize());
    }
    return bytes;
  }

  @Override
  public Future<Long> submit(byte[] sqe, @Nullable BufferSlice buffer) {
    int opcode = Sqe.opcode(sqe, 0);
    int cdw12 = (int) Sqe.cdw(sqe, 0, 12);
    byte[] data = buffer == null ? new byte[0] : bytes(ScatterList.of(buffer));
    return switch (opcode) {
      case IoOpcode.DATASET_MANAGEMENT ->
          carryOut(
              new Seen(opcode, 0, (int) Sqe.cdw(sqe, 0, 10) + 1, (int) Sqe.cdw(sqe, 0, 11), 1),
              0L,
              () ->
                  DatasetRange.decodeAll(data, (int) Sqe.cdw(sqe, 0, 10) + 1)
                      .forEach(it -> zero(it.slba(), it.blocks())));
      case IoOpcode.COPY ->
          carryOut(
              new Seen(
                  opcode, CopyCommand.destination(sqe, 0), CopyCommand.ranges(sqe, 0), cdw12, 1),
              0L,
              () -> copy(sqe, data));
      case IoOpcode.WRITE_ZEROES ->
          carryOut(
              new Seen(opcode, Sqe.slba(sqe, 0), Sqe.blocks(sqe, 0), cdw12 & ~0xFFFF, 0),
              0L,
              () -> zero(Sqe.slba(sqe, 0), Sqe.blocks(sqe, 0)));
      default ->
          carryOut(
              new Seen(opcode, Sqe.slba(sqe, 0), Sqe.blocks(sqe, 0), cdw12 & ~0xFFFF, 0),
              LittleEndian.i64(sqe, Sqe.CDW10),
              () -> {});
    };
  }

  @Override
  public Future<Void> compareAndWrite(
      byte[] compare, BufferSlice expected, byte[] write, BufferSlice data) {
    long lba = Sqe.slba(compare, 0);
    int blocks = Sqe.blocks(compare, 0);
    return transfer(IoOpcode.COMPARE, 1, lba, blocks, 0, expected)
        .compose(
            _ ->
                transfer(
                    IoOpcode.WRITE, 1, lba, blocks, (int) Sqe.cdw(write, 0, 12) & ~0xFFFF, data));
  }

  private void zero(long lba, long blocks) {
    Arrays.fill(disk, (int) lba * BLOCK, (int) (lba + blocks) * BLOCK, (byte) 0);
  }

  private void copy(byte[] sqe, byte[] list) {
    int to = (int) CopyCommand.destination(sqe, 0) * BLOCK;
    for (int i = 0; i < CopyCommand.ranges(sqe, 0); i++) {
      CopyRange range = CopyRange.decode(list, i * CopyRange.bytes(0), 0);
      System.arraycopy(disk, (int) range.slba() * BLOCK, disk, to, range.blocks() * BLOCK);
      to += range.blocks() * BLOCK;
    }
  }

  @Override
  public ContextInternal home() {
    return home;
  }

  @Override
  public Object connections() {
    return connections;
  }

  @Override
  public CommandLimits limits() {
    return limits;
  }

  @Override
  public long maxTransferBytes() {
    return maxTransferBytes;
  }

  @Override
  public int maxSegments() {
    return maxSegments;
  }

  @Override
  public CopyPool copyPool() {
    return pool;
  }
}
