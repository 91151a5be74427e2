package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * The Changed Attached Namespace List log, 4096 bytes (Base specification, section 5.16.1.5).
 *
 * @param overflowed more namespaces changed than the page holds: look at all of them
 * @param nsids the namespaces that changed, ascending; empty if {@code overflowed}
 */
public record ChangedNamespaceLog(boolean overflowed, List<Long> nsids) {
  /** Size of the page. */
  public static final int BYTES = 4096;

  /** Most namespaces that the page names. */
  public static final int MAX_NSIDS = 1024;

  private static final long OVERFLOW = 0xFFFF_FFFFL;

  /** Copies the list. */
  public ChangedNamespaceLog {
    nsids = List.copyOf(nsids);
  }

  /** The page for these changes, which says so if there are too many. */
  public static ChangedNamespaceLog of(List<Long> nsids) {
    boolean overflowed = nsids.size() > MAX_NSIDS;
    return new ChangedNamespaceLog(overflowed, overflowed ? List.of() : nsids);
  }

  /** The page as it stands on the wire. */
  public byte[] encode() {
    byte[] b = new byte[BYTES];
    if (overflowed) {
      LittleEndian.put32(b, 0, OVERFLOW);
      return b;
    }
    for (int i = 0; i < nsids.size(); i++) {
      LittleEndian.put32(b, i * 4, nsids.get(i));
    }
    return b;
  }

  /** Reads the page, as far as the array holds it. */
  public static ChangedNamespaceLog decode(byte[] b) {
    List<Long> nsids = new ArrayList<>();
    for (int at = 0; at + 4 <= Math.min(b.length, BYTES); at += 4) {
      long nsid = LittleEndian.u32(b, at);
      if (nsid == OVERFLOW) {
        return new ChangedNamespaceLog(true, List.of());
      }
      if (nsid == 0) {
        break;
      }
      nsids.add(nsid);
    }
    return new ChangedNamespaceLog(false, nsids);
  }
}
