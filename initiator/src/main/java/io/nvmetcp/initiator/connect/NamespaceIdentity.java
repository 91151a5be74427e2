package io.nvmetcp.initiator.connect;

import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.NamespaceDescriptors;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The names of a namespace that outlive a controller and a connection; it may have any of them, or
 * none (Base specification 4.5).
 *
 * @param uuid its UUID
 * @param nguid its NGUID, 32 hexadecimal digits
 * @param eui64 its EUI-64, 16 hexadecimal digits
 */
public record NamespaceIdentity(
    Optional<UUID> uuid, Optional<String> nguid, Optional<String> eui64) {
  private static final int NGUID_BYTES = 16;
  private static final int EUI64_BYTES = 8;

  /** No name. */
  public static final NamespaceIdentity NONE =
      new NamespaceIdentity(Optional.empty(), Optional.empty(), Optional.empty());

  /** No name but this. */
  public static NamespaceIdentity of(UUID uuid) {
    return new NamespaceIdentity(Optional.of(uuid), Optional.empty(), Optional.empty());
  }

  /**
   * What two Identify structures say.
   *
   * @param namespace Identify Namespace (CNS 00h)
   * @param descriptors its identification descriptors (CNS 03h); zeros if there are none
   */
  public static NamespaceIdentity of(byte[] namespace, byte[] descriptors) {
    return new NamespaceIdentity(
        NamespaceDescriptors.uuid(descriptors),
        NamespaceDescriptors.nguid(descriptors)
            .or(() -> field(namespace, IdentifyNamespace.NGUID, NGUID_BYTES)),
        NamespaceDescriptors.eui64(descriptors)
            .or(() -> field(namespace, IdentifyNamespace.EUI64, EUI64_BYTES)));
  }

  // Zeros are no name.
  private static Optional<String> field(byte[] b, int at, int length) {
    String digits = HexFormat.of().formatHex(b, at, at + length);
    return digits.chars().allMatch(digit -> digit == '0') ? Optional.empty() : Optional.of(digits);
  }

  /** The best of its names, for people. */
  public String describe() {
    return uuid.map(it -> "UUID " + it)
        .or(() -> nguid.map(it -> "NGUID " + it))
        .or(() -> eui64.map(it -> "EUI-64 " + it))
        .orElse("no name");
  }
}
