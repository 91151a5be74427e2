package io.nvmetcp.target.subsystem;

import io.nvmetcp.target.backend.StorageBackend;
import java.util.UUID;

/**
 * A namespace as hosts see it. Immutable: one that is resized is another one on the same storage,
 * so a command is judged and executed by the size that stood when it came. The storage is closed by
 * whoever opened it.
 *
 * @param nsid namespace identifier, 1 or above
 * @param names its names in the world, the same after each restart
 * @param blockBytes logical block size, 512 or 4096
 * @param sizeBytes its size, a multiple of the block size
 * @param backend where its blocks live
 */
public record Namespace(
    int nsid, NamespaceNames names, int blockBytes, long sizeBytes, StorageBackend backend) {
  /** Most source ranges of one Copy (MSRC). */
  public static final int COPY_RANGES = 128;

  private static final long COPY_BYTES = 64L << 20;

  /** Checks identifier, block size and that the size is a multiple of it. */
  public Namespace {
    if (nsid < 1 || nsid > Subsystem.MAX_NSID) {
      throw new IllegalArgumentException(
          "namespace identifier " + nsid + " is not between 1 and " + Subsystem.MAX_NSID);
    }
    if (blockBytes != 512 && blockBytes != 4096) {
      throw new IllegalArgumentException(
          "block size %d of namespace %d is neither 512 nor 4096".formatted(blockBytes, nsid));
    }
    if (sizeBytes <= 0 || sizeBytes % blockBytes != 0) {
      throw new IllegalArgumentException(
          "size %d of namespace %d is not a positive multiple of its block size %d"
              .formatted(sizeBytes, nsid, blockBytes));
    }
  }

  /** All of the storage. */
  public Namespace(int nsid, NamespaceNames names, int blockBytes, StorageBackend backend) {
    this(nsid, names, blockBytes, backend.sizeBytes(), backend);
  }

  /** All of the storage, known by a UUID only. */
  public Namespace(int nsid, UUID uuid, int blockBytes, StorageBackend backend) {
    this(nsid, NamespaceNames.of(uuid), blockBytes, backend);
  }

  /** This namespace with another size. */
  public Namespace withSize(long newSizeBytes) {
    return new Namespace(nsid, names, blockBytes, newSizeBytes, backend);
  }

  /** Size in logical blocks. */
  public long blocks() {
    return sizeBytes >> blockShift();
  }

  /** log2 of the block size. */
  public int blockShift() {
    return Integer.numberOfTrailingZeros(blockBytes);
  }

  /** Most blocks of one source range of a Copy (MSSRL), which is read in one piece. */
  public int copyRangeBlocks(int maxTransferBytes) {
    return maxTransferBytes / blockBytes;
  }

  /** Most blocks of one Copy (MCL). */
  public long copyBlocks() {
    return COPY_BYTES / blockBytes;
  }
}
