package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.kernel.Fingerprint;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.plant.Plants;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hosts, targets and the connections between them. Numbers count from 0. */
public final class Network {
  private static final long HOST_HIGH_BYTES = 64 << 10;
  private static final long CONNECT_LATENCY_NS = 50_000;
  private static final long CONNECT_AGAIN_NS = 200_000_000;

  /** A target that listens. */
  public interface Listener {
    /** The loop that the next connection lives on. */
    Loop loop();

    /** Takes a connection; its handler is to be set within the call. */
    void accepted(Wire wire);
  }

  /** A connection under way. */
  public static final class Dialing {
    private final int host;
    private final int target;
    private final Loop loop;
    private final Consumer<Wire> connected;
    private final Runnable refused;
    private boolean cancelled;

    private Dialing(int host, int target, Loop loop, Consumer<Wire> connected, Runnable refused) {
      this.host = host;
      this.target = target;
      this.loop = loop;
      this.connected = connected;
      this.refused = refused;
    }

    /** Nobody waits for it any more: it ends without a word. */
    public void cancel() {
      cancelled = true;
    }
  }

  private final Agenda agenda;
  private final Dice dice;
  private final Fingerprint fingerprint;
  private final Climate climate;
  private final Plants plants;
  private final @Nullable WireEar ear;
  private final @Nullable Listener[] listeners;
  private final int[] hostLies;
  private final int[] targetLies;
  private final boolean[] dark;
  private final boolean[][] apart;
  private final List<Wire> wires = new ArrayList<>();
  private boolean calm;
  private int made;
  private long flips;

  /**
   * @param plants what goes wrong on purpose
   * @param ear told of every PDU; null if nobody listens
   */
  public Network(
      Agenda agenda,
      Dice dice,
      Fingerprint fingerprint,
      Climate climate,
      int hosts,
      int targets,
      Plants plants,
      @Nullable WireEar ear) {
    this.agenda = agenda;
    this.dice = dice;
    this.fingerprint = fingerprint;
    this.climate = climate;
    this.plants = plants;
    this.ear = ear;
    listeners = new Listener[targets];
    hostLies = new int[hosts];
    targetLies = new int[hosts];
    dark = new boolean[targets];
    apart = new boolean[hosts][targets];
  }

  /** One in so many PDUs that a host sends is a lie; 0 is none. */
  public void hostLies(int host, int oneIn) {
    hostLies[host] = oneIn;
  }

  /** One in so many PDUs that a target sends to this host is a lie; 0 is none. */
  public void targetLies(int host, int oneIn) {
    targetLies[host] = oneIn;
  }

  private @Nullable PduRewriter rewriter(int oneIn) {
    if (oneIn > 0) {
      return new Liar(dice, oneIn);
    }
    return WirePlant.wanted(plants) ? new WirePlant(plants) : null;
  }

  /** A target listens from now on; null if it does no longer. */
  public void listen(int target, @Nullable Listener listener) {
    listeners[target] = listener;
  }

  /**
   * Connects.
   *
   * @param connected gets the wire, and sets the host socket's handler within the call
   * @param refused told that nobody listens there
   */
  public Dialing connect(
      int host, int target, Loop loop, Consumer<Wire> connected, Runnable refused) {
    Dialing dialing = new Dialing(host, target, loop, connected, refused);
    agenda.after(CONNECT_LATENCY_NS, () -> arrives(dialing));
    return dialing;
  }

  private void arrives(Dialing dialing) {
    if (dialing.cancelled) {
      return;
    }
    if (dark[dialing.target] || apart[dialing.host][dialing.target]) {
      // No answer; the host's TCP tries again.
      agenda.after(CONNECT_AGAIN_NS, () -> arrives(dialing));
      return;
    }
    Listener listener = listeners[dialing.target];
    if (listener == null) {
      agenda.after(
          CONNECT_LATENCY_NS,
          () -> {
            if (!dialing.cancelled) {
              dialing.loop.execute(dialing.refused);
            }
          });
      return;
    }
    Wire wire = wire(dialing, listener.loop());
    listener.accepted(wire);
    agenda.after(
        CONNECT_LATENCY_NS,
        () ->
            dialing.loop.execute(
                () -> {
                  if (dialing.cancelled) {
                    wire.hostSocket().close();
                  } else {
                    dialing.connected.accept(wire);
                  }
                }));
  }

