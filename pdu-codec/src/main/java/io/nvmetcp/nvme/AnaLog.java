package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * The Asymmetric Namespace Access log (Base specification, section 5.16.1.13).
 *
 * @param changeCount CHGCNT: grows with each change
 * @param groups the groups that have namespaces attached, ascending
 */
public record AnaLog(long changeCount, List<Group> groups) {
  /** State: optimized. */
  public static final int OPTIMIZED = 0x1;

  /** State: non-optimized. */
  public static final int NON_OPTIMIZED = 0x2;

  /** State: inaccessible. */
  public static final int INACCESSIBLE = 0x3;

  /** State: persistent loss. */
  public static final int PERSISTENT_LOSS = 0x4;

  /** State: change. */
  public static final int CHANGE = 0xF;

  private static final int HEADER_BYTES = 16;
  private static final int NGRPS = 8;
  private static final int GROUP_BYTES = 32;

  /** Copies the groups. */
  public AnaLog {
    groups = List.copyOf(groups);
  }

  /**
   * One group.
   *
   * @param id AGID, from 1
   * @param changeCount CHGCNT of the page when this group changed last
   * @param state of the path through this controller
   * @param nsids its namespaces, ascending; empty if the page was asked for without them
   */
  public record Group(long id, long changeCount, int state, List<Long> nsids) {
    /** Copies the list. */
    public Group {
      nsids = List.copyOf(nsids);
    }

    int bytes() {
      return GROUP_BYTES + nsids.size() * 4;
    }
  }

  /** The page as it stands on the wire. */
  public byte[] encode() {
    byte[] b = new byte[HEADER_BYTES + groups.stream().mapToInt(Group::bytes).sum()];
    LittleEndian.put64(b, 0, changeCount);
    LittleEndian.put16(b, NGRPS, groups.size());
    int at = HEADER_BYTES;
    for (Group group : groups) {
      LittleEndian.put32(b, at, group.id());
      LittleEndian.put32(b, at + 4, group.nsids().size());
      LittleEndian.put64(b, at + 8, group.changeCount());
      LittleEndian.put8(b, at + 16, group.state() & 0xF);
      for (int i = 0; i < group.nsids().size(); i++) {
        LittleEndian.put32(b, at + GROUP_BYTES + i * 4, group.nsids().get(i));
      }
      at += group.bytes();
    }
    return b;
  }

  /** Reads the page, as many whole groups of it as the array holds. */
  public static AnaLog decode(byte[] b) {
    List<Group> groups = new ArrayList<>();
    int announced = LittleEndian.u16(b, NGRPS);
    int at = HEADER_BYTES;
    while (groups.size() < announced && at + GROUP_BYTES <= b.length) {
      long count = LittleEndian.u32(b, at + 4);
      if (count > (b.length - at - GROUP_BYTES) / 4) {
        break;
      }
      List<Long> nsids = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        nsids.add(LittleEndian.u32(b, at + GROUP_BYTES + i * 4));
      }
      long id = LittleEndian.u32(b, at);
      long changed = LittleEndian.i64(b, at + 8);
      Group group = new Group(id, changed, LittleEndian.u8(b, at + 16) & 0xF, nsids);
      groups.add(group);
      at += group.bytes();
    }
    return new AnaLog(LittleEndian.i64(b, 0), groups);
  }
}
