package io.nvmetcp.pdu;

/** The two ends of an NVMe/TCP connection. */
public enum Role {
  /** The initiator. */
  HOST,
  /** The target. */
  CONTROLLER;

  /** The other end. */
  public Role peer() {
    return this == HOST ? CONTROLLER : HOST;
  }
}
