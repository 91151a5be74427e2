package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.FeatureCommand;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features.AsyncEventConfiguration;
import io.nvmetcp.nvme.Features.ErrorRecovery;
import io.nvmetcp.nvme.HostBehavior;
import io.nvmetcp.nvme.HostIdentifier;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.HashMap;
import java.util.Map;

/**
 * Get and Set Features of one controller (Base specification 5.15 and 5.27). No feature can be
 * saved: the saved value is the default one, and a reset brings that back. Commands come from the
 * admin queue's thread; {@link #writeCacheEnabled} is asked on any.
 */
public final class FeatureSet {
  private static final long ALL_NAMESPACES = 0xFFFF_FFFFL;
  private static final int POWER_STATE_MASK = 0x1F;
  // Burst without a limit; there is no weighted arbitration for the weights to matter.
  private static final int DEFAULT_ARBITRATION = 7;

  private final Controller controller;
  private final Health health = new Health();
  private final Map<Long, Integer> errorRecovery = new HashMap<>();
  private final Map<Integer, Integer> plain = new HashMap<>();
  private byte[] hostBehavior = new byte[HostBehavior.BYTES];
  private int ioQueues;
  private volatile int eventConfiguration;
  private volatile boolean writeCacheEnabled;

  FeatureSet(Controller controller) {
    this.controller = controller;
    reset();
  }

  /** A controller reset: every feature has its default value again. */
  final synchronized void reset() {
    ioQueues = controller.subsystem().limits().ioQueues();
    eventConfiguration = 0;
    writeCacheEnabled = controller.hasVolatileCache();
    health.reset();
    errorRecovery.clear();
    plain.clear();
    hostBehavior = new byte[HostBehavior.BYTES];
  }

  /**
   * False if every write is durable: the host turned the volatile write cache off, or was never
   * told that there is one, because the first storage that has one came later.
   */
  public boolean writeCacheEnabled() {
    return writeCacheEnabled;
  }

  /** Highest I/O queue identifier. */
  synchronized int ioQueues() {
    return ioQueues;
  }

  /** Which events the host wants to hear of. */
  AsyncEventConfiguration events() {
    return AsyncEventConfiguration.decode(eventConfiguration);
  }

  /** Critical warnings now, as the SMART log has them. */
  synchronized int warnings() {
    return health.warnings();
  }

  private boolean exists(int feature) {
    boolean io = !controller.subsystem().isDiscovery();
    return switch (feature) {
      case FeatureId.ASYNC_EVENT_CONFIGURATION,
          FeatureId.KEEP_ALIVE_TIMER,
          FeatureId.HOST_IDENTIFIER ->
          true;
      case FeatureId.VOLATILE_WRITE_CACHE -> io && controller.hasVolatileCache();
      case FeatureId.ARBITRATION,
          FeatureId.POWER_MANAGEMENT,
          FeatureId.TEMPERATURE_THRESHOLD,
          FeatureId.ERROR_RECOVERY,
          FeatureId.NUMBER_OF_QUEUES,
          FeatureId.WRITE_ATOMICITY,
          FeatureId.HOST_BEHAVIOR ->
          io;
      default -> false;
    };
  }

  /** Bytes that a Set Features of the command at {@code at} brings along. */
  public static int dataBytes(byte[] sqe, int at) {
    return FeatureCommand.id(sqe, at) == FeatureId.HOST_BEHAVIOR ? HostBehavior.BYTES : 0;
  }

