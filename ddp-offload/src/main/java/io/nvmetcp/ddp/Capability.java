package io.nvmetcp.ddp;

/** What a device may do for a queue. */
public enum Capability {
  /** Place payloads. */
  PLACEMENT("ddp"),
  /** Check data digests of what arrives. */
  DIGEST_RX("ddgst-rx"),
  /** Compute data digests of what leaves. */
  DIGEST_TX("ddgst-tx");

  private final String id;

  Capability(String id) {
    this.id = id;
  }

  /** The capability's name in options and reports. */
  public String id() {
    return id;
  }
}
