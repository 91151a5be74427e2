package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.net.Network;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.initiator.connect.ConnectCommands;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.IcRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One attempt to make an association, within a time limit. On the host's home loop. */
final class Attempt {
  static final int ADMIN_ENTRIES = 32;
  static final int CONNECT_CAPSULE_BYTES = 8192;
  static final int ADMIN_DATA_SLOTS = 16;
  private static final long MOST_ADMIN_BYTES = 1 << 20;
  private static final long MAX_TRANSFER_BYTES = 1 << 20;

  /** Told of the end, once. */
  interface Listener {
    /** There is an association. */
    void made(Association association);

    /**
     * There is none, and nothing of it is left.
     *
     * @param again false if the controller said that another attempt would fail too
     */
    void failed(String why, boolean again);
  }

  private final Surroundings around;
  private final HostOptions options;
  private final RegionRegistry registry;
  private final DdpDevice device;
  private final ConnectParameters parameters;
  private final int host;
  private final int target;
  private final Loop home;
  private final List<Loop> loops;
  private final int number;
  private final Listener listener;
  private final Alarm deadline;
  private final List<HostQueue> opened = new ArrayList<>();
  private final List<Network.Dialing> dialing = new ArrayList<>();
  private final List<HostQueue> ioQueues = new ArrayList<>();
  private @Nullable AdminDesk admin;
  private @Nullable ControllerFacts facts;
  private final BringUp bringUp;
  private int ioLeft;
  private @Nullable String abandoned;
  private boolean again = true;
  private boolean over;

  Attempt(
      Surroundings around,
      HostOptions options,
      RegionRegistry registry,
      DdpDevice device,
      ConnectParameters parameters,
      int host,
      int target,
      Loop home,
      List<Loop> loops,
      int number,
      Listener listener) {
    this.around = around;
    this.options = options;
    this.registry = registry;
    this.device = device;
    this.parameters = parameters;
    this.host = host;
    this.target = target;
    this.home = home;
    this.loops = loops;
    this.number = number;
    this.listener = listener;
    bringUp = new BringUp(parameters);
    deadline =
        new Alarm(
            around.agenda(), () -> home.run(() -> abandon("no connection within the time limit")));
  }

  @Override
  public String toString() {
    return bringUp.step() + ", " + opened;
  }

  void start() {
    deadline.in(options.connectTimeoutNs());
    open(home, 0, ADMIN_ENTRIES, new NoneDevice(registry), MOST_ADMIN_BYTES, this::adminOpen);
  }

  /** Gives it up. */
  void giveUp(String why) {
    abandon(why);
  }

  // ---- connections

  private interface Opened {
    void queue(HostQueue queue);
  }

  private void open(
      Loop on, int qid, int entries, DdpDevice through, long maxReadBytes, Opened then) {
    QueueConfiguration configuration =
        new QueueConfiguration(
            qid,
            entries,
            new IcRequest(
                0, options.hpda(), options.headerDigest(), options.dataDigest(), options.maxR2t()),
            maxReadBytes,
            JdkCrc32c.INSTANCE,
            through.voucher());
    dialing.add(
        around
            .network()
            .connect(
                host,
                target,
                on,
                wire -> connected(wire, configuration, through, then),
                () -> home.execute(() -> failed("queue " + qid + ": connection refused"))));
  }

  // On the connection's loop.
  private void connected(Wire wire, QueueConfiguration configuration, DdpDevice on, Opened then) {
    HostQueue queue = new HostQueue(around, wire, configuration, on, options, registry);
    home.execute(() -> remember(queue));
    queue.pair().granted(CONNECT_CAPSULE_BYTES, false);
    queue.initialize(
        agreed ->
            home.execute(
                () -> {
                  if (agreed == null) {
                    failed("queue " + configuration.qid() + ": no ICResp");
                  } else if (!over) {
                    then.queue(queue);
                  }
                }));
  }

  private void remember(HostQueue queue) {
    opened.add(queue);
    if (over) {
      queue.loop().execute(() -> queue.cut("the connect was given up"));
      queue.whenEnded(ended -> home.execute(this::tellIfGone));
    }
  }

  // ---- the steps

  private void adminOpen(HostQueue queue) {
    AdminDesk desk = new AdminDesk(queue, registry, ADMIN_DATA_SLOTS, AdminDesk.RESERVED);
    admin = desk;
    step(desk, bringUp.start());
  }

