package io.nvmetcp.loadgen.job;

/** How content is checked: {@code verify=}. */
public enum VerifyMethod {
  /** Not at all. */
  NONE,
  /** Every block bears a stamp with a CRC32C of the block. */
  CRC32C,
  /** Every block bears a stamp with an MD5 of the block. */
  MD5,
  /** Every block is the pattern of {@code verify_pattern}, without a stamp. */
  PATTERN;

  /** True if blocks bear a stamp. */
  public boolean stamps() {
    return this == CRC32C || this == MD5;
  }

  static VerifyMethod parse(String text) {
    return switch (text) {
      case "0" -> NONE;
      case "crc32c", "crc32c-intel" -> CRC32C;
      case "md5" -> MD5;
      case "pattern" -> PATTERN;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is not supported: use crc32c, md5 or pattern");
    };
  }
}
