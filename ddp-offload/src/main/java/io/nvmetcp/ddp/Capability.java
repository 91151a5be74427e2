package io.nvmetcp.ddp;

/** What a device may do for a queue. */
public enum Capability {
  /** Place payloads. */
  PLACEMENT,
  /** Check data digests of what arrives. */
  DIGEST_RX,
  /** Compute data digests of what leaves. */
  DIGEST_TX
}
