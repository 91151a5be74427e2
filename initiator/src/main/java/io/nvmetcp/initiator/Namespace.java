package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/**
 * A namespace of a connected controller. Safe for use by many threads; an I/O from an event loop
 * that owns a queue stays on it.
 *
 * <p>Every future completes on the caller's context. It fails with one of the cases of {@link
 * NvmeException}; a range or a length that cannot be is refused at once with {@link
 * IllegalArgumentException} in the future, and nothing is sent.
 */
public final class Namespace {
  private final ControllerShell controller;
  private final NamespaceFacts facts;

  Namespace(ControllerShell controller, NamespaceFacts facts) {
    this.controller = controller;
    this.facts = facts;
  }

  /** The namespace identifier. */
  public long id() {
    return facts.id();
  }

  /** Size in logical blocks. */
  public long blocks() {
    return facts.blocks();
  }

  /** Size of a logical block in bytes. */
  public int blockBytes() {
    return facts.blockBytes();
  }

  /** Size in bytes. */
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

  /**
   * Reads logical blocks.
   *
   * @param lba the first block
   * @param buffer as many whole blocks as are to be read; leased until the future completes, its
   *     content undefined until the future succeeds
   */
  public Future<Void> read(long lba, BufferSlice buffer) {
    return transfer(IoOpcode.READ, lba, buffer, 0);
  }

  /**
   * Writes logical blocks; what was written may still be in a volatile cache, see {@link #flush}.
   *
   * @param lba the first block
   * @param buffer as many whole blocks as are to be written; leased until the future completes
   */
  public Future<Void> write(long lba, BufferSlice buffer) {
    return transfer(IoOpcode.WRITE, lba, buffer, 0);
  }

  /** As {@link #write}; the future succeeds only when the data is on the medium (FUA). */
  public Future<Void> writeThrough(long lba, BufferSlice buffer) {
    return transfer(IoOpcode.WRITE, lba, buffer, Sqe.CDW12_FUA);
  }

  /** Brings everything that was written, and whose future succeeded, to the medium. */
  public Future<Void> flush() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.FLUSH, 0, facts.id());
    return controller.submit(sqe, null).mapEmpty();
  }

  private Future<Void> transfer(int opcode, long lba, BufferSlice buffer, int cdw12) {
    int length = buffer.lengthBytes();
    int blockBytes = facts.blockBytes();
    if (length == 0 || length % blockBytes != 0) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "%d bytes are no whole number of %d-byte blocks".formatted(length, blockBytes)));
    }
    int count = length / blockBytes;
    if (lba < 0 || lba > facts.blocks() - count) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "%d blocks at %d do not lie in namespace %d of %d blocks"
                  .formatted(count, lba, facts.id(), facts.blocks())));
    }
    if (length > controller.info().maxTransferBytes() || count > 1 << 16) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "%d bytes are more than the controller takes in one command (%d)"
                  .formatted(length, controller.info().maxTransferBytes())));
    }
    return controller.transfer(opcode, facts.id(), lba, count, cdw12, buffer);
  }
}
