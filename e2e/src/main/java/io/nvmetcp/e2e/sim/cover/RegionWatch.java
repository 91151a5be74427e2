package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.ddp.memory.Region;
import java.util.List;

/** Sees what happens to a region: whoever does something with it looks afterwards. */
public final class RegionWatch {
  static final List<String> STATES = List.of("OPEN", "HELD", "CLOSING", "GONE");
  private static final int OPEN = 0;
  private static final int HELD = 1;
  private static final int CLOSING = 2;
  private static final int GONE = 3;

  private final Coverage coverage;
  private final Region region;
  private int holders;
  private boolean closing;

  /** Watches a region that was registered just now. */
  public RegionWatch(Coverage coverage, Region region) {
    this.coverage = coverage;
    this.region = region;
  }

  private void visit(Event event) {
    int state = closing ? (holders > 0 ? CLOSING : GONE) : holders > 0 ? HELD : OPEN;
    coverage.visit(Machine.REGION, state, event);
  }

  /** It was to be held, and perhaps is. */
  public void asked(boolean refused) {
    look();
    if (refused) {
      visit(Event.HOLD_REFUSED);
    }
  }

  /** It is told to close. */
  public void closes() {
    look();
    visit(Event.CLOSE);
  }

  /** Sees who has let go of it, or holds it now. */
  public void look() {
    int now = region.holders();
    while (holders < now) {
      visit(Event.HOLD);
      holders++;
    }
    while (holders > now) {
      visit(Event.RELEASE);
      holders--;
    }
    closing = region.closing();
  }
}
