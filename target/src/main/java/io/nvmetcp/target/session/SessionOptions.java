package io.nvmetcp.target.session;

import io.nvmetcp.target.schedule.SchedulePolicy;

/**
 * What a session may do.
 *
 * @param headerDigest header digests are on if the host asks for them
 * @param dataDigest data digests are on if the host asks for them
 * @param maxH2cDataBytes MAXH2CDATA: most data in one H2CData PDU, at least 4096, a multiple of 4
 * @param maxC2hDataBytes most data in one C2HData PDU, at least 512, a multiple of 4
 * @param success when SUCCESS replaces the response capsule
 * @param policy in which order I/O responses leave
 */
public record SessionOptions(
    boolean headerDigest,
    boolean dataDigest,
    int maxH2cDataBytes,
    int maxC2hDataBytes,
    SuccessMode success,
    SchedulePolicy policy) {
  /** Everything allowed, one C2HData PDU per read, 1 MiB per H2CData, in order. */
  public static final SessionOptions DEFAULT =
      new SessionOptions(
          true, true, 1 << 20, 1 << 30, SuccessMode.AUTO, new SchedulePolicy.InOrder());

  /** Checks the sizes. */
  public SessionOptions {
    if (maxH2cDataBytes < 4096 || maxH2cDataBytes % 4 != 0) {
      throw new IllegalArgumentException(
          "MAXH2CDATA " + maxH2cDataBytes + " is not a multiple of 4 from 4096");
    }
    if (maxC2hDataBytes < 512 || maxC2hDataBytes % 4 != 0) {
      throw new IllegalArgumentException(
          "C2HData limit " + maxC2hDataBytes + " is not a multiple of 4 from 512");
    }
  }
}
