package io.nvmetcp.initiator.connect;

import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.Cc;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features.AsyncEvents;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.List;
import java.util.Locale;

/**
 * Brings a controller up over its admin queue: Connect, properties, enable, Identify, queue count,
 * namespaces. A machine without clock or socket: it says what to do next, and is told how that
 * ended.
 */
public final class BringUp {
  private enum State {
    AWAIT_CONNECT,
    AWAIT_CAP,
    AWAIT_VS,
    AWAIT_DISABLE,
    AWAIT_NOT_READY,
    AWAIT_ENABLE,
    AWAIT_READY,
    AWAIT_IDENTIFY,
    AWAIT_COMMAND_LIMITS,
    AWAIT_QUEUE_COUNT,
    AWAIT_EVENTS,
    AWAIT_NAMESPACES,
    ENDED
  }

  private static final long READY_POLL_MILLIS = 20;
  private static final long TIMEOUT_UNIT_MILLIS = 500;
  private static final int MIN_PAGE_SHIFT = 12;
  // What we can do something about, or hand on.
  private static final int NOTICES =
      AsyncEvents.NAMESPACE_ATTRIBUTES | AsyncEvents.FIRMWARE_ACTIVATION | AsyncEvents.ANA_CHANGE;

  private final ConnectParameters parameters;
  private final NamespaceScan scan;
  private State state = State.AWAIT_CONNECT;
  private int cntlid;
  private Cap cap = Cap.decode(0);
  private long version;
  private long waitedMillis;
  private byte[] identify = new byte[0];
  private byte[] commandLimits = new byte[Cns.DATA_BYTES];
  private int ioQueues;
  private Action.Scanned namespaces = new Action.Scanned(List.of(), false);

  /** A bring-up that has not begun. */
  public BringUp(ConnectParameters parameters) {
    this.parameters = parameters;
    scan = new NamespaceScan(parameters.maxNamespaces());
  }

  /** The first thing to do. */
  public Action start() {
    return ConnectCommands.admin(parameters);
  }

  /**
   * A command ended with an answer.
   *
   * @param status its status
   * @param result dwords 0 and 1
   * @param data the command's data, filled in if it was a read
   */
  public Action completed(int status, long result, byte[] data) {
    if (!Status.isSuccess(status)) {
      return refused(status, result);
    }
    return switch (state) {
      case AWAIT_CONNECT -> {
        cntlid = ConnectCommands.cntlid(result);
        yield to(State.AWAIT_CAP, propertyGet(Fabrics.PROPERTY_CAP, true));
      }
      case AWAIT_CAP -> {
        cap = Cap.decode(result);
        String unusable = unusable();
        yield unusable.isEmpty()
            ? to(State.AWAIT_VS, propertyGet(Fabrics.PROPERTY_VS, false))
            : failed(unusable);
      }
      case AWAIT_VS -> {
        version = result & 0xFFFF_FFFFL;
        yield to(State.AWAIT_DISABLE, setCc(Cc.DISABLED));
      }
      case AWAIT_DISABLE -> to(State.AWAIT_NOT_READY, getCsts());
      case AWAIT_NOT_READY -> notReady(Csts.decode((int) result));
      case AWAIT_ENABLE -> to(State.AWAIT_READY, getCsts());
      case AWAIT_READY -> ready(Csts.decode((int) result));
      case AWAIT_IDENTIFY -> identified(data);
      case AWAIT_COMMAND_LIMITS -> {
        commandLimits = data;
        yield askQueues();
      }
      case AWAIT_QUEUE_COUNT -> queueCount(result);
      case AWAIT_EVENTS -> scanNamespaces();
      case AWAIT_NAMESPACES -> scanned(scan.completed(status, data));
      case ENDED -> throw new IllegalStateException("the bring-up has ended");
    };
  }

  /** True once the controller is ready, or the bring-up has ended. */
  public boolean ready() {
    return state.compareTo(State.AWAIT_IDENTIFY) >= 0;
  }

  /** A {@link Action.Pause} is over. */
  public Action resumed() {
    return getCsts();
  }

  private String unusable() {
    // A queue has at least two entries, and our configuration says pages of 4 KiB.
    if (cap.mqes() < 1) {
      return "CAP.MQES 0 leaves no room for a queue";
    }
    return cap.mpsMin() == 0 ? "" : "CAP.MPSMIN demands pages larger than 4 KiB";
  }

  private Action refused(int status, long result) {
    if (state == State.AWAIT_COMMAND_LIMITS) {
      // The structure came with version 2.0; without it the commands have no limits of their own.
      return askQueues();
    }
    if (state == State.AWAIT_EVENTS) {
      // Then there are none to hear of.
      return scanNamespaces();
    }
    if (state == State.AWAIT_NAMESPACES) {
      return scanned(scan.completed(status, new byte[0]));
    }
    String text =
        state == State.AWAIT_CONNECT
            ? ConnectCommands.describe(status, result)
            : Status.describe(status);
    return failed(text, !ConnectCommands.isHopeless(status, result));
  }

  private Action failed(String text) {
    return failed(text, true);
  }

  private Action failed(String text, boolean again) {
    String step = step();
    state = State.ENDED;
    return new Action.Failed(step + ": " + text, again);
  }

  /** What is awaited now, for people. */
  public String step() {
    if (state == State.AWAIT_NAMESPACES) {
      return "step '" + scan.step() + "'";
    }
    String name = state.name().replace("AWAIT_", "").replace('_', ' ');
    return "step '" + name.toLowerCase(Locale.ROOT) + "'";
  }

  private Action to(State next, Action action) {
    state = next;
    waitedMillis = 0;
    return action;
  }

