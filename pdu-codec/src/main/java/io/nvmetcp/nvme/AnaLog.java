package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Size of what stands before the groups. */
  public static final int HEADER_BYTES = 16;

  /** Offset of the page's change count. */
  public static final int CHGCNT = 0;

  /** Offset of the number of groups. */
  public static final int NAGD = 8;

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
    /** Size of a group without its namespaces, which follow it, 4 bytes each. */
    public static final int BYTES = 32;

    /** Offset of the group's identifier. */
    public static final int AGID = 0;

    /** Offset of the number of namespaces. */
    public static final int NNV = 4;

    /** Offset of the group's change count. */
    public static final int CHGCNT = 8;

    /** Offset of the state, bits 3:0. */
    public static final int ANAS = 16;

    private static final WireFields FIELDS =
        new WireFields(BYTES, AGID, 4, NNV, 4, CHGCNT, 8, ANAS, 1);

    /** Copies the list. */
    public Group {
      nsids = List.copyOf(nsids);
    }

    private int bytes() {
      return BYTES + nsids.size() * 4;
    }

    private void encode(byte[] b, int at) {
      FIELDS.encode(b, at, id, nsids.size(), changeCount, state & 0xF);
      for (int i = 0; i < nsids.size(); i++) {
        LittleEndian.put32(b, at + BYTES + i * 4, nsids.get(i));
      }
    }

    // Null if the array does not hold the whole group.
    private static @Nullable Group decode(byte[] b, int at) {
      if (at + BYTES > b.length) {
        return null;
      }
      long[] v = FIELDS.decode(b, at);
      long count = v[1];
      if (count > (b.length - at - BYTES) / 4) {
        return null;
      }
      List<Long> nsids = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        nsids.add(LittleEndian.u32(b, at + BYTES + i * 4));
      }
      return new Group(v[0], v[2], (int) v[3] & 0xF, nsids);
    }
  }

  /** The page as it stands on the wire; reserved bytes are 0. */
  public byte[] encode() {
    byte[] b = new byte[HEADER_BYTES + groups.stream().mapToInt(Group::bytes).sum()];
    LittleEndian.put64(b, CHGCNT, changeCount);
    LittleEndian.put16(b, NAGD, groups.size());
    int at = HEADER_BYTES;
    for (Group group : groups) {
      group.encode(b, at);
      at += group.bytes();
    }
    return b;
  }

  /** Reads the page, as many whole groups of it as the array holds. */
  public static AnaLog decode(byte[] b) {
    List<Group> groups = new ArrayList<>();
    int announced = LittleEndian.u16(b, NAGD);
    int at = HEADER_BYTES;
    Group group = Group.decode(b, at);
    while (groups.size() < announced && group != null) {
      groups.add(group);
      at += group.bytes();
      group = Group.decode(b, at);
    }
    return new AnaLog(LittleEndian.i64(b, CHGCNT), groups);
  }
}
