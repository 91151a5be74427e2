package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.concurrent.Executor;

/**
 * Executes the commands of an admin queue that need no data from the host. Asynchronous Event
 * Request is not among them: it has no answer. On the admin queue's thread.
 */
public final class AdminCommands {
  private static final long NOT_ABORTED = 1;

  private AdminCommands() {}

  /** Executes the NVMe admin command at {@code at} of {@code sqe}. */
  public static AdminReply execute(Controller controller, byte[] sqe, int at) {
    if (!controller.ready()) {
      return AdminReply.refused(Status.COMMAND_SEQUENCE_ERROR);
    }
    return switch (Sqe.opcode(sqe, at)) {
      case AdminOpcode.IDENTIFY -> IdentifyPages.identify(controller, sqe, at);
      case AdminOpcode.GET_LOG_PAGE -> LogPages.get(controller, sqe, at);
      case AdminOpcode.SET_FEATURES -> controller.features().set(sqe, at);
      case AdminOpcode.GET_FEATURES -> controller.features().get(sqe, at);
      case AdminOpcode.KEEP_ALIVE -> AdminReply.ok(0);
      // Best effort (Base 5.1): nothing is aborted, and the command in question completes itself.
      case AdminOpcode.ABORT ->
          controller.subsystem().isDiscovery()
              ? AdminReply.refused(Status.INVALID_OPCODE)
              : AdminReply.ok(NOT_ABORTED);
      default -> AdminReply.refused(Status.INVALID_OPCODE);
    };
  }

  /** Executes a Property Get. */
  public static AdminReply propertyGet(Controller controller, byte[] sqe, int at) {
    boolean eightBytes = PropertyCommand.sizeCode(sqe, at) == 1;
    long property = PropertyCommand.property(sqe, at);
    if (PropertyCommand.sizeCode(sqe, at) > 1 || eightBytes != (property == Fabrics.PROPERTY_CAP)) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    return switch ((int) property) {
      case Fabrics.PROPERTY_CAP -> AdminReply.ok(controller.cap());
      case Fabrics.PROPERTY_VS -> AdminReply.ok(Controller.VERSION);
      case Fabrics.PROPERTY_CC -> AdminReply.ok(Integer.toUnsignedLong(controller.cc()));
      case Fabrics.PROPERTY_CSTS -> AdminReply.ok(Integer.toUnsignedLong(controller.csts()));
      default -> AdminReply.refused(Status.INVALID_FIELD);
    };
  }

  /**
   * Executes a Property Set: CC is the only property that may be written.
   *
   * @param thread the calling thread, for what goes on after the answer
   */
  public static AdminReply propertySet(Controller controller, byte[] sqe, int at, Executor thread) {
    if (PropertyCommand.sizeCode(sqe, at) != 0
        || PropertyCommand.property(sqe, at) != Fabrics.PROPERTY_CC) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    controller.writeCc((int) PropertyCommand.value(sqe, at), thread);
    return AdminReply.ok(0);
  }
}
