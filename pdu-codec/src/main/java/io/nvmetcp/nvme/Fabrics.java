package io.nvmetcp.nvme;

/** Constants of the Fabrics command set (Base specification, section 6). */
public final class Fabrics {
  /** The opcode shared by all Fabrics commands; the command type stands in byte 4 of the SQE. */
  public static final int OPCODE = 0x7F;

  /** Command type Property Set. */
  public static final int PROPERTY_SET = 0x00;

  /** Command type Connect. */
  public static final int CONNECT = 0x01;

  /** Command type Property Get. */
  public static final int PROPERTY_GET = 0x04;

  /** Command type Authentication Send. */
  public static final int AUTHENTICATION_SEND = 0x05;

  /** Command type Authentication Receive. */
  public static final int AUTHENTICATION_RECEIVE = 0x06;

  /** Command type Disconnect. */
  public static final int DISCONNECT = 0x08;

  /** Connect attribute: the host asks to disable SQ flow control (CATTR bit 2). */
  public static final int CATTR_DISABLE_SQ_FLOW_CONTROL = 1 << 2;

  /** SQHD in a Connect response that grants it. */
  public static final int SQHD_FLOW_CONTROL_DISABLED = 0xFFFF;

  /** CNTLID in a Connect that asks for a dynamic controller. */
  public static final int CNTLID_DYNAMIC = 0xFFFF;

  /** NQN of the well-known discovery subsystem. */
  public static final String DISCOVERY_NQN = "nqn.2014-08.org.nvmexpress.discovery";

  /** Property offset of CAP (64 bits). */
  public static final int PROPERTY_CAP = 0x00;

  /** Property offset of VS (32 bits). */
  public static final int PROPERTY_VS = 0x08;

  /** Property offset of CC (32 bits). */
  public static final int PROPERTY_CC = 0x14;

  /** Property offset of CSTS (32 bits). */
  public static final int PROPERTY_CSTS = 0x1C;

  /** Property offset of NSSR (32 bits). */
  public static final int PROPERTY_NSSR = 0x20;

  /** Property offset of CRTO (32 bits). */
  public static final int PROPERTY_CRTO = 0x68;

  private Fabrics() {}
}
