package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.nvme.AsyncEvent;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A controller that is wanted: found, connected, kept, and connected anew when it has ended, until
 * it is wanted no more. On the host's home loop.
 */
final class Tenure implements Keeper.Watcher {
  private static final long AGAIN_NS = 20_000_000;

  /** Finds where to connect to, before each first connect. */
  interface Finder {
    /**
     * Looks.
     *
     * @param then called once, on the home loop, when that is known; or else why it is not
     */
    void find(Found then);
  }

  /** Told what a finder found. */
  interface Found {
    /** The search is over; null if it succeeded, else why not. */
    void over(@Nullable String failure);
  }

  private final Surroundings around;
  private final String name;
  private final HostOptions options;
  private final @Nullable Finder finder;
  private final Keeper.Connector connector;
  private final Loop home;
  private final LongSupplier backoffSeed;
  private final Keeper.Watcher watcher;
  private @Nullable Keeper keeper;
  private @Nullable Attempt attempt;
  private boolean finding;
  private boolean wanted;
  private boolean closing;
  private @Nullable Runnable whenEnded;

  /**
   * @param name whose it is, for the journal
   * @param finder null if everybody knows where it is
   */
  Tenure(
      Surroundings around,
      String name,
      HostOptions options,
      @Nullable Finder finder,
      Keeper.Connector connector,
      Loop home,
      LongSupplier backoffSeed,
      Keeper.Watcher watcher) {
    this.around = around;
    this.name = name;
    this.options = options;
    this.finder = finder;
    this.connector = connector;
    this.home = home;
    this.backoffSeed = backoffSeed;
    this.watcher = watcher;
  }

  @Override
  public String toString() {
    Keeper now = keeper;
    if (now != null) {
      return now.life().state() + ", " + now.waiting() + " waiting, " + now.association();
    }
    return finding
        ? "looking for its controller"
        : attempt == null ? "no controller" : "connecting: " + attempt;
  }

  /** Connects, and tries until it is connected or closed. */
  void open() {
    wanted = true;
    closing = false;
    begin();
  }

  private void begin() {
    Finder first = finder;
    if (first == null) {
      connect();
      return;
    }
    finding = true;
    first.find(
        failure -> {
          finding = false;
          if (failure == null && wanted) {
            connect();
          } else {
            notConnected(failure == null ? "not wanted any more" : failure);
          }
        });
  }

  private void connect() {
    Attempt begun =
        connector.attempt(
            0,
            new Attempt.Listener() {
              @Override
              public void made(Association association) {
                attempt = null;
                first(association);
              }

              @Override
              public void failed(String why, boolean again) {
                attempt = null;
                notConnected(why);
              }
            });
    attempt = begun;
    begun.start();
  }

  private void notConnected(String why) {
    around.journal().note(name, () -> "no connection: " + why);
    if (wanted) {
      around.agenda().after(AGAIN_NS, this::again);
    } else {
      tellEnded();
    }
  }

  private void again() {
    if (finding || attempt != null || keeper != null) {
      return;
    }
    if (wanted) {
      begin();
    } else {
      tellEnded();
    }
  }

  private void first(Association association) {
    Keeper begun =
        new Keeper(around, options, connector, association, backoffSeed.getAsLong(), home, this);
    keeper = begun;
    if (closing || !wanted) {
      begun.close();
    } else {
      watcher.attached(association);
    }
  }

  /** Closes the controller, in good order; told when nothing of it is left. */
  void close(Runnable then) {
    closing = true;
    wanted = false;
    whenEnded = then;
    Keeper now = keeper;
    Attempt running = attempt;
    if (now != null) {
      now.close();
    } else if (running != null) {
      running.giveUp("closed by this host");
    } else if (!finding) {
      tellEnded();
    }
  }

  private void tellEnded() {
    Runnable then = whenEnded;
    whenEnded = null;
    if (then != null) {
      then.run();
    }
  }

  /** True if it can be used, or waited for. */
  boolean usable() {
    return keeper != null && !closing;
  }

  /** What keeps it; null if nothing does. */
  @Nullable Keeper held() {
    return keeper;
  }

  /** What keeps it, for those who know that something does. */
  Keeper keeper() {
    Keeper now = keeper;
    if (now == null) {
      throw new IllegalStateException(name + " has no controller");
    }
    return now;
  }

  /** True while it is connected. */
  boolean live() {
    Keeper now = keeper;
    return now != null && now.live();
  }

  // ---- what the keeper tells

  @Override
  public void attached(Association association) {
    watcher.attached(association);
  }

  @Override
  public void detached(Association association, String why) {
    watcher.detached(association, why);
  }

  @Override
  public void reported(AsyncEvent event) {
    watcher.reported(event);
  }

  @Override
  public void ended(String why) {
    watcher.ended(why);
    keeper = null;
    if (wanted && !closing) {
      around.agenda().after(AGAIN_NS, this::again);
    } else {
      tellEnded();
    }
  }
}