  private void step(AdminDesk desk, Action action) {
    if (over) {
      return;
    }
    switch (action) {
      case Action.Command command ->
          desk.submit(
              command,
              answer -> {
                if (answer == null) {
                  around.coverage().visit(bringUp, Event.NO_ANSWER);
                  failed(bringUp.step() + ": no answer");
                } else {
                  answered(desk, answer);
                }
              });
      case Action.Pause(long millis) ->
          around.agenda().after(millis * 1_000_000, () -> home.run(() -> resumed(desk)));
      case Action.Done(ControllerFacts learned) -> openIoQueues(learned);
      default -> {
        failed("the controller refused: " + action);
      }
    }
  }

  private void resumed(AdminDesk desk) {
    if (!over) {
      around.coverage().visit(bringUp, Event.RESUMED);
      step(desk, bringUp.resumed());
    }
  }

  private void answered(AdminDesk desk, AdminDesk.Answer answer) {
    around
        .coverage()
        .visit(bringUp, Status.isSuccess(answer.status()) ? Event.ANSWERED : Event.REFUSED);
    boolean connect = bringUp.step().contains("connect");
    if (connect && answer.sqhd() == Fabrics.SQHD_FLOW_CONTROL_DISABLED) {
      desk.queue().pair().granted(CONNECT_CAPSULE_BYTES, parameters.disableFlowControl());
    }
    step(desk, bringUp.completed(answer.status(), answer.result(), answer.data()));
  }

  private void openIoQueues(ControllerFacts learned) {
    facts = learned;
    int entries = Integer.highestOneBit(Math.min(options.entries(), learned.cap().mqes() + 1));
    long maxTransfer =
        device.limits().bound(Math.min(learned.maxTransferBytes(), MAX_TRANSFER_BYTES));
    ioLeft = learned.ioQueues();
    if (ioLeft == 0) {
      made(learned);
    }
    for (int qid = 1; qid <= learned.ioQueues(); qid++) {
      int number = qid;
      open(
          loops.get(qid - 1),
          qid,
          entries,
          device,
          maxTransfer,
          queue -> queue.loop().execute(() -> connect(queue, number, entries, learned)));
    }
  }

  // On the connection's loop.
  private void connect(HostQueue queue, int qid, int entries, ControllerFacts learned) {
    AdminDesk desk = new AdminDesk(queue, registry, 1, 0);
    desk.submit(
        ConnectCommands.io(parameters, qid, entries, learned.cntlid()),
        answer -> {
          desk.close();
          boolean good = answer != null && Status.isSuccess(answer.status());
          if (answer != null && good) {
            boolean disabled =
                options.disableFlowControl() && answer.sqhd() == Fabrics.SQHD_FLOW_CONTROL_DISABLED;
            queue.pair().granted(learned.inCapsuleBytes(), disabled);
          }
          boolean hopeless = answer != null && !good && Status.isDoNotRetry(answer.status());
          home.execute(() -> ioConnected(queue, good, hopeless, learned));
        });
  }

  private void ioConnected(
      HostQueue queue, boolean good, boolean hopeless, ControllerFacts learned) {
    if (over) {
      return;
    }
    if (!good) {
      again &= !hopeless;
      failed("an I/O queue was refused, or lost");
      return;
    }
    ioQueues.add(queue);
    ioLeft--;
    if (ioLeft == 0) {
      made(learned);
    }
  }

  private void made(ControllerFacts learned) {
    AdminDesk desk = admin;
    if (desk != null) {
      over = true;
      deadline.cancel();
      listener.made(
          new Association(around, options, number, desk, ioQueues, learned, device.limits(), home));
    }
  }

  // ---- the end

  private void failed(String why) {
    abandon(why);
  }

  private void abandon(String why) {
    if (over) {
      return;
    }
    over = true;
    abandoned = why;
    deadline.cancel();
    dialing.forEach(Network.Dialing::cancel);
    for (HostQueue queue : opened) {
      queue.loop().execute(() -> queue.cut("the connect was given up"));
      queue.whenEnded(ended -> home.execute(this::tellIfGone));
    }
    home.execute(this::tellIfGone);
  }

  private void tellIfGone() {
    String why = abandoned;
    if (why != null && opened.stream().allMatch(HostQueue::over)) {
      abandoned = null;
      listener.failed(why, again);
    }
  }

  /** What was learned; null before the controller is up. */
  @Nullable ControllerFacts facts() {
    return facts;
  }
}