  private Action notReady(Csts csts) {
    return csts.ready()
        ? pause("the controller stays ready after it was disabled")
        : to(State.AWAIT_ENABLE, setCc(Cc.DISABLED.withEnable(true)));
  }

  private Action ready(Csts csts) {
    if (csts.fatal()) {
      return failed("the controller reports a fatal status (CSTS.CFS)");
    }
    return csts.ready()
        ? to(State.AWAIT_IDENTIFY, identify(Cns.CONTROLLER, 0))
        : pause("the controller does not become ready within CAP.TO");
  }

  private Action pause(String timeoutText) {
    if (waitedMillis > Math.max(1, cap.timeoutUnits()) * TIMEOUT_UNIT_MILLIS) {
      return failed(timeoutText);
    }
    waitedMillis += READY_POLL_MILLIS;
    return new Action.Pause(READY_POLL_MILLIS);
  }

  private Action identified(byte[] data) {
    identify = data;
    int says = LittleEndian.u16(data, IdentifyController.CNTLID);
    if (says != cntlid) {
      return failed("Connect gave controller %d, Identify says %d".formatted(cntlid, says));
    }
    // TCP transport specification 3.3.1: data stands right behind the SQE.
    if (LittleEndian.u16(data, IdentifyController.ICDOFF) != 0) {
      return failed("ICDOFF is not 0");
    }
    if (parameters.ioQueues() == 0) {
      return done();
    }
    return CommandLimits.dependOnCommandSet(identify)
        ? to(State.AWAIT_COMMAND_LIMITS, identify(Cns.COMMAND_SET_CONTROLLER, 0))
        : askQueues();
  }

  private Action askQueues() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.SET_FEATURES, 0, 0);
    Sqe.cdw(sqe, 0, 10, FeatureId.NUMBER_OF_QUEUES);
    long wanted = parameters.ioQueues() - 1L;
    Sqe.cdw(sqe, 0, 11, wanted << 16 | wanted);
    return to(State.AWAIT_QUEUE_COUNT, new Action.Command(sqe, Direction.NONE, new byte[0]));
  }

  private Action queueCount(long result) {
    int submission = (int) (result & 0xFFFF) + 1;
    int completion = (int) (result >>> 16 & 0xFFFF) + 1;
    ioQueues = Math.min(parameters.ioQueues(), Math.min(submission, completion));
    // Before the namespaces: a change during the scan is told after it.
    long notices = LittleEndian.u32(identify, IdentifyController.OAES) & NOTICES;
    if (notices == 0) {
      return scanNamespaces();
    }
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.SET_FEATURES, 0, 0);
    Sqe.cdw(sqe, 0, 10, FeatureId.ASYNC_EVENT_CONFIGURATION);
    Sqe.cdw(sqe, 0, 11, notices);
    return to(State.AWAIT_EVENTS, new Action.Command(sqe, Direction.NONE, new byte[0]));
  }

  private Action scanNamespaces() {
    return to(State.AWAIT_NAMESPACES, scan.start());
  }

  private Action scanned(Action action) {
    if (action instanceof Action.Scanned found) {
      namespaces = found;
      return done();
    }
    if (action instanceof Action.Failed) {
      state = State.ENDED;
    }
    return action;
  }

  private Action done() {
    state = State.ENDED;
    return new Action.Done(facts());
  }

  private ControllerFacts facts() {
    long pageBytes = 1L << (MIN_PAGE_SHIFT + cap.mpsMin());
    return new ControllerFacts(
        cntlid,
        cap,
        version,
        IdentifyController.serial(identify),
        IdentifyController.model(identify),
        IdentifyController.firmware(identify),
        IdentifyController.maxTransferBytes(identify, pageBytes),
        (int) Math.min(IdentifyController.inCapsuleBytes(identify), 1 << 20),
        ioQueues,
        CommandLimits.of(identify, commandLimits, pageBytes),
        LittleEndian.u8(identify, IdentifyController.LPA),
        List.of(
            LittleEndian.u16(identify, IdentifyController.CRDT1),
            LittleEndian.u16(identify, IdentifyController.CRDT2),
            LittleEndian.u16(identify, IdentifyController.CRDT3)),
        IdentifyController.subnqn(identify),
        LittleEndian.u16(identify, IdentifyController.MAXCMD),
        LittleEndian.u8(identify, IdentifyController.ACL) + 1,
        (LittleEndian.u32(identify, IdentifyController.CTRATT) & ControllerBits.CTRATT_TBKAS) != 0,
        LittleEndian.u16(identify, IdentifyController.CQT),
        namespaces.namespaces(),
        namespaces.cut());
  }

  private static Action propertyGet(int property, boolean eightBytes) {
    byte[] sqe = new byte[Sqe.BYTES];
    PropertyCommand.get(sqe, 0, 0, property, eightBytes);
    return new Action.Command(sqe, Direction.NONE, new byte[0]);
  }

  private static Action getCsts() {
    return propertyGet(Fabrics.PROPERTY_CSTS, false);
  }

  private static Action setCc(Cc cc) {
    byte[] sqe = new byte[Sqe.BYTES];
    PropertyCommand.set(sqe, 0, 0, Fabrics.PROPERTY_CC, Integer.toUnsignedLong(cc.encode()));
    return new Action.Command(sqe, Direction.NONE, new byte[0]);
  }

  private static Action identify(int cns, long nsid) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.IDENTIFY, 0, nsid);
    Sqe.cdw(sqe, 0, 10, cns);
    return new Action.Command(sqe, Direction.READ, new byte[Cns.DATA_BYTES]);
  }
}
