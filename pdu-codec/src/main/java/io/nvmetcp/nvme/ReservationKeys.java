package io.nvmetcp.nvme;

/**
 * Data of Reservation Register and Acquire, 16 bytes; Release carries the first 8 (Base
 * specification 7.5, 7.6, 7.7).
 *
 * @param current CRKEY
 * @param other NRKEY, the new key, in Register; PRKEY, the one to preempt, in Acquire
 */
public record ReservationKeys(long current, long other) {
  /** Size of the data of Register and Acquire. */
  public static final int BYTES = 16;

  /** Size of the data of Release. */
  public static final int RELEASE_BYTES = 8;

  /** Offset of the current key. */
  public static final int CRKEY = 0;

  /** Offset of the new key in Register. */
  public static final int NRKEY = 8;

  /** Offset of the key to preempt in Acquire. */
  public static final int PRKEY = 8;

  /** The data of Register or Acquire. */
  public byte[] encode() {
    byte[] b = new byte[BYTES];
    LittleEndian.put64(b, CRKEY, current);
    LittleEndian.put64(b, NRKEY, other);
    return b;
  }

  /** The data of Release: the current key alone. */
  public byte[] encodeRelease() {
    byte[] b = new byte[RELEASE_BYTES];
    LittleEndian.put64(b, CRKEY, current);
    return b;
  }

  /** Reads the data of Register or Acquire. */
  public static ReservationKeys decode(byte[] b) {
    return new ReservationKeys(LittleEndian.i64(b, CRKEY), LittleEndian.i64(b, NRKEY));
  }

  /** Reads the data of Release. */
  public static ReservationKeys decodeRelease(byte[] b) {
    return new ReservationKeys(LittleEndian.i64(b, CRKEY), 0);
  }
}
