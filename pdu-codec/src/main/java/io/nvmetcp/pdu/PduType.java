package io.nvmetcp.pdu;

import org.jspecify.annotations.Nullable;

/**
 * The PDU types, a row each: code, sender, header length, what its flags may say (TCP transport
 * specification 3.6.2). Everything that differs by type and is plain data stands here.
 */
public enum PduType {
  /** Initialize connection request. */
  IC_REQ("ICReq", 0x00, Role.HOST, 128, false, false, 0),
  /** Initialize connection response. */
  IC_RESP("ICResp", 0x01, Role.CONTROLLER, 128, false, false, 0),
  /** Host to controller terminate connection request. */
  H2C_TERM_REQ("H2CTermReq", 0x02, Role.HOST, 24, false, false, 0),
  /** Controller to host terminate connection request. */
  C2H_TERM_REQ("C2HTermReq", 0x03, Role.CONTROLLER, 24, false, false, 0),
  /** Command capsule, with or without in-capsule data. */
  CAPSULE_CMD("CapsuleCmd", 0x04, Role.HOST, 72, true, true, 0),
  /** Response capsule. */
  CAPSULE_RESP("CapsuleResp", 0x05, Role.CONTROLLER, 24, true, false, 0),
  /** Host to controller data. */
  H2C_DATA("H2CData", 0x06, Role.HOST, 24, true, true, PduFlags.LAST),
  /** Controller to host data. */
  C2H_DATA("C2HData", 0x07, Role.CONTROLLER, 24, true, true, PduFlags.LAST | PduFlags.SUCCESS),
  /** Ready to transfer. */
  R2T("R2T", 0x09, Role.CONTROLLER, 24, true, false, 0);

  private static final @Nullable PduType[] BY_CODE = new PduType[256];

  static {
    for (PduType type : values()) {
      if (BY_CODE[type.code] != null) {
        throw new AssertionError("two PDU types have code " + type.code);
      }
      BY_CODE[type.code] = type;
    }
  }

  private final String wireName;
  private final int code;
  private final Role sender;
  private final int headerBytes;
  private final boolean digestible;
  private final boolean mayCarryData;
  private final int ownFlags;

  PduType(
      String wireName,
      int code,
      Role sender,
      int headerBytes,
      boolean digestible,
      boolean mayCarryData,
      int ownFlags) {
    this.wireName = wireName;
    this.code = code;
    this.sender = sender;
    this.headerBytes = headerBytes;
    this.digestible = digestible;
    this.mayCarryData = mayCarryData;
    this.ownFlags = ownFlags;
  }

  /** The type with this code, or null if the specification knows none. */
  public static @Nullable PduType byCode(int code) {
    return BY_CODE[code & 0xFF];
  }

  /** The specification's name. */
  public String wireName() {
    return wireName;
  }

  /** The code in the header's first byte. */
  public int code() {
    return code;
  }

  /** Who may send it. */
  public Role sender() {
    return sender;
  }

  /** HLEN: bytes of the header without digest and padding. */
  public int headerBytes() {
    return headerBytes;
  }

  /** True if a header digest stands on it once negotiated. */
  public boolean digestible() {
    return digestible;
  }

  /** True if it may carry data (in-capsule, H2C or C2H), and thereby a data digest. */
  public boolean mayCarryData() {
    return mayCarryData;
  }

  /** Flags legal on this type beside the digests'. */
  public int ownFlags() {
    return ownFlags;
  }
}
