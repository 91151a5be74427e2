package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.net.Network;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.initiator.connect.ConnectCommands;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.pdu.IcRequest;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A host without an application, which tries out what there is: connects to one subsystem after the
 * other, does with its controller what comes to its mind, and leaves as it likes, or falls asleep
 * and waits to be thrown out. It keeps to the protocol, so nobody may find a fault with it.
 */
public final class Tinker implements Attempt.Listener {
  private static final int LATE_ENTRIES = 8;
  private static final int MOST_LATE = 4;
  private static final int MOST_ACTS = 60;
  private static final long GAP_NS = 20_000_000;
  private static final long QUICK_NS = 5_000_000;
  private static final long SLOW_NS = 300_000_000;
  private static final long SHUTDOWN_NS = 2_000_000_000;
  // Until the target has looked once at what nobody uses.
  private static final long NAP_NS = 121_000_000_000L;
  // Longer than a target keeps what nobody uses, and the world waits.
  private static final long ASLEEP_NS = 270_000_000_000L;

  /** Where it can go. */
  public interface Places {
    /**
     * A place.
     *
     * @param which draws it
     */
    Place next(Dice which);
  }

  /**
   * A subsystem at a target.
   *
   * @param target number
   * @param nqn name
   * @param volumes what it serves
   * @param discovery it is one of discovery
   */
  public record Place(int target, String nqn, List<Volume> volumes, boolean discovery) {}

  private final Surroundings around;
  private final int number;
  private final HostOptions options;
  private final Places places;
  private final Dice dice;
  private final RegionRegistry registry;
  private final DdpDevice device;
  private final BriefRegion.Memory memory;
  private final Loop home;
  private final List<Loop> loops = new ArrayList<>();
  private final List<HostQueue> late = new ArrayList<>();
  private final Alarm nextAct;
  private final Alarm lastBound;
  private Place place;
  private @Nullable ConnectParameters parameters;
  private @Nullable Association association;
  private @Nullable Tinkering tinkering;
  private @Nullable Attempt attempt;
  private Network.@Nullable Dialing dialing;
  private int visits;
  private long kato;
  private int acts;
  private long mostGapNs;
  private boolean sleeper;
  private boolean naps;

  /**
   * @param visits how many it makes
   */
  public Tinker(Surroundings around, int number, HostOptions options, Places places, int visits) {
    this.around = around;
    this.number = number;
    this.options = options.withTimeLimits();
    this.places = places;
    this.visits = visits;
    dice = Dice.of(around.seed(), "tinker " + number);
    // What it holds is not judged, but it must come back.
    registry = new RegionRegistry(Arena::ofConfined);
    device = options.device().apply(registry);
    memory = new BriefRegion.Memory(around.coverage(), registry);
    home = new Loop(around.agenda(), dice, options.maxLoopDelayNs());
    for (int i = 0; i < options.ioQueues(); i++) {
      loops.add(new Loop(around.agenda(), dice, options.maxLoopDelayNs()));
    }
    nextAct = new Alarm(around.agenda(), () -> home.run(this::act));
    lastBound = new Alarm(around.agenda(), () -> home.run(() -> leave(true)));
    place = places.next(dice);
  }

  @Override
  public String toString() {
    return "tinker %d at %s, %d visits left, %d acts: %s, late %s"
        .formatted(number, place.nqn(), visits, acts, association, late);
  }

  /** Begins. */
  public void start() {
    around.agenda().after(dice.spread(1_000, GAP_NS), this::visit);
  }

  private void visit() {
    if (visits <= 0 || attempt != null || association != null) {
      return;
    }
    visits--;
    place = places.next(dice);
    kato = dice.oneIn(3) ? 0 : dice.between(1, 10) * 100L;
    int queues = place.discovery() ? 0 : options.ioQueues();
    ConnectParameters chosen =
        new ConnectParameters(
            new ConnectData(
                new UUID(around.seed(), number + 1),
                Fabrics.CNTLID_DYNAMIC,
                place.nqn(),
                Host.nqn(number)),
            Attempt.ADMIN_ENTRIES,
            queues,
            options.entries(),
            kato,
            0,
            options.disableFlowControl());
    parameters = chosen;
    Attempt begun =
        new Attempt(
            around,
            options,
            registry,
            device,
            chosen,
            number,
            place.target(),
            home,
            loops,
            0,
            this);
    attempt = begun;
    begun.start();
  }

  @Override
  public void failed(String why, boolean again) {
    around.journal().note("tinker " + number, () -> "not connected: " + why);
    attempt = null;
    around.agenda().after(dice.spread(1_000, GAP_NS), this::visit);
  }

  @Override
  public void made(Association made) {
    attempt = null;
    association = made;
    tinkering =
        new Tinkering(
            dice, made, around.agenda(), memory, place.volumes(), place.discovery(), kato);
    acts = dice.between(1, MOST_ACTS);
    mostGapNs = dice.spread(20_000, dice.oneIn(4) ? SLOW_NS : QUICK_NS);
    sleeper = dice.oneIn(10);
    naps = dice.oneIn(8);
    made.whenGone(this::gone);
    // A controller outlives its I/O queues.
    made.admin().queue().whenEnded(why -> home.execute(() -> leave(false)));
    arm();
  }

