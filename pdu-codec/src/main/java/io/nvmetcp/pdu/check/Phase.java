package io.nvmetcp.pdu.check;

/** How far a connection is, named by what it waits for. */
public enum Phase {
  /** Nothing but the ICReq (at the controller) or ICResp (at the host) may come. */
  AWAIT_IC,
  /** Parameters are negotiated; everything but ICReq and ICResp may come. */
  AWAIT_PDU
}
