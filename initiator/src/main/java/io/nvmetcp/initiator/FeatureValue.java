package io.nvmetcp.initiator;

import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.HostBehavior;
import io.nvmetcp.nvme.HostIdentifier;

/**
 * The value of a feature: one dword, for the records of {@link io.nvmetcp.nvme.Features}, and data
 * for those that have some.
 *
 * @param dword dword 0 of the completion
 * @param data as it stands on the wire; empty for a feature without data
 */
public record FeatureValue(int dword, byte[] data) {
  private static final int TIMESTAMP_BYTES = 8;
  private static final int LBA_RANGES_BYTES = 4096;

  /** Bytes of a feature's data, of those that this library knows; 0 if it has none. */
  public static int dataBytes(int feature) {
    return switch (feature) {
      case FeatureId.LBA_RANGE_TYPE -> LBA_RANGES_BYTES;
      case FeatureId.TIMESTAMP -> TIMESTAMP_BYTES;
      case FeatureId.HOST_BEHAVIOR -> HostBehavior.BYTES;
      case FeatureId.HOST_IDENTIFIER -> HostIdentifier.EXTENDED_BYTES;
      default -> 0;
    };
  }

  // On Fabrics host identifiers have 128 bits, and others cannot be asked for.
  static long dword11(int feature, long wanted) {
    return feature == FeatureId.HOST_IDENTIFIER ? wanted | HostIdentifier.EXHID : wanted;
  }
}
