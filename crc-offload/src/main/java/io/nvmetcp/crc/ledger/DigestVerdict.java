package io.nvmetcp.crc.ledger;

/** Who judged a PDU's data digest, and how. */
public enum DigestVerdict {
  /** The data digest is off for this PDU: nothing to judge. */
  NOT_NEGOTIATED,
  /** Every run, that of the digest bytes included, was vouched for by a device. */
  BY_DEVICE,
  /** Every run was digested by the placing CPU pass, while the bytes were hot. */
  IN_PLACEMENT,
  /** At least one run came without a device's word; software checked the whole payload. */
  BY_FALLBACK,
  /** Software checked the whole payload and the digest does not match. */
  MISMATCH
}
