package io.nvmetcp.target.subsystem;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The names by which hosts know a namespace again, in the world and after a restart.
 *
 * @param uuid UUID
 * @param nguid namespace GUID, 32 hexadecimal digits
 * @param eui64 IEEE extended unique identifier, 16 hexadecimal digits
 */
public record NamespaceNames(UUID uuid, Optional<String> nguid, Optional<String> eui64) {
  /** Hexadecimal digits of an NGUID. */
  public static final int NGUID_DIGITS = 32;

  /** Hexadecimal digits of an EUI-64. */
  public static final int EUI64_DIGITS = 16;

  // In the first byte of an OUI: a name made up here, not one that the IEEE assigned to anybody.
  private static final int LOCALLY_ADMINISTERED = 0x02;
  private static final int GROUP = 0x01;
  // The OUI of an NGUID stands behind eight bytes of vendor extension (Base 4.5.1).
  private static final int NGUID_OUI = 8;

  /** Checks the digits. */
  public NamespaceNames {
    nguid = nguid.map(NamespaceNames::checkedNguid);
    eui64 = eui64.map(NamespaceNames::checkedEui64);
  }

  /** Only a UUID. */
  public static NamespaceNames of(UUID uuid) {
    return new NamespaceNames(uuid, Optional.empty(), Optional.empty());
  }

  /**
   * Names that depend on nothing but the subsystem's name and the identifier, so that a host knows
   * its disk again after a restart, wherever the subsystem is served.
   */
  public static NamespaceNames derived(String nqn, int nsid) {
    String seed = nqn + "#" + nsid;
    byte[] hash = sha256(seed);
    byte[] nguid = local(ByteBuffer.allocate(16).put(hash, 0, 16).array(), NGUID_OUI);
    byte[] eui64 = local(ByteBuffer.allocate(8).put(hash, 16, 8).array(), 0);
    HexFormat hex = HexFormat.of();
    return new NamespaceNames(
        UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)),
        Optional.of(hex.formatHex(nguid)),
        Optional.of(hex.formatHex(eui64)));
  }

  private static byte[] local(byte[] name, int oui) {
    name[oui] = (byte) ((name[oui] | LOCALLY_ADMINISTERED) & ~GROUP);
    return name;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The digits of an NGUID in lower case, or an {@link IllegalArgumentException}. */
  public static String checkedNguid(String digits) {
    return checked("NGUID", digits, NGUID_DIGITS);
  }

  /** The digits of an EUI-64 in lower case, or an {@link IllegalArgumentException}. */
  public static String checkedEui64(String digits) {
    return checked("EUI-64", digits, EUI64_DIGITS);
  }

  private static String checked(String what, String digits, int length) {
    boolean good = digits.length() == length && digits.chars().allMatch(HexFormat::isHexDigit);
    if (!good || digits.chars().allMatch(c -> c == '0')) {
      throw new IllegalArgumentException(
          "%s '%s' is not %d hexadecimal digits, or all zero".formatted(what, digits, length));
    }
    return digits.toLowerCase(Locale.ROOT);
  }

  /** The NGUID's bytes, if there is one. */
  Optional<byte[]> nguidBytes() {
    return nguid.map(HexFormat.of()::parseHex);
  }

  /** The EUI-64's bytes, if there is one. */
  Optional<byte[]> eui64Bytes() {
    return eui64.map(HexFormat.of()::parseHex);
  }
}
