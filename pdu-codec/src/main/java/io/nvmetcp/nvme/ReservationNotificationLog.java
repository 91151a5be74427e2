package io.nvmetcp.nvme;

/**
 * The Reservation Notification log, 64 bytes (Base specification 5.16.1.24): one page per event,
 * the oldest first; reading it makes room for the next.
 *
 * @param count LPC: number of this page, wraps past 0; 0 with an empty page only
 * @param type of event
 * @param available NALP: pages that wait, 255 for more
 * @param nsid the namespace
 */
public record ReservationNotificationLog(long count, int type, int available, long nsid) {
  /** Size of the page. */
  public static final int BYTES = 64;

  /** Offset of LPC. */
  public static final int LPC = 0;

  /** Offset of the type. */
  public static final int RNLPT = 8;

  /** Offset of NALP. */
  public static final int NALP = 9;

  /** Offset of the namespace. */
  public static final int NSID = 12;

  /** Type: nothing to tell. */
  public static final int EMPTY = 0;

  /** Type: a registration was preempted. */
  public static final int REGISTRATION_PREEMPTED = 1;

  /** Type: a reservation was released. */
  public static final int RESERVATION_RELEASED = 2;

  /** Type: a reservation was preempted. */
  public static final int RESERVATION_PREEMPTED = 3;

  private static final WireFields FIELDS =
      new WireFields(BYTES, LPC, 8, RNLPT, 1, NALP, 1, NSID, 4);

  /** The page; reserved bytes are 0. */
  public byte[] encode() {
    return FIELDS.encode(count, type, available, nsid);
  }

  /** Reads the page. */
  public static ReservationNotificationLog decode(byte[] b) {
    long[] v = FIELDS.decode(b, 0);
    return new ReservationNotificationLog(v[0], (int) v[1], (int) v[2], v[3]);
  }
}
