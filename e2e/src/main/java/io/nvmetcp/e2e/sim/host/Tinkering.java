package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cc;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureCommand;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features.AsyncEvents;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tinker does with a controller, one thing after the other, in no order that makes sense:
 * writes its configuration, asks for events and reads log pages, sets features, aborts, leaves
 * queues. All of it is allowed, so the controller must know what to do in each state. On the home
 * loop.
 */
final class Tinkering {
  private static final int RETAIN = 1 << 15;
  private static final int TEMPERATURE_WARNING = 1 << 1;
  private static final int COLD_KELVIN = 200;
  private static final int USUAL_KELVIN = 343;
  private static final int BLOCK_BYTES = 512;
  private static final int ABRUPT = 2;
  private static final int NORMAL = 1;
  private static final int MOST_BUSY = 8;
  private static final long MOST_BETWEEN_NS = 400_000;
  private static final long REST_NS_PER_MILLI = 1_300_000;
  private static final int LARGER_PAGES = 1;

  private static final Completion UNHEARD =
      new Completion() {
        @Override
        public void completed(int status, long result) {}

        @Override
        public void lost(String reason) {}
      };

  private final Dice dice;
  private final Association on;
  private final Agenda agenda;
  private final BriefRegion.Memory memory;
  private final List<Volume> volumes;
  private final boolean discovery;
  // Whoever has nothing but registers in mind comes to all their states.
  private final boolean registersOnly;
  private Cc cc = Cc.DISABLED.withEnable(true);
  private int lastRequest;
  // One is answered before the next is sent, as its registers tell what became of it.
  private final ArrayDeque<Cc> writes = new ArrayDeque<>();
  private boolean writing;
  private long katoMillis;
  private @Nullable Runnable afterRest;

  /**
   * @param memory registers what is closed while it is used
   * @param volumes what its subsystem serves
   * @param katoMillis the keep-alive timeout of its Connect
   */
  Tinkering(
      Dice dice,
      Association on,
      Agenda agenda,
      BriefRegion.Memory memory,
      List<Volume> volumes,
      boolean discovery,
      long katoMillis) {
    this.dice = dice;
    this.katoMillis = katoMillis;
    this.on = on;
    this.agenda = agenda;
    this.memory = memory;
    this.volumes = volumes;
    this.discovery = discovery;
    registersOnly = dice.oneIn(3);
  }

  /**
   * Begins a rest, disabled or not, after which its keep-alive was asked once, and not twice.
   *
   * @return how long
   */
  long restNs() {
    if (dice.oneIn(2)) {
      write(cc.withEnable(false));
      afterRest = () -> write(cc.withEnable(true));
    } else {
      afterRest = this::keepAlive;
    }
    return Math.max(1, katoMillis) * REST_NS_PER_MILLI;
  }

  /** Shuts the controller down, at once. */
  void shutDownAbruptly() {
    write(cc.withShutdown(ABRUPT));
  }

  /** Does one thing. */
  void act() {
    Runnable first = afterRest;
    if (first != null) {
      afterRest = null;
      first.run();
      return;
    }
    if (registersOnly) {
      configure();
      return;
    }
    switch (dice.below(12)) {
      case 0 -> configure();
      case 1, 2 -> readLog();
      case 3, 4 -> requestEvent();
      case 5 -> abortRequest();
      case 6 -> listen();
      case 7 -> alarm();
      case 8 -> keepAlive();
      case 9 -> readBlocks();
      case 10 -> leaveQueue();
      default -> identify();
    }
  }

  // ---- registers

  private void configure() {
    if (dice.oneIn(3)) {
      hurry();
    } else {
      configureOnce();
    }
    if (dice.oneIn(4)) {
      // One with what is beyond its configuration set right.
      write(Cc.DISABLED);
      write(Cc.DISABLED.withEnable(true));
    }
    if (dice.oneIn(3)) {
      identify();
    }
  }

  // A reset or a shutdown that takes its time, since storage is busy, and more before it is done.
  private void hurry() {
    for (int i = 0; i < MOST_BUSY; i++) {
      readBlocks();
    }
    write(dice.oneIn(2) ? cc.withEnable(false) : cc.withShutdown(NORMAL));
    for (int more = dice.below(4); more > 0; more--) {
      configureOnce();
    }
    if (dice.oneIn(2)) {
      identify();
    }
  }

  private void configureOnce() {
    switch (dice.below(9)) {
      case 0, 1 -> write(cc.withEnable(false));
      case 2 -> write(cc.withEnable(true));
      // The controller has no pages so large.
      case 3 ->
          write(new Cc(true, 0, LARGER_PAGES, 0, cc.shutdown(), cc.iosqes(), cc.iocqes(), false));
      case 4 -> write(cc.withShutdown(NORMAL));
      case 5 -> write(cc.withShutdown(ABRUPT));
      case 6 -> write(cc.withShutdown(0));
      case 7 -> write(cc);
      default -> readBlocks();
    }
  }

  private void write(Cc next) {
    cc = next;
    writes.add(next);
    writeNext();
  }

