package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;

/**
 * Get and Set Features of one controller (Base specification 5.15 and 5.27). Commands come from the
 * admin queue's thread; {@link #writeCacheEnabled} is asked on any.
 */
public final class Features {
  private static final int SAVE_BIT = 1 << 31;
  private static final int SELECT_MASK = 0x700;
  private static final int EXTENDED_HOST_ID = 1;

  private final Controller controller;
  private int ioQueues;
  private int eventConfiguration;
  private volatile boolean writeCacheEnabled = true;

  Features(Controller controller) {
    this.controller = controller;
    ioQueues = controller.subsystem().limits().ioQueues();
  }

  /** False if the host turned the volatile write cache off: then every write is durable. */
  public boolean writeCacheEnabled() {
    return writeCacheEnabled;
  }

  /** Highest I/O queue identifier. */
  synchronized int ioQueues() {
    return ioQueues;
  }

  synchronized AdminReply set(byte[] sqe, int at) {
    int feature = (int) Sqe.cdw(sqe, at, 10);
    long value = Sqe.cdw(sqe, at, 11);
    if ((feature & SAVE_BIT) != 0) {
      return AdminReply.refused(Status.FEATURE_NOT_SAVEABLE);
    }
    return switch (feature & 0xFF) {
      case FeatureId.NUMBER_OF_QUEUES -> setQueues(value);
      case FeatureId.KEEP_ALIVE_TIMER -> {
        controller.keepAlive().setTimeoutMillis(value);
        yield AdminReply.ok(0);
      }
      case FeatureId.ASYNC_EVENT_CONFIGURATION -> {
        eventConfiguration = (int) value;
        yield AdminReply.ok(0);
      }
      case FeatureId.VOLATILE_WRITE_CACHE -> {
        if (!controller.subsystem().writesAreVolatile()) {
          yield AdminReply.refused(Status.INVALID_FIELD);
        }
        writeCacheEnabled = (value & 1) != 0;
        yield AdminReply.ok(0);
      }
      // On Fabrics the host identifier is Connect's.
      case FeatureId.HOST_IDENTIFIER -> AdminReply.refused(Status.COMMAND_SEQUENCE_ERROR);
      default -> AdminReply.refused(Status.INVALID_FIELD);
    };
  }

  private AdminReply setQueues(long value) {
    int submission = (int) (value & 0xFFFF);
    int completion = (int) (value >>> 16);
    if (submission == 0xFFFF || completion == 0xFFFF || controller.subsystem().isDiscovery()) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    if (controller.hasIoQueues()) {
      return AdminReply.refused(Status.COMMAND_SEQUENCE_ERROR);
    }
    int asked = Math.min(submission, completion) + 1;
    ioQueues = Math.min(asked, controller.subsystem().limits().ioQueues());
    return AdminReply.ok(queuesResult());
  }

  private long queuesResult() {
    return (ioQueues - 1) | (long) (ioQueues - 1) << 16;
  }

  synchronized AdminReply get(byte[] sqe, int at) {
    int feature = (int) Sqe.cdw(sqe, at, 10);
    if ((feature & SELECT_MASK) != 0) {
      // Only the current value can be asked for: ONCS says so.
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    return switch (feature & 0xFF) {
      case FeatureId.NUMBER_OF_QUEUES ->
          controller.subsystem().isDiscovery()
              ? AdminReply.refused(Status.INVALID_FIELD)
              : AdminReply.ok(queuesResult());
      case FeatureId.KEEP_ALIVE_TIMER -> AdminReply.ok(controller.keepAlive().timeoutMillis());
      case FeatureId.ASYNC_EVENT_CONFIGURATION ->
          AdminReply.ok(Integer.toUnsignedLong(eventConfiguration));
      case FeatureId.VOLATILE_WRITE_CACHE ->
          controller.subsystem().writesAreVolatile()
              ? AdminReply.ok(writeCacheEnabled ? 1 : 0)
              : AdminReply.refused(Status.INVALID_FIELD);
      case FeatureId.HOST_IDENTIFIER -> hostIdentifier(sqe, at);
      default -> AdminReply.refused(Status.INVALID_FIELD);
    };
  }

  // 64-bit host identifiers do not exist on Fabrics: EXHID must be set (Base 5.27.1.25).
  private AdminReply hostIdentifier(byte[] sqe, int at) {
    if ((Sqe.cdw(sqe, at, 11) & EXTENDED_HOST_ID) == 0) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    byte[] data = new byte[16];
    LittleEndian.put64(data, 0, Long.reverseBytes(controller.hostId().getMostSignificantBits()));
    LittleEndian.put64(data, 8, Long.reverseBytes(controller.hostId().getLeastSignificantBits()));
    return AdminReply.data(data);
  }
}
