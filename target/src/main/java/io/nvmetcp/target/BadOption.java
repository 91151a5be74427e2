package io.nvmetcp.target;

import java.io.Serial;

/** An option that cannot be. Apart from what it is about, the reason stands alone. */
final class BadOption extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private final String reason;

  BadOption(String what, String reason) {
    super(what + ": " + reason);
    this.reason = reason;
  }

  /** What is wrong with {@code e}, for a reader who knows which option it is about. */
  static String reason(IllegalArgumentException e) {
    return e instanceof BadOption bad ? bad.reason : String.valueOf(e.getMessage());
  }
}