  /**
   * Executes a Set Features.
   *
   * @param data what came with it, {@link #dataBytes} long
   */
  synchronized AdminReply set(byte[] sqe, int at, byte[] data) {
    int feature = FeatureCommand.id(sqe, at);
    int value = (int) Sqe.cdw(sqe, at, 11);
    long nsid = Sqe.nsid(sqe, at);
    if (!exists(feature)) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    if (FeatureCommand.save(sqe, at)) {
      return AdminReply.refused(Status.FEATURE_NOT_SAVEABLE);
    }
    if (feature == FeatureId.ERROR_RECOVERY) {
      return setErrorRecovery(nsid, value);
    }
    if (nsid != 0 && nsid != ALL_NAMESPACES) {
      return AdminReply.refused(Status.FEATURE_NOT_NAMESPACE_SPECIFIC);
    }
    return switch (feature) {
      case FeatureId.NUMBER_OF_QUEUES -> setQueues(Integer.toUnsignedLong(value));
      case FeatureId.KEEP_ALIVE_TIMER -> {
        controller.keepAlive().setTimeoutMillis(Integer.toUnsignedLong(value));
        yield AdminReply.ok(0);
      }
      case FeatureId.ASYNC_EVENT_CONFIGURATION -> setEvents(value);
      case FeatureId.VOLATILE_WRITE_CACHE -> {
        writeCacheEnabled = (value & 1) != 0;
        yield AdminReply.ok(0);
      }
      case FeatureId.TEMPERATURE_THRESHOLD -> setTemperature(value);
      case FeatureId.HOST_BEHAVIOR -> setHostBehavior(data);
      case FeatureId.POWER_MANAGEMENT ->
          // There is one power state.
          (value & POWER_STATE_MASK) == 0 ? keep(feature, value) : refusedField();
      case FeatureId.ARBITRATION -> keep(feature, value);
      case FeatureId.WRITE_ATOMICITY -> keep(feature, value & 1);
      // On Fabrics the host identifier is Connect's.
      case FeatureId.HOST_IDENTIFIER -> AdminReply.refused(Status.COMMAND_SEQUENCE_ERROR);
      default -> throw new IllegalStateException("feature " + feature + " cannot be set");
    };
  }

  private static AdminReply refusedField() {
    return AdminReply.refused(Status.INVALID_FIELD);
  }

  private AdminReply keep(int feature, int value) {
    plain.put(feature, value);
    return AdminReply.ok(0);
  }

  private AdminReply setQueues(long value) {
    int submission = (int) (value & 0xFFFF);
    int completion = (int) (value >>> 16);
    if (submission == 0xFFFF || completion == 0xFFFF) {
      return refusedField();
    }
    if (controller.hasIoQueues()) {
      return AdminReply.refused(Status.COMMAND_SEQUENCE_ERROR);
    }
    int asked = Math.min(submission, completion) + 1;
    ioQueues = Math.min(asked, controller.subsystem().limits().ioQueues());
    return AdminReply.ok(queuesResult(ioQueues));
  }

  private static long queuesResult(int queues) {
    return (queues - 1) | (long) (queues - 1) << 16;
  }

  // What the controller never reports cannot be asked for: OAES says so.
  private AdminReply setEvents(int value) {
    if ((value & ~controller.supportedEvents()) != 0) {
      return refusedField();
    }
    int fresh = value & ~eventConfiguration;
    eventConfiguration = value;
    // A warning that stands already is reported once the host wants to know.
    controller.warn(health.warnings() & fresh);
    return AdminReply.ok(0);
  }

  private AdminReply setTemperature(int value) {
    int before = health.warnings();
    int status = health.set(value);
    if (!Status.isSuccess(status)) {
      return AdminReply.refused(status);
    }
    controller.warn(health.warnings() & ~before);
    return AdminReply.ok(0);
  }

  private AdminReply setErrorRecovery(long nsid, int value) {
    if (nsid != ALL_NAMESPACES && controller.subsystem().namespace(nsid) == null) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    // NSFEAT says that reading a deallocated block is no error.
    if (ErrorRecovery.decode(value).deallocatedError()) {
      return refusedField();
    }
    if (nsid == ALL_NAMESPACES) {
      errorRecovery.clear();
    }
    errorRecovery.put(nsid, value);
    return AdminReply.ok(0);
  }

