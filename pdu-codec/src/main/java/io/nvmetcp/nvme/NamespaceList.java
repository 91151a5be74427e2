package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * A namespace list, 4096 bytes: up to 1024 identifiers, ascending, ended by 0 (Base specification
 * 4.4.2). Active (CNS 02h, 07h) and allocated (CNS 10h, 1Ah) namespaces are told with it; both ask
 * for what lies <em>above</em> the command's NSID.
 */
public final class NamespaceList {
  /** Size of the list. */
  public static final int BYTES = 4096;

  /** Most identifiers of a list. */
  public static final int MAX_NSIDS = BYTES / 4;

  /** All namespaces at once; no namespace has it. */
  public static final long BROADCAST = 0xFFFF_FFFFL;

  private static final long HIGHEST_START = 0xFFFF_FFFDL;

  private NamespaceList() {}

  /** True if the command's NSID may be asked for: FFFFFFFEh and FFFFFFFFh may not. */
  public static boolean mayStartAfter(long nsid) {
    return nsid <= HIGHEST_START;
  }

  /** The list of those of {@code nsids}, ascending, that lie above {@code nsid}. */
  public static byte[] after(long nsid, List<Long> nsids) {
    byte[] b = new byte[BYTES];
    int at = 0;
    for (long each : nsids) {
      if (each > nsid && at < BYTES) {
        LittleEndian.put32(b, at, each);
        at += 4;
      }
    }
    return b;
  }

  /** Reads the list, as far as the array holds it. */
  public static List<Long> decode(byte[] b) {
    List<Long> nsids = new ArrayList<>();
    for (int at = 0; at + 4 <= Math.min(b.length, BYTES); at += 4) {
      long nsid = LittleEndian.u32(b, at);
      if (nsid == 0) {
        break;
      }
      nsids.add(nsid);
    }
    return nsids;
  }
}
