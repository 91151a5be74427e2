package io.nvmetcp.cli.decode;

/**
 * A digest that was compared.
 *
 * @param received as it stands in the recording
 * @param right as it should be
 */
public record CheckedDigest(int received, int right) {
  /** True if the digest is right. */
  public boolean matches() {
    return received == right;
  }
}
