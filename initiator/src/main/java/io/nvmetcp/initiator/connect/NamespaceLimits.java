package io.nvmetcp.initiator.connect;

import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;

/**
 * How large commands of a namespace may be, where it says so itself.
 *
 * @param copyRanges most source ranges of one Copy (MSRC), from 1
 * @param copyRangeBlocks most blocks of one such range (MSSRL); 0 if not stated
 * @param copyBlocks most blocks of one Copy (MCL); 0 if not stated
 * @param compareAndWriteBlocks most blocks of a fused Compare and Write (NACWU), from 1; 0 if the
 *     controller's limit holds
 */
public record NamespaceLimits(
    int copyRanges, int copyRangeBlocks, long copyBlocks, int compareAndWriteBlocks) {
  // NSFEAT: the namespace states its own atomicity.
  private static final int OWN_ATOMICITY = 1 << 1;

  /** Nothing is stated. */
  public static final NamespaceLimits NONE = new NamespaceLimits(1, 0, 0, 0);

  /**
   * @param namespace Identify Namespace (CNS 00h)
   */
  public static NamespaceLimits of(byte[] namespace) {
    boolean own = (LittleEndian.u8(namespace, IdentifyNamespace.NSFEAT) & OWN_ATOMICITY) != 0;
    return new NamespaceLimits(
        LittleEndian.u8(namespace, IdentifyNamespace.MSRC) + 1,
        LittleEndian.u16(namespace, IdentifyNamespace.MSSRL),
        LittleEndian.u32(namespace, IdentifyNamespace.MCL),
        own ? LittleEndian.u16(namespace, IdentifyNamespace.NACWU) + 1 : 0);
  }
}
