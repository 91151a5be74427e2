package io.nvmetcp.target;

import java.io.Serial;
import java.util.List;

/** Options that cannot be: everything that is wrong with them, each with its place. */
public final class InvalidOptionsException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param problems a line each: {@code subsystems[0].nqn: 'disk' is not an NQN}
   */
  InvalidOptionsException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Everything that is wrong, a line each, in the order of the options. */
  public List<String> problems() {
    return problems;
  }
}
