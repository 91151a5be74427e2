package io.nvmetcp.e2e.sim.check;

/** Something that must hold does not. It ends the world. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Rule rule;

  /**
   * @param rule what does not hold
   * @param text how that shows, in one sentence
   */
  public Violation(Rule rule, String text) {
    super(rule + ": " + text);
    this.rule = rule;
  }

  /** What does not hold. */
  public Rule rule() {
    return rule;
  }
}
