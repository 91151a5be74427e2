package io.nvmetcp.crc.ledger;

/** Whose word a run's <i>crc-ok</i> bit is. It decides the name of a good verdict, nothing else. */
public enum Voucher {
  /** A device that checks digests itself: a NIC, or the simulated one. */
  DEVICE(DigestVerdict.BY_DEVICE),
  /** The CPU pass of the placing receive path. */
  PLACEMENT(DigestVerdict.IN_PLACEMENT);

  private final DigestVerdict verdict;

  Voucher(DigestVerdict verdict) {
    this.verdict = verdict;
  }

  DigestVerdict verdict() {
    return verdict;
  }
}
