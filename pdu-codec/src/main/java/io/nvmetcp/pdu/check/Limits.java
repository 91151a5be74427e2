package io.nvmetcp.pdu.check;

import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.Role;

/**
 * Everything a header is judged against.
 *
 * @param receiver who judges
 * @param phase how far the connection is
 * @param negotiated what was agreed; before that, digests off and alignments 0
 * @param maxCapsuleDataBytes most in-capsule data the controller takes
 * @param maxDataBytes most data bytes of one C2HData PDU the host takes; H2CData is bounded by
 *     MAXH2CDATA
 * @param strict also refuse offsets and lengths of data that are not multiples of four
 */
public record Limits(
    Role receiver,
    Phase phase,
    Negotiated negotiated,
    long maxCapsuleDataBytes,
    long maxDataBytes,
    boolean strict) {
  private static final Negotiated NOTHING = new Negotiated(false, false, 0, 0, 1, 4096);

  /** The limits before anything is negotiated. */
  public static Limits initial(Role receiver, long maxCapsuleDataBytes, long maxDataBytes) {
    return new Limits(receiver, Phase.AWAIT_IC, NOTHING, maxCapsuleDataBytes, maxDataBytes, false);
  }

  /** These limits once the connection is initialized. */
  public Limits with(Negotiated agreed) {
    return new Limits(receiver, Phase.AWAIT_PDU, agreed, maxCapsuleDataBytes, maxDataBytes, strict);
  }

  /** These limits, with offsets and lengths of data that are no multiples of four refused. */
  public Limits strictly() {
    return new Limits(receiver, phase, negotiated, maxCapsuleDataBytes, maxDataBytes, true);
  }

  /** These limits with another bound for in-capsule data: admin and I/O queues differ. */
  public Limits withMaxCapsuleData(long bytes) {
    return new Limits(receiver, phase, negotiated, bytes, maxDataBytes, strict);
  }
}
