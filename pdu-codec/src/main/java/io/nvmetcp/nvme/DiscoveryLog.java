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

  /**
   * TREQ: SQ flow control may be disabled; nothing is said of a secure channel. "Not required" (2h)
   * would be as true, but libnvme 1.3 takes it for a wish and asks its kernel for TLS.
   */
  public static final int TREQ_PLAIN_NO_FLOW_CONTROL = 0x04;

  /** EFLAGS: other records tell the same of the same subsystem. */
  public static final int EFLAGS_DUPLICATE = 1;

  /** EFLAGS: the discovery controller takes explicit persistent connections. */
  public static final int EFLAGS_PERSISTENT = 1 << 1;

  /** SECTYPE: no secure channel. */
  public static final int SECTYPE_NONE = 0;

  /** SECTYPE: TLS 1.3. */
  public static final int SECTYPE_TLS_1_3 = 2;

  /** Offset of the generation counter. */
  public static final int GENCTR = 0;

  /** Offset of the number of records. */
  public static final int NUMREC = 8;

  /** Offset of the records' format, 0. */
  public static final int RECFMT = 16;

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
   * @param flags EFLAGS
   * @param subnqn NQN of the subsystem
   * @param traddr address
   * @param trsvcid TCP port, decimal
   * @param securityType SECTYPE: how the port is secured
   */
  public record Entry(
      int subtype,
      int adrfam,
      int treq,
      int portId,
      int cntlid,
      int adminQueueEntries,
      int flags,
      String subnqn,
      String traddr,
      String trsvcid,
      int securityType) {
    /** Offset of the transport type. */
    public static final int TRTYPE = 0;

    /** Offset of the address family. */
    public static final int ADRFAM = 1;

    /** Offset of the subsystem type. */
    public static final int SUBTYPE = 2;

    /** Offset of the transport requirements. */
    public static final int TREQ = 3;

    /** Offset of the port identifier. */
    public static final int PORTID = 4;

    /** Offset of the controller identifier. */
    public static final int CNTLID = 6;

    /** Offset of the largest admin queue. */
    public static final int ASQSZ = 8;

    /** Offset of the entry's flags. */
    public static final int EFLAGS = 10;

    /** Offset of the transport service identifier, 32 bytes. */
    public static final int TRSVCID = 32;

    /** Offset of the subsystem's NQN, 256 bytes. */
    public static final int SUBNQN = 256;

    /** Offset of the transport address, 256 bytes. */
    public static final int TRADDR = 512;

    /** Offset of SECTYPE: the first byte of what is specific to TCP, 256 bytes. */
    public static final int SECTYPE = 768;

    private static final int TRSVCID_BYTES = 32;
    private static final int TRADDR_BYTES = 256;

    private static final WireFields FIELDS =
        new WireFields(
            RECORD_BYTES,
            TRTYPE,
            1,
            ADRFAM,
            1,
            SUBTYPE,
            1,
            TREQ,
            1,
            PORTID,
            2,
            CNTLID,
            2,
            ASQSZ,
            2,
            EFLAGS,
            2,
            SECTYPE,
            1);

    /** A record without flags, of a port that is not secured. */
    public Entry(
        int subtype,
        int adrfam,
        int treq,
        int portId,
        int cntlid,
        int adminQueueEntries,
        String subnqn,
        String traddr,
        String trsvcid) {
      this(
          subtype,
          adrfam,
          treq,
          portId,
          cntlid,
          adminQueueEntries,
          0,
          subnqn,
          traddr,
          trsvcid,
          SECTYPE_NONE);
    }

    private void encode(byte[] b, int at) {
      FIELDS.encode(
          b,
          at,
          TRTYPE_TCP,
          adrfam,
          subtype,
          treq,
          portId,
          cntlid,
          adminQueueEntries,
          flags,
          securityType);
      Ascii.putPadded(b, at + TRSVCID, TRSVCID_BYTES, trsvcid);
      Ascii.putTerminated(b, at + SUBNQN, ConnectData.NQN_BYTES, subnqn);
      Ascii.putPadded(b, at + TRADDR, TRADDR_BYTES, traddr);
    }

    private static Entry decode(byte[] b, int at) {
      long[] v = FIELDS.decode(b, at);
      return new Entry(
          (int) v[2],
          (int) v[1],
          (int) v[3],
          (int) v[4],
          (int) v[5],
          (int) v[6],
          (int) v[7],
          Ascii.terminated(b, at + SUBNQN, ConnectData.NQN_BYTES),
          Ascii.padded(b, at + TRADDR, TRADDR_BYTES),
          Ascii.padded(b, at + TRSVCID, TRSVCID_BYTES),
          (int) v[8]);
    }
  }

  /** The whole page; reserved bytes are 0. */
  public byte[] encode() {
    byte[] b = new byte[RECORD_BYTES * (1 + entries.size())];
    LittleEndian.put64(b, GENCTR, generation);
    LittleEndian.put64(b, NUMREC, entries.size());
    for (int i = 0; i < entries.size(); i++) {
      entries.get(i).encode(b, RECORD_BYTES * (1 + i));
    }
    return b;
  }

  /** Number of records that a page announces in its header, unsigned. */
  public static long records(byte[] b) {
    return LittleEndian.i64(b, NUMREC);
  }

  /** Generation counter of a page. */
  public static long generation(byte[] b) {
    return LittleEndian.i64(b, GENCTR);
  }

  /** Format of a page's records: only 0 is known, and {@link #decode} assumes it. */
  public static int recordFormat(byte[] b) {
    return LittleEndian.u16(b, RECFMT);
  }

  /** Reads the header and as many announced records as the array holds; only those of TCP count. */
  public static DiscoveryLog decode(byte[] b) {
    List<Entry> entries = new ArrayList<>();
    long announced = records(b);
    int held = b.length / RECORD_BYTES - 1;
    int count = announced < 0 || announced > held ? held : (int) announced;
    for (int i = 0; i < count; i++) {
      int at = RECORD_BYTES * (1 + i);
      if (b[at + Entry.TRTYPE] == TRTYPE_TCP) {
        entries.add(Entry.decode(b, at));
      }
    }
    return new DiscoveryLog(generation(b), entries);
  }
}
