package io.nvmetcp.loadgen.job;

/**
 * A rate at which I/Os are due.
 *
 * @param perSecond bytes or I/Os per second; 0 for as fast as possible
 * @param unit what is counted
 */
public record Rate(long perSecond, Unit unit) {
  /** What a rate counts. */
  public enum Unit {
    /** Bytes. */
    BYTES,
    /** I/Os. */
    IOS
  }

  /** As fast as possible. */
  public static final Rate NONE = new Rate(0, Unit.IOS);

  /** True if I/Os are due at certain times. */
  public boolean limited() {
    return perSecond > 0;
  }

  static Rate parseBytes(String text) {
    return of(Forms.bytes(text), Unit.BYTES);
  }

  static Rate parseIops(String text) {
    return of(Forms.bytes(text), Unit.IOS);
  }

  private static Rate of(long perSecond, Unit unit) {
    if (perSecond < 1) {
      throw new IllegalArgumentException("a rate is at least 1 per second");
    }
    return new Rate(perSecond, unit);
  }
}
