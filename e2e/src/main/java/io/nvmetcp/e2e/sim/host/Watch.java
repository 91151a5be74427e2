package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.initiator.discovery.Lookout;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features;
import io.nvmetcp.nvme.Sqe;
import java.util.List;

/**
 * Stays connected to a discovery service, and looks again, at it and at those that it refers to,
 * when it reports a change. On the host's home loop.
 */
public final class Watch implements Keeper.Watcher {
  private final Scout scout;
  private final int entry;
  private final Tenure tenure;
  private final Alarm timer;
  private Lookout lookout = new Lookout();
  private List<String> seen = List.of();
  private int unread;
  private int searches;
  private long reports;

  /**
   * @param entry the target whose service is watched
   */
  public Watch(Scout scout, int entry) {
    this.scout = scout;
    this.entry = entry;
    tenure =
        new Tenure(
            scout.around(),
            name(),
            scout.options(),
            found -> found.over(null),
            (made, listener) -> scout.attempt(entry, scout.options().katoMillis(), made, listener),
            scout.home(),
            scout.dice()::any,
            this);
    timer = new Alarm(scout.around().agenda(), () -> scout.home().run(this::wake));
  }

  private String name() {
    return "watch of host " + scout.number();
  }

  @Override
  public String toString() {
    return "%s: %s, %s, %d reports, target %d tells %s, it knows %s, %d unread"
        .formatted(name(), tenure, lookout.state(), reports, entry, scout.now(entry), seen, unread);
  }

  /** Connects, and tries until it is connected or closed. */
  public void open() {
    tenure.open();
  }

  /** Ends it; told when nothing of it is left. */
  public void close(Runnable then) {
    end();
    timer.cancel();
    tenure.close(then);
  }

  // ---- what the keeper tells

  @Override
  public void attached(Association association) {
    if (lookout.state() == Lookout.State.ENDED) {
      lookout = new Lookout();
    }
    Lookout of = lookout;
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.SET_FEATURES, 0, 0);
    Sqe.cdw(sqe, 0, 10, FeatureId.ASYNC_EVENT_CONFIGURATION);
    Sqe.cdw(sqe, 0, 11, Integer.toUnsignedLong(Features.AsyncEvents.DISCOVERY));
    // Asked for before the log is read, so that no change goes by unseen.
    association.admin().submit(sqe, Direction.NONE, new byte[0], answer -> news(of));
  }

  @Override
  public void detached(Association association, String why) {
    scout.around().journal().note(name(), () -> "lost its controller: " + why);
  }

  @Override
  public void reported(AsyncEvent event) {
    if (event.type() == AsyncEvent.NOTICE
        && event.information() == AsyncEvent.DISCOVERY_CHANGED
        && !scout.around().plants().has(Plant.CHANGE_NOT_REPORTED)) {
      reports++;
      news(lookout);
    }
  }

  @Override
  public void ended(String why) {
    scout.around().journal().note(name(), () -> "its controller has ended: " + why);
    end();
    timer.cancel();
  }

  // ---- looking

  private void end() {
    visit(lookout, Event.CLOSE);
    lookout.end();
  }

  private void visit(Lookout of, Event event) {
    scout.around().coverage().visit(Machine.LOOKOUT, of.state(), event);
  }

  private void news(Lookout of) {
    visit(of, Event.NEWS);
    if (of.news()) {
      look(of);
    }
  }

  private void look(Lookout of) {
    searches++;
    Association on = tenure.keeper().association();
    new Search(scout, entry, on, (search, found) -> over(of, search, found)).start();
  }

  private void over(Lookout of, Search search, boolean found) {
    searches--;
    // What an earlier one saw late is old.
    if (found && of == lookout) {
      seen = search.first();
      unread = search.unread();
    }
    boolean whole = found && search.whole();
    visit(of, whole ? Event.SAW_ALL : Event.SAW_LESS);
    if (of.looked(scout.around().agenda().nowNs(), whole)) {
      look(of);
    } else {
      arm();
    }
  }

  private void arm() {
    long nowNs = scout.around().agenda().nowNs();
    long inNs = lookout.wakeInNs(nowNs);
    timer.set(inNs == Lookout.NEVER ? Agenda.NEVER : nowNs + inNs);
  }

  private void wake() {
    visit(lookout, Event.WAKE);
    if (lookout.wake(scout.around().agenda().nowNs())) {
      look(lookout);
    } else {
      arm();
    }
  }

  // ---- what the world asks

  /** True if it knows what there is to know now. */
  public boolean upToDate() {
    return tenure.live() && unread == 0 && seen.equals(scout.now(entry));
  }

  /** True if no search of it runs. */
  public boolean idle() {
    return searches == 0;
  }
}
