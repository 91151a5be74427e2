package io.nvmetcp.target.session;

import io.nvmetcp.target.schedule.Schedule;

/**
 * What a session may do.
 *
 * @param headerDigest header digests are on if the host asks for them
 * @param dataDigest data digests are on if the host asks for them
 * @param cpda CPDA: data to the controller starts at multiples of (n + 1) × 4, 0 to 31. Linux hosts
 *     connect with 0 only
 * @param strict data offsets and lengths that are no multiples of four end the connection
 * @param success when SUCCESS replaces the response capsule
 * @param schedule in which order I/O responses and R2Ts leave
 * @param sizes how data is cut
 * @param limits how much it may have
 */
public record SessionOptions(
    boolean headerDigest,
    boolean dataDigest,
    int cpda,
    boolean strict,
    SuccessMode success,
    Schedule schedule,
    TransferSizes sizes,
    SessionLimits limits) {
  /** Everything allowed, nothing aligned or cut, in order. */
  public static final SessionOptions DEFAULT =
      new SessionOptions(
          true,
          true,
          0,
          false,
          SuccessMode.AUTO,
          Schedule.IN_ORDER,
          TransferSizes.DEFAULT,
          SessionLimits.DEFAULT);

  private static final int MAX_CPDA = 31;

  /** Checks the alignment. */
  public SessionOptions {
    if (cpda < 0 || cpda > MAX_CPDA) {
      throw new IllegalArgumentException("CPDA " + cpda + " is not between 0 and " + MAX_CPDA);
    }
  }

  /** These options with another CPDA. */
  public SessionOptions withCpda(int value) {
    return new SessionOptions(
        headerDigest, dataDigest, value, strict, success, schedule, sizes, limits);
  }

  /** These options, strict or not. */
  public SessionOptions withStrict(boolean value) {
    return new SessionOptions(
        headerDigest, dataDigest, cpda, value, success, schedule, sizes, limits);
  }

  /** These options with another use of SUCCESS. */
  public SessionOptions withSuccess(SuccessMode value) {
    return new SessionOptions(
        headerDigest, dataDigest, cpda, strict, value, schedule, sizes, limits);
  }

  /** These options with another schedule. */
  public SessionOptions withSchedule(Schedule value) {
    return new SessionOptions(
        headerDigest, dataDigest, cpda, strict, success, value, sizes, limits);
  }

  /** These options with other sizes. */
  public SessionOptions withSizes(TransferSizes value) {
    return new SessionOptions(
        headerDigest, dataDigest, cpda, strict, success, schedule, value, limits);
  }

  /** These options with other limits. */
  public SessionOptions withLimits(SessionLimits value) {
    return new SessionOptions(
        headerDigest, dataDigest, cpda, strict, success, schedule, sizes, value);
  }
}
