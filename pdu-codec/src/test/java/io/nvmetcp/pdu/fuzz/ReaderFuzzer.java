package io.nvmetcp.pdu.fuzz;

import java.util.HexFormat;

/** Jazzer's entry: {@code --target_class} of the profile {@code fuzz}. */
public final class ReaderFuzzer {
  private ReaderFuzzer() {}

  /** Checks one input; whatever it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput input = FuzzInput.of(data);
    try {
      ReaderInvariants.check(input);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("input " + HexFormat.of().formatHex(data), e);
    }
  }
}
