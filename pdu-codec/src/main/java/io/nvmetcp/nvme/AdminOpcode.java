package io.nvmetcp.nvme;

/** Opcodes of the admin command set (Base specification, section 5), as they stand in an SQE. */
public final class AdminOpcode {
  /** Delete I/O Submission Queue; not on Fabrics. */
  public static final int DELETE_IO_SQ = 0x00;

  /** Create I/O Submission Queue; not on Fabrics. */
  public static final int CREATE_IO_SQ = 0x01;

  /** Get Log Page. */
  public static final int GET_LOG_PAGE = 0x02;

  /** Delete I/O Completion Queue; not on Fabrics. */
  public static final int DELETE_IO_CQ = 0x04;

  /** Create I/O Completion Queue; not on Fabrics. */
  public static final int CREATE_IO_CQ = 0x05;

  /** Identify. */
  public static final int IDENTIFY = 0x06;

  /** Abort. */
  public static final int ABORT = 0x08;

  /** Set Features. */
  public static final int SET_FEATURES = 0x09;

  /** Get Features. */
  public static final int GET_FEATURES = 0x0A;

  /** Asynchronous Event Request. */
  public static final int ASYNC_EVENT_REQUEST = 0x0C;

  /** Namespace Management. */
  public static final int NAMESPACE_MANAGEMENT = 0x0D;

  /** Firmware Commit. */
  public static final int FIRMWARE_COMMIT = 0x10;

  /** Firmware Image Download. */
  public static final int FIRMWARE_IMAGE_DOWNLOAD = 0x11;

  /** Device Self-test. */
  public static final int DEVICE_SELF_TEST = 0x14;

  /** Namespace Attachment. */
  public static final int NAMESPACE_ATTACHMENT = 0x15;

  /** Keep Alive. */
  public static final int KEEP_ALIVE = 0x18;

  /** Directive Send. */
  public static final int DIRECTIVE_SEND = 0x19;

  /** Directive Receive. */
  public static final int DIRECTIVE_RECEIVE = 0x1A;

  /** Virtualization Management. */
  public static final int VIRTUALIZATION_MANAGEMENT = 0x1C;

  /** NVMe-MI Send. */
  public static final int NVME_MI_SEND = 0x1D;

  /** NVMe-MI Receive. */
  public static final int NVME_MI_RECEIVE = 0x1E;

  /** Capacity Management. */
  public static final int CAPACITY_MANAGEMENT = 0x20;

  /** Discovery Information Management. */
  public static final int DISCOVERY_INFORMATION_MANAGEMENT = 0x21;

  /** Fabric Zoning Receive. */
  public static final int FABRIC_ZONING_RECEIVE = 0x22;

  /** Lockdown. */
  public static final int LOCKDOWN = 0x24;

  /** Fabric Zoning Lookup. */
  public static final int FABRIC_ZONING_LOOKUP = 0x25;

  /** Fabric Zoning Send. */
  public static final int FABRIC_ZONING_SEND = 0x29;

  /** Doorbell Buffer Config; not on Fabrics. */
  public static final int DOORBELL_BUFFER_CONFIG = 0x7C;

  /** Format NVM. */
  public static final int FORMAT_NVM = 0x80;

  /** Security Send. */
  public static final int SECURITY_SEND = 0x81;

  /** Security Receive. */
  public static final int SECURITY_RECEIVE = 0x82;

  /** Sanitize. */
  public static final int SANITIZE = 0x84;

  /** Get LBA Status. */
  public static final int GET_LBA_STATUS = 0x86;

  private AdminOpcode() {}
}
