package io.nvmetcp.initiator.connect;

import io.nvmetcp.nvme.IdentifyNamespace;
import java.util.Optional;
import java.util.UUID;

/**
 * What a controller says of a namespace.
 *
 * @param id NSID
 * @param blocks size in logical blocks
 * @param blockBytes size of a logical block
 * @param readOnly the namespace is write protected
 * @param identity its names
 * @param limits how large its commands may be
 */
public record NamespaceFacts(
    long id,
    long blocks,
    int blockBytes,
    boolean readOnly,
    NamespaceIdentity identity,
    NamespaceLimits limits) {
  private static final int MIN_BLOCK_SHIFT = 9;
  private static final int MAX_BLOCK_SHIFT = 16;

  /**
   * What two Identify structures say of a namespace.
   *
   * @param namespace Identify Namespace (CNS 00h)
   * @param descriptors its identification descriptors (CNS 03h); zeros if there are none
   * @return empty if it is not active, or one that we cannot serve: with metadata, or with blocks
   *     of less than 512 bytes or more than 64 KiB
   */
  public static Optional<NamespaceFacts> of(long id, byte[] namespace, byte[] descriptors) {
    long blocks = IdentifyNamespace.blocks(namespace);
    int shift = IdentifyNamespace.blockShift(namespace);
    if (blocks <= 0
        || shift < MIN_BLOCK_SHIFT
        || shift > MAX_BLOCK_SHIFT
        || blocks > Long.MAX_VALUE >> shift
        || IdentifyNamespace.metadataBytes(namespace) != 0) {
      return Optional.empty();
    }
    return Optional.of(
        new NamespaceFacts(
            id,
            blocks,
            1 << shift,
            IdentifyNamespace.writeProtected(namespace),
            NamespaceIdentity.of(namespace, descriptors),
            NamespaceLimits.of(namespace)));
  }

  /** Its UUID, if it has one. */
  public Optional<UUID> uuid() {
    return identity.uuid();
  }

  /** True if this can be what {@code earlier} was: the same names, the same blocks. */
  public boolean isSameAs(NamespaceFacts earlier) {
    return identity.equals(earlier.identity) && blockBytes == earlier.blockBytes;
  }
}
