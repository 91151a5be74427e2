package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * A controller list, 4096 bytes: a count and up to 2047 identifiers, ascending (Base specification
 * 4.4.1). Told by Identify CNS 12h (of a namespace) and 13h (of the subsystem), from the command's
 * CNTID on.
 */
public final class ControllerList {
  /** Size of the list. */
  public static final int BYTES = 4096;

  /** Offset of the number of identifiers. */
  public static final int NUMID = 0;

  /** Offset of the first identifier. */
  public static final int ID0 = 2;

  /** Most identifiers of a list. */
  public static final int MAX_IDS = (BYTES - ID0) / 2;

  private ControllerList() {}

  /** The list of those of {@code cntlids}, ascending, that are {@code cntid} or above. */
  public static byte[] from(int cntid, List<Integer> cntlids) {
    byte[] b = new byte[BYTES];
    int count = 0;
    for (int cntlid : cntlids) {
      if (cntlid >= cntid && count < MAX_IDS) {
        LittleEndian.put16(b, ID0 + 2 * count, cntlid);
        count++;
      }
    }
    LittleEndian.put16(b, NUMID, count);
    return b;
  }

  /** Reads the list, as far as the array holds it. */
  public static List<Integer> decode(byte[] b) {
    List<Integer> cntlids = new ArrayList<>();
    int count = b.length < ID0 ? 0 : LittleEndian.u16(b, NUMID);
    int end = Math.min(b.length, BYTES);
    for (int at = ID0; cntlids.size() < count && at + 2 <= end; at += 2) {
      cntlids.add(LittleEndian.u16(b, at));
    }
    return cntlids;
  }
}