  private void writeNext() {
    Cc next = writing ? null : writes.poll();
    if (next == null) {
      return;
    }
    byte[] sqe = new byte[Sqe.BYTES];
    PropertyCommand.set(sqe, 0, 0, Fabrics.PROPERTY_CC, Integer.toUnsignedLong(next.encode()));
    writing = true;
    on.admin()
        .submitUrgent(
            sqe,
            answer -> {
              writing = false;
              if (answer == null) {
                writes.clear();
              } else {
                writeNext();
              }
            });
  }

  // ---- commands

  private int submit(HostQueue queue, byte[] sqe) {
    if (!queue.open()) {
      return -1;
    }
    queue.slots().settle();
    int cid = queue.pair().submit(sqe, Direction.NONE, null, 0, 0, UNHEARD);
    queue.slots().submitted();
    if (cid >= 0) {
      queue.scheduleFlush();
    }
    return cid;
  }

  private void read(byte[] sqe, int bytes) {
    on.admin().submit(new Action.Command(sqe, Direction.READ, new byte[bytes]), answer -> {});
  }

  private void identify() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.IDENTIFY, 0, 0);
    Sqe.cdw(sqe, 0, 10, Cns.CONTROLLER);
    read(sqe, Cns.DATA_BYTES);
  }

  private void readLog() {
    int page =
        discovery
            ? LogPageId.DISCOVERY
            : dice.pick(LogPageId.SMART, LogPageId.CHANGED_NAMESPACES, LogPageId.ERROR_INFORMATION);
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.GET_LOG_PAGE, 0, 0);
    int dwords = BLOCK_BYTES / 4 - 1;
    Sqe.cdw(sqe, 0, 10, page | (dice.oneIn(2) ? RETAIN : 0) | (long) dwords << 16);
    read(sqe, BLOCK_BYTES);
  }

  private void requestEvent() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.ASYNC_EVENT_REQUEST, 0, 0);
    int cid = submit(on.admin().queue(), sqe);
    lastRequest = cid >= 0 ? cid : lastRequest;
  }

  private void abortRequest() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.ABORT, 0, 0);
    Sqe.cdw(sqe, 0, 10, (long) lastRequest << 16);
    int unused = submit(on.admin().queue(), sqe);
  }

  private void set(int feature, int value) {
    byte[] sqe = new byte[Sqe.BYTES];
    FeatureCommand.set(sqe, 0, 0, 0, feature, false, value);
    int unused = submit(on.admin().queue(), sqe);
  }

  private void listen() {
    int all = discovery ? AsyncEvents.DISCOVERY : AsyncEvents.NAMESPACE_ATTRIBUTES;
    int wanted = dice.oneIn(4) ? 0 : discovery ? all : all | TEMPERATURE_WARNING;
    set(FeatureId.ASYNC_EVENT_CONFIGURATION, wanted);
  }

  // A threshold that the temperature is beyond, or not any more.
  private void alarm() {
    set(FeatureId.TEMPERATURE_THRESHOLD, dice.oneIn(2) ? COLD_KELVIN : USUAL_KELVIN);
  }

  private void keepAlive() {
    katoMillis = dice.oneIn(3) ? 0 : dice.between(1, 20) * 100L;
    set(FeatureId.KEEP_ALIVE_TIMER, (int) katoMillis);
  }

  // ---- I/O queues

  /** Keeps storage busy. */
  void readBlocks() {
    if (on.queues().isEmpty() || volumes.isEmpty()) {
      return;
    }
    HostQueue queue = dice.pick(on.queues());
    Volume volume = dice.pick(volumes);
    if (dice.oneIn(3)) {
      briefly(queue, volume);
      return;
    }
    byte[] sqe = new byte[Sqe.BYTES];
    // What brings no data and keeps the storage busy.
    Sqe.init(sqe, 0, dice.oneIn(2) ? IoOpcode.VERIFY : IoOpcode.FLUSH, 0, volume.nsid());
    if (Sqe.opcode(sqe, 0) == IoOpcode.VERIFY) {
      Sqe.range(sqe, 0, 0, 1 + dice.below(4));
    }
    queue
        .loop()
        .execute(
            () -> {
              int unused = submit(queue, sqe);
            });
  }

  // Two commands on memory that is closed before, between or after them.
  private void briefly(HostQueue queue, Volume volume) {
    int block = volume.medium().blockBytes();
    // No more than a command of this association may have, which its device may bound.
    int most = (int) Math.min(4, on.maxTransferBytes() / block);
    int bytes = block * (1 + dice.below(most));
    BriefRegion region = memory.register(bytes);
    region.submit(queue, volume, dice.oneIn(2));
    HostQueue other = dice.oneIn(2) ? queue : dice.pick(on.queues());
    boolean writes = dice.oneIn(2);
    agenda.after(1 + dice.below(MOST_BETWEEN_NS), () -> region.submit(other, volume, writes));
    agenda.after(1 + dice.below(MOST_BETWEEN_NS), region::close);
    agenda.after(MOST_BETWEEN_NS, region::close);
  }

  private void leaveQueue() {
    if (!on.queues().isEmpty() && dice.oneIn(3)) {
      HostQueue queue = dice.pick(on.queues());
      queue.loop().execute(() -> Quirks.disconnect(queue));
    }
  }
}