  private Wire wire(Dialing dialing, Loop targetLoop) {
    int id = ++made;
    Weather up = climate.weather(dice);
    Weather down = climate.weather(dice);
    PduWatch hostWatch = watch(id, true, up);
    PduWatch targetWatch = watch(id, false, down);
    // The sockets come after the pipes that lead to them.
    Socket[] ends = new Socket[2];
    Pipe toTarget =
        new Pipe(
            agenda,
            dice,
            fingerprint,
            2 * id,
            up,
            () -> ends[1].arrived(),
            hostWatch,
            rewriter(hostLies[dialing.host]));
    Pipe toHost =
        new Pipe(
            agenda,
            dice,
            fingerprint,
            2 * id + 1,
            down,
            () -> ends[0].arrived(),
            targetWatch,
            rewriter(targetLies[dialing.host]));
    ends[0] =
        new Socket(
            agenda,
            dialing.loop,
            toHost,
            toTarget,
            up.latencyNs(),
            climate.copyLimitBytes(dice),
            HOST_HIGH_BYTES,
            climate.hostLeaseFault());
    ends[1] =
        new Socket(
            agenda,
            targetLoop,
            toTarget,
            toHost,
            down.latencyNs(),
            climate.copyLimitBytes(dice),
            climate.targetHighBytes(dice),
            climate.targetLeaseFault());
    ends[0].connect(ends[1]);
    ends[1].connect(ends[0]);
    Wire wire =
        new Wire(
            id,
            dialing.host,
            dialing.target,
            toTarget,
            toHost,
            ends[0],
            ends[1],
            hostWatch,
            targetWatch);
    if (calm) {
      wire.calm();
    }
    forgetOld();
    wires.add(wire);
    return wire;
  }

  private @Nullable PduWatch watch(int id, boolean fromHost, Weather weather) {
    WireEar told = ear;
    if (told == null && weather.flipOneIn() == 0 && weather.cut() != Weather.Cut.PDUS) {
      return null;
    }
    PduWatch.Ear one =
        told == null
            ? (header, length) -> {}
            : (header, length) -> told.header(id, fromHost, header, length);
    return new PduWatch(dice, weather.flipOneIn(), one);
  }

  private void forgetOld() {
    for (int i = wires.size() - 1; i >= 0; i--) {
      if (wires.get(i).over()) {
        flips += wires.get(i).flips();
        wires.remove(i);
      }
    }
  }

  /** The connections that are not over. */
  public List<Wire> wires() {
    forgetOld();
    return wires;
  }

  /** Bits flipped so far. */
  public long flips() {
    long sum = flips;
    for (Wire wire : wires) {
      sum += wire.flips();
    }
    return sum;
  }

  /** Connections made so far. */
  public int made() {
    return made;
  }

  /** Nothing passes between two machines until {@link #join}. */
  public void part(int host, int target) {
    apart[host][target] = true;
    for (Wire wire : wires) {
      if (wire.host() == host && wire.target() == target) {
        wire.freeze(true);
        wire.freeze(false);
      }
    }
  }

  /** What was kept apart is joined again. */
  public void join(int host, int target) {
    apart[host][target] = false;
    for (Wire wire : wires) {
      if (wire.host() == host && wire.target() == target) {
        wire.thaw(CONNECT_LATENCY_NS);
      }
    }
  }

  /** True if nothing passes between two machines. */
  public boolean apart(int host, int target) {
    return apart[host][target];
  }

  /** A target's machine is gone without a word. */
  public void darken(int target) {
    dark[target] = true;
    listeners[target] = null;
    for (Wire wire : wires) {
      if (wire.target() == target) {
        wire.targetSocket().vanish();
      }
    }
  }

  /** The machine is back; nobody listens there yet. */
  public void lighten(int target) {
    dark[target] = false;
    for (Wire wire : wires) {
      if (wire.target() == target) {
        wire.targetSocket().reboot();
      }
    }
  }

  /** A host's machine is gone without a word, and comes back at once, knowing nothing. */
  public void crash(int host) {
    for (Wire wire : wires) {
      if (wire.host() == host) {
        wire.hostSocket().vanish();
        wire.hostSocket().reboot();
      }
    }
  }

  /** From now on it does nothing bad of itself; what is apart or frozen is set free. */
  public void calm() {
    calm = true;
    for (int host = 0; host < apart.length; host++) {
      for (int target = 0; target < dark.length; target++) {
        if (apart[host][target]) {
          join(host, target);
        }
      }
    }
    for (int target = 0; target < dark.length; target++) {
      if (dark[target]) {
        lighten(target);
      }
    }
    for (Wire wire : wires) {
      wire.calm();
      wire.thaw(0);
    }
  }
}
