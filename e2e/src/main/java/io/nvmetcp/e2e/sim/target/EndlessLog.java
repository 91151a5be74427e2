package io.nvmetcp.e2e.sim.target;

import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.target.subsystem.DiscoverySource;
import java.util.ArrayList;
import java.util.List;

/**
 * A discovery log that lies to whoever believes it: it announces more records than there can be,
 * changes while it is read, refers to ever more services, among them itself, names what nobody can
 * reach, or is no log at all.
 */
final class EndlessLog implements DiscoverySource {
  private static final int MOST_RECORDS = 1100;
  private static final int MOST_LOOKS = 2_000;

  private final Dice dice;
  private final int targets;
  private byte[] page = new byte[0];
  private int looks;
  private long generation;

  EndlessLog(Dice dice, int targets) {
    this.dice = dice;
    this.targets = targets;
  }

  @Override
  public byte[] discoveryLog(String hostNqn, String localAddress) {
    if (looks-- <= 0) {
      looks = (int) dice.spread(1, MOST_LOOKS);
      generation++;
      page = page();
    }
    return page;
  }

  private byte[] page() {
    int count = (int) dice.spread(1, MOST_RECORDS);
    boolean same = dice.oneIn(4);
    boolean nowhere = dice.oneIn(6);
    List<DiscoveryLog.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(same && i > 0 ? entries.getFirst() : entry(nowhere));
    }
    byte[] made = new DiscoveryLog(generation, entries).encode();
    switch (dice.below(8)) {
      case 0 -> LittleEndian.put64(made, DiscoveryLog.NUMREC, dice.any());
      case 1 -> LittleEndian.put64(made, DiscoveryLog.NUMREC, dice.spread(1, 1 << 20));
      case 2 -> LittleEndian.put16(made, DiscoveryLog.RECFMT, dice.below(3));
      case 3 -> {
        for (int i = DiscoveryLog.RECORD_BYTES; i < made.length; i++) {
          made[i] = (byte) dice.any();
        }
      }
      default -> {
        // A log in good form.
      }
    }
    return made;
  }

  private DiscoveryLog.Entry entry(boolean nowhere) {
    int target = dice.below(targets + 1);
    return new DiscoveryLog.Entry(
        dice.oneIn(4) ? dice.below(5) : DiscoveryLog.SUBTYPE_REFERRAL,
        DiscoveryLog.ADRFAM_IPV4,
        dice.below(8),
        dice.below(4),
        Fabrics.CNTLID_DYNAMIC,
        dice.below(256),
        "nqn.2026-11.io.nvmetcp:simulated:nowhere-" + dice.below(1 << 20),
        nowhere ? "" : Catalogue.address(target),
        dice.oneIn(8) ? "none" : Integer.toString(dice.below(70_000)));
  }
}