  private void arm() {
    boolean sleepy = naps && dice.oneIn(4);
    naps &= !sleepy;
    nextAct.in(sleepy ? NAP_NS : dice.oneIn(3) ? GAP_NS / 100 : dice.spread(1_000, mostGapNs));
  }

  private void act() {
    Tinkering what = tinkering;
    Association on = association;
    if (what == null || on == null) {
      return;
    }
    if (acts-- > 0 && dice.oneIn(12)) {
      nextAct.in(what.restNs());
    } else if (acts >= 0) {
      if (dice.oneIn(10) && !place.discovery()) {
        if (dice.oneIn(2)) {
          cutQueue(on, what);
        }
        openQueue(on);
      } else {
        what.act();
      }
      arm();
    } else if (sleeper) {
      sleep(on);
    } else if (dice.oneIn(3)) {
      lastBound.in(SHUTDOWN_NS);
      on.shutDown(() -> leave(false));
    } else {
      leave(dice.oneIn(2));
    }
  }

  // It does nothing any more; who executes no commands is kept for two minutes nevertheless.
  private void sleep(Association on) {
    if (dice.oneIn(2)) {
      Quirks.disable(on.admin());
    }
    lastBound.in(ASLEEP_NS);
  }

  // ---- one I/O queue less, or more, at any time

  private void cutQueue(Association on, Tinkering what) {
    what.readBlocks();
    what.readBlocks();
    HostQueue queue = dice.pick(on.queues());
    queue.loop().execute(() -> queue.cut("the tinker cuts it"));
    if (dice.oneIn(3)) {
      around.agenda().after(1 + dice.below(1_000_000), () -> home.run(what::shutDownAbruptly));
    }
  }

  private void openQueue(Association on) {
    ConnectParameters chosen = parameters;
    if (chosen == null || loops.isEmpty() || dialing != null || late.size() == MOST_LATE) {
      return;
    }
    Loop loop = dice.pick(loops);
    int qid = dice.between(1, options.ioQueues() + 1);
    dialing =
        around
            .network()
            .connect(
                number,
                place.target(),
                loop,
                wire -> connected(wire, qid, chosen, on),
                () -> home.execute(() -> dialing = null));
  }

  // On the connection's loop.
  private void connected(Wire wire, int qid, ConnectParameters chosen, Association on) {
    IcRequest request =
        new IcRequest(0, options.hpda(), options.headerDigest(), options.dataDigest(), 0);
    QueueConfiguration configuration =
        new QueueConfiguration(
            qid, LATE_ENTRIES, request, 1 << 20, JdkCrc32c.INSTANCE, device.voucher());
    HostQueue queue = new HostQueue(around, wire, configuration, device, options, registry);
    queue.pair().granted(Attempt.CONNECT_CAPSULE_BYTES, false);
    home.execute(() -> remember(queue));
    queue.initialize(
        agreed -> {
          if (agreed != null) {
            AdminDesk desk = new AdminDesk(queue, registry, 1, 0);
            desk.submit(
                ConnectCommands.io(chosen, qid, LATE_ENTRIES, on.facts().cntlid()),
                answer -> desk.close());
          }
        });
  }

  private void remember(HostQueue queue) {
    dialing = null;
    late.add(queue);
    queue.whenEnded(
        why ->
            home.execute(
                () -> {
                  late.remove(queue);
                  settle();
                }));
    if (association == null) {
      queue.loop().execute(() -> queue.cut("nobody wants it any more"));
    }
  }

  // ---- the end of a visit

  private void leave(boolean atOnce) {
    nextAct.cancel();
    lastBound.cancel();
    Network.Dialing running = dialing;
    if (running != null) {
      running.cancel();
      dialing = null;
    }
    Association on = association;
    if (on != null) {
      on.end("the tinker leaves", atOnce);
    }
    for (HostQueue queue : List.copyOf(late)) {
      queue.loop().execute(() -> queue.cut("the tinker leaves"));
    }
  }

  private void gone() {
    nextAct.cancel();
    lastBound.cancel();
    association = null;
    tinkering = null;
    leave(true);
    settle();
  }

  private void settle() {
    if (association == null && attempt == null && late.isEmpty()) {
      around.agenda().after(dice.spread(1_000, GAP_NS), this::visit);
    }
  }

  /** It makes no more visits but one. */
  public void close() {
    visits = Math.min(visits, 1);
  }

  /** True if it is at no place. */
  public boolean done() {
    return visits == 0 && attempt == null && association == null && late.isEmpty();
  }

  /** Checks that nothing is left. */
  public void checkLeftOver() {
    memory.check();
    if (registry.liveRegions() > 0) {
      throw new Violation(
          Rule.LEFT_OVER, "tinker " + number + " has " + registry.liveRegions() + " regions");
    }
  }
}
