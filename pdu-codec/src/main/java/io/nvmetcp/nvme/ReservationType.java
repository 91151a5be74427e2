package io.nvmetcp.nvme;

import org.jspecify.annotations.Nullable;

/** Kinds of reservation: RTYPE (Base specification 7.2 and 8.19), with what they let others do. */
public enum ReservationType {
  /** Only the holder writes, everybody reads. */
  WRITE_EXCLUSIVE(1),
  /** Only the holder reads and writes. */
  EXCLUSIVE_ACCESS(2),
  /** Registrants write, everybody reads; one holder. */
  WRITE_EXCLUSIVE_REGISTRANTS_ONLY(3),
  /** Registrants read and write; one holder. */
  EXCLUSIVE_ACCESS_REGISTRANTS_ONLY(4),
  /** Registrants write, everybody reads; every registrant holds it. */
  WRITE_EXCLUSIVE_ALL_REGISTRANTS(5),
  /** Registrants read and write; every registrant holds it. */
  EXCLUSIVE_ACCESS_ALL_REGISTRANTS(6);

  /** RESCAP bit 0 of Identify Namespace: reservations can survive a loss of power. */
  public static final int CAPABILITY_PERSIST = 1;

  /** RESCAP bit 7: ignoring the existing key works as of version 1.3. */
  public static final int CAPABILITY_IEKEY = 1 << 7;

  private final int code;

  ReservationType(int code) {
    this.code = code;
  }

  /** The type with this code, or null if there is none; 0 means no reservation. */
  public static @Nullable ReservationType byCode(int code) {
    return code >= 1 && code <= values().length ? values()[code - 1] : null;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /** The bit of RESCAP in Identify Namespace that promises this type. */
  public int capability() {
    return 1 << code;
  }

  /** True if a host without a registration may read. */
  public boolean letsOthersRead() {
    return switch (this) {
      case WRITE_EXCLUSIVE, WRITE_EXCLUSIVE_REGISTRANTS_ONLY, WRITE_EXCLUSIVE_ALL_REGISTRANTS ->
          true;
      case EXCLUSIVE_ACCESS, EXCLUSIVE_ACCESS_REGISTRANTS_ONLY, EXCLUSIVE_ACCESS_ALL_REGISTRANTS ->
          false;
    };
  }

  /** True if every registrant may read and write, not the holder alone. */
  public boolean letsRegistrantsIn() {
    return code >= WRITE_EXCLUSIVE_REGISTRANTS_ONLY.code;
  }

  /** True if every registrant is a holder. */
  public boolean isHeldByAllRegistrants() {
    return code >= WRITE_EXCLUSIVE_ALL_REGISTRANTS.code;
  }
}
