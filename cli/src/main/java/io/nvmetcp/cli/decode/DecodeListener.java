package io.nvmetcp.cli.decode;

import io.nvmetcp.pdu.FatalStatus;
import org.jspecify.annotations.Nullable;

/** Learns what a recording holds, in the order in which it was recorded; on the caller's thread. */
public interface DecodeListener {

  /** A whole PDU. If its data digest is wrong a {@link #problem} follows. */
  void pdu(DecodedPdu pdu);

  /**
   * Bytes that are no NVMe/TCP.
   *
   * @param place where
   * @param status what a peer would report, or null if the finding ends no connection
   * @param reason for people
   */
  void problem(Place place, @Nullable FatalStatus status, String reason);

  /** Something worth knowing about the recording that is nobody's fault. */
  void note(Place place, String text);
}
