package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * The discovery log page, 70h (Base specification, section 5.16.1.23).
 *
 * @param generation GENCTR: changes whenever the entries do
 * @param entries the records, in order
 */
public record DiscoveryLog(long generation, List<Entry> entries) {
  /** Size of the header, and of each record. */
  public static final int RECORD_BYTES = 1024;

  /** TRTYPE of TCP. */
  public static final int TRTYPE_TCP = 3;

  /** ADRFAM of IPv4. */
  public static final int ADRFAM_IPV4 = 1;

  /** ADRFAM of IPv6. */
  public static final int ADRFAM_IPV6 = 2;

  /** SUBTYPE of a referral to another discovery service. */
  public static final int SUBTYPE_REFERRAL = 1;

  /** SUBTYPE of an NVM subsystem. */
  public static final int SUBTYPE_NVM = 2;

  /** SUBTYPE of the discovery subsystem that answers. */
  public static final int SUBTYPE_CURRENT_DISCOVERY = 3;

  /** TREQ: no secure channel is needed, and SQ flow control may be disabled. */
  public static final int TREQ_PLAIN_NO_FLOW_CONTROL = 0x06;

  private static final int NUMREC = 8;
  private static final int TREQ = 3;
  private static final int PORTID = 4;
  private static final int CNTLID = 6;
  private static final int ASQSZ = 8;
  private static final int TRSVCID = 32;
  private static final int TRSVCID_BYTES = 32;
  private static final int SUBNQN = 256;
  private static final int TRADDR = 512;
  private static final int TRADDR_BYTES = 256;

  /** Copies the entries. */
  public DiscoveryLog {
    entries = List.copyOf(entries);
  }

  /**
   * One record: a subsystem, and where to reach it over TCP.
   *
   * @param subtype one of the {@code SUBTYPE} constants
   * @param adrfam address family of {@code traddr}
   * @param treq transport requirements
   * @param portId the port's number within the subsystem
   * @param cntlid controller to connect to; {@link Fabrics#CNTLID_DYNAMIC}
   * @param adminQueueEntries largest admin submission queue, entries
   * @param subnqn NQN of the subsystem
   * @param traddr address
   * @param trsvcid TCP port, decimal
   */
  public record Entry(
      int subtype,
      int adrfam,
      int treq,
      int portId,
      int cntlid,
      int adminQueueEntries,
      String subnqn,
      String traddr,
      String trsvcid) {}

  /** The whole page. */
  public byte[] encode() {
    byte[] b = new byte[RECORD_BYTES * (1 + entries.size())];
    LittleEndian.put64(b, 0, generation);
    LittleEndian.put64(b, NUMREC, entries.size());
    for (int i = 0; i < entries.size(); i++) {
      put(b, RECORD_BYTES * (1 + i), entries.get(i));
    }
    return b;
  }

  private static void put(byte[] b, int at, Entry entry) {
    b[at] = TRTYPE_TCP;
    LittleEndian.put8(b, at + 1, entry.adrfam());
    LittleEndian.put8(b, at + 2, entry.subtype());
    LittleEndian.put8(b, at + TREQ, entry.treq());
    LittleEndian.put16(b, at + PORTID, entry.portId());
    LittleEndian.put16(b, at + CNTLID, entry.cntlid());
    LittleEndian.put16(b, at + ASQSZ, entry.adminQueueEntries());
    Ascii.putPadded(b, at + TRSVCID, TRSVCID_BYTES, entry.trsvcid());
    Ascii.putTerminated(b, at + SUBNQN, ConnectData.NQN_BYTES, entry.subnqn());
    Ascii.putPadded(b, at + TRADDR, TRADDR_BYTES, entry.traddr());
  }

  /** Number of records that a page announces in its first 16 bytes, unsigned. */
  public static long records(byte[] b) {
    return LittleEndian.i64(b, NUMREC);
  }

  /** Generation counter of a page. */
  public static long generation(byte[] b) {
    return LittleEndian.i64(b, 0);
  }

  /** Reads the header and as many announced records as the array holds; only those of TCP count. */
  public static DiscoveryLog decode(byte[] b) {
    List<Entry> entries = new ArrayList<>();
    long announced = records(b);
    int held = b.length / RECORD_BYTES - 1;
    int count = announced < 0 || announced > held ? held : (int) announced;
    for (int i = 0; i < count; i++) {
      int at = RECORD_BYTES * (1 + i);
      if (b[at] == TRTYPE_TCP) {
        entries.add(get(b, at));
      }
    }
    return new DiscoveryLog(generation(b), entries);
  }

  private static Entry get(byte[] b, int at) {
    return new Entry(
        LittleEndian.u8(b, at + 2),
        LittleEndian.u8(b, at + 1),
        LittleEndian.u8(b, at + TREQ),
        LittleEndian.u16(b, at + PORTID),
        LittleEndian.u16(b, at + CNTLID),
        LittleEndian.u16(b, at + ASQSZ),
        Ascii.terminated(b, at + SUBNQN, ConnectData.NQN_BYTES),
        Ascii.padded(b, at + TRADDR, TRADDR_BYTES),
        Ascii.padded(b, at + TRSVCID, TRSVCID_BYTES));
  }
}
