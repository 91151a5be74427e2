package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Data of Reservation Report (Base specification 7.8.1): who is registered with a namespace and who
 * holds it. The extended structure differs in its sizes and in the order of an entry's fields.
 *
 * @param generation GEN: counts successful changes
 * @param type RTYPE, see {@link ReservationType}; 0 if nobody holds it
 * @param persistence PTPLS
 * @param registrants the registered controllers
 */
public record ReservationStatus(
    long generation, int type, int persistence, List<Registrant> registrants) {
  /** Offset of GEN. */
  public static final int GEN = 0;

  /** Offset of RTYPE. */
  public static final int RTYPE = 4;

  /** Offset of the number of entries, 16 bits and not aligned. */
  public static final int REGCTL = 5;

  /** Offset of PTPLS. */
  public static final int PTPLS = 9;

  /** Size of what stands before the entries, and of an entry. */
  public static final int ENTRY_BYTES = 24;

  /** The same in the extended structure. */
  public static final int EXTENDED_ENTRY_BYTES = 64;

  /** Copies the list. */
  public ReservationStatus {
    registrants = List.copyOf(registrants);
  }

  /**
   * A registered controller.
   *
   * @param cntlid FFFFh for a host without a controller now
   * @param holder RCSTS bit 0: its host holds the reservation
   * @param key RKEY
   * @param hostId HOSTID as hexadecimal digits, as on the wire: 16 bytes extended, 8 otherwise
   */
  public record Registrant(int cntlid, boolean holder, long key, String hostId) {
    /** Offset of CNTLID. */
    public static final int CNTLID = 0;

    /** Offset of RCSTS. */
    public static final int RCSTS = 2;

    /** Offset of HOSTID, 8 bytes. */
    public static final int HOSTID = 8;

    /** Offset of RKEY. */
    public static final int RKEY = 16;

    /** Offset of RKEY in the extended structure. */
    public static final int EXTENDED_RKEY = 8;

    /** Offset of HOSTID in the extended structure, 16 bytes. */
    public static final int EXTENDED_HOSTID = 16;

    private void encode(byte[] b, int at, boolean extended) {
      byte[] host = HexFormat.of().parseHex(hostId);
      int hostBytes = extended ? HostIdentifier.EXTENDED_BYTES : HostIdentifier.SHORT_BYTES;
      if (host.length != hostBytes) {
        throw new IllegalArgumentException(hostId + " has not " + hostBytes + " bytes");
      }
      LittleEndian.put16(b, at + CNTLID, cntlid);
      LittleEndian.put8(b, at + RCSTS, holder ? 1 : 0);
      LittleEndian.put64(b, at + (extended ? EXTENDED_RKEY : RKEY), key);
      System.arraycopy(host, 0, b, at + (extended ? EXTENDED_HOSTID : HOSTID), hostBytes);
    }

    private static Registrant decode(byte[] b, int at, boolean extended) {
      int host = at + (extended ? EXTENDED_HOSTID : HOSTID);
      int hostBytes = extended ? HostIdentifier.EXTENDED_BYTES : HostIdentifier.SHORT_BYTES;
      return new Registrant(
          LittleEndian.u16(b, at + CNTLID),
          (LittleEndian.u8(b, at + RCSTS) & 1) != 0,
          LittleEndian.i64(b, at + (extended ? EXTENDED_RKEY : RKEY)),
          HexFormat.of().formatHex(b, host, host + hostBytes));
    }
  }

  /** The whole structure; a Report may want only its start. Reserved bytes are 0. */
  public byte[] encode(boolean extended) {
    int entry = extended ? EXTENDED_ENTRY_BYTES : ENTRY_BYTES;
    byte[] b = new byte[entry * (1 + registrants.size())];
    LittleEndian.put32(b, GEN, generation);
    LittleEndian.put8(b, RTYPE, type);
    LittleEndian.put16(b, REGCTL, registrants.size());
    LittleEndian.put8(b, PTPLS, persistence);
    for (int i = 0; i < registrants.size(); i++) {
      registrants.get(i).encode(b, entry * (1 + i), extended);
    }
    return b;
  }

  /** Reads the structure; entries that the array does not hold are left out. */
  public static ReservationStatus decode(byte[] b, boolean extended) {
    int entry = extended ? EXTENDED_ENTRY_BYTES : ENTRY_BYTES;
    int count = LittleEndian.u16(b, REGCTL);
    List<Registrant> registrants = new ArrayList<>();
    for (int at = entry; registrants.size() < count && at + entry <= b.length; at += entry) {
      registrants.add(Registrant.decode(b, at, extended));
    }
    return new ReservationStatus(
        LittleEndian.u32(b, GEN),
        LittleEndian.u8(b, RTYPE),
        LittleEndian.u8(b, PTPLS),
        registrants);
  }
}