  private AdminReply setHostBehavior(byte[] data) {
    HostBehavior asked = HostBehavior.decode(data);
    boolean switches =
        asked.retryDelays() <= HostBehavior.ON
            && asked.extendedTelemetry() <= HostBehavior.ON
            && asked.extendedLbaFormats() <= HostBehavior.ON
            && asked.dispersedNamespaces() <= HostBehavior.ON;
    // OCFS says that there is no Copy format that would have to be enabled.
    if (!switches || asked.copyFormats() != 0) {
      return refusedField();
    }
    hostBehavior = asked.encode();
    return AdminReply.ok(0);
  }

  synchronized AdminReply get(byte[] sqe, int at) {
    int feature = FeatureCommand.id(sqe, at);
    int select = FeatureCommand.select(sqe, at);
    if (!exists(feature) || select > FeatureCommand.CAPABILITIES) {
      return refusedField();
    }
    if (select == FeatureCommand.CAPABILITIES) {
      return AdminReply.ok(capabilities(feature));
    }
    int dword11 = (int) Sqe.cdw(sqe, at, 11);
    boolean initial = select != FeatureCommand.CURRENT;
    return switch (feature) {
      case FeatureId.NUMBER_OF_QUEUES ->
          AdminReply.ok(
              queuesResult(initial ? controller.subsystem().limits().ioQueues() : ioQueues));
      case FeatureId.KEEP_ALIVE_TIMER ->
          AdminReply.ok(initial ? 0 : controller.keepAlive().timeoutMillis());
      case FeatureId.ASYNC_EVENT_CONFIGURATION ->
          AdminReply.ok(initial ? 0 : Integer.toUnsignedLong(eventConfiguration));
      case FeatureId.VOLATILE_WRITE_CACHE -> AdminReply.ok(initial || writeCacheEnabled ? 1 : 0);
      case FeatureId.TEMPERATURE_THRESHOLD -> {
        int kelvin = health.get(dword11, initial);
        yield kelvin < 0 ? refusedField() : AdminReply.ok(kelvin);
      }
      case FeatureId.ERROR_RECOVERY -> getErrorRecovery(Sqe.nsid(sqe, at), initial);
      case FeatureId.HOST_BEHAVIOR ->
          AdminReply.data(initial ? new byte[HostBehavior.BYTES] : hostBehavior.clone());
      case FeatureId.ARBITRATION -> AdminReply.ok(plain(feature, initial, DEFAULT_ARBITRATION));
      case FeatureId.POWER_MANAGEMENT, FeatureId.WRITE_ATOMICITY ->
          AdminReply.ok(plain(feature, initial, 0));
      // 64-bit host identifiers do not exist on Fabrics: EXHID must be set (Base 5.27.1.25).
      case FeatureId.HOST_IDENTIFIER ->
          HostIdentifier.isExtended(dword11)
              ? AdminReply.data(HostIdentifier.encode(controller.hostId()))
              : refusedField();
      default -> throw new IllegalStateException("feature " + feature + " cannot be read");
    };
  }

  private long plain(int feature, boolean initial, int standard) {
    return Integer.toUnsignedLong(initial ? standard : plain.getOrDefault(feature, standard));
  }

  private AdminReply getErrorRecovery(long nsid, boolean initial) {
    if (controller.subsystem().namespace(nsid) == null) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    int ofAll = errorRecovery.getOrDefault(ALL_NAMESPACES, 0);
    return AdminReply.ok(
        initial ? 0 : Integer.toUnsignedLong(errorRecovery.getOrDefault(nsid, ofAll)));
  }

  private static long capabilities(int feature) {
    return switch (feature) {
      case FeatureId.HOST_IDENTIFIER -> 0;
      case FeatureId.ERROR_RECOVERY ->
          FeatureCommand.CHANGEABLE | FeatureCommand.NAMESPACE_SPECIFIC;
      default -> FeatureCommand.CHANGEABLE;
    };
  }
}
