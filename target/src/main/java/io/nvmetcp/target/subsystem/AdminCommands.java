package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.concurrent.Executor;

/**
 * Executes the commands of an admin queue that are answered at once. Asynchronous Event Request and
 * Abort are not among them. On the admin queue's thread.
 */
public final class AdminCommands {
  private AdminCommands() {}

  /**
   * How much data the command at {@code at} of {@code sqe} will send, or -1 if that is known only
   * when it has been executed, which then changes nothing.
   */
  public static long dataToHost(byte[] sqe, int at) {
    return Sqe.opcode(sqe, at) == AdminOpcode.GET_LOG_PAGE ? LogPages.lengthBytes(sqe, at) : -1;
  }

  /**
   * Executes the NVMe admin command at {@code at} of {@code sqe}.
   *
   * @param data what came with it; empty for most
   */
  public static AdminReply execute(Controller controller, byte[] sqe, int at, byte[] data) {
    if (!controller.ready()) {
      // Ended just now, on another thread, is nothing that forbids the host another try.
      return controller.hasEnded()
          ? AdminReply.failed(Status.SQ_DELETED)
          : AdminReply.refused(Status.COMMAND_SEQUENCE_ERROR);
    }
    return switch (Sqe.opcode(sqe, at)) {
      case AdminOpcode.IDENTIFY -> IdentifyPages.identify(controller, sqe, at);
      case AdminOpcode.GET_LOG_PAGE -> LogPages.get(controller, sqe, at);
      case AdminOpcode.SET_FEATURES -> controller.features().set(sqe, at, data);
      case AdminOpcode.GET_FEATURES -> controller.features().get(sqe, at);
      case AdminOpcode.KEEP_ALIVE -> AdminReply.ok(0);
      default -> AdminReply.refused(Status.INVALID_OPCODE);
    };
  }

  /**
   * Executes a Property Get. A property that does not exist is refused without the do-not-retry
   * bit: {@code nvme show-regs} asks for all there can be, and takes the bit for another error.
   */
  public static AdminReply propertyGet(Controller controller, byte[] sqe, int at) {
    boolean eightBytes = PropertyCommand.sizeCode(sqe, at) == 1;
    long property = PropertyCommand.property(sqe, at);
    if (PropertyCommand.sizeCode(sqe, at) > 1 || eightBytes != (property == Fabrics.PROPERTY_CAP)) {
      return AdminReply.failed(Status.INVALID_FIELD);
    }
    return switch ((int) property) {
      case Fabrics.PROPERTY_CAP -> AdminReply.ok(controller.cap());
      case Fabrics.PROPERTY_VS -> AdminReply.ok(Controller.VERSION);
      case Fabrics.PROPERTY_CC -> AdminReply.ok(Integer.toUnsignedLong(controller.cc()));
      case Fabrics.PROPERTY_CSTS -> AdminReply.ok(Integer.toUnsignedLong(controller.csts()));
      // It reads as 0 where it works, too (Base specification 3.1.4.7).
      case Fabrics.PROPERTY_NSSR -> AdminReply.ok(0);
      default -> AdminReply.failed(Status.INVALID_FIELD);
    };
  }

  /**
   * Executes a Property Set: CC may be written, and NSSR without effect, as CAP.NSSRS says.
   *
   * @param thread the calling thread, for what goes on after the answer
   * @param voided runs, before the answer, if this is a controller reset
   */
  public static AdminReply propertySet(
      Controller controller, byte[] sqe, int at, Executor thread, Runnable voided) {
    long property = PropertyCommand.property(sqe, at);
    if (PropertyCommand.sizeCode(sqe, at) != 0
        || (property != Fabrics.PROPERTY_CC && property != Fabrics.PROPERTY_NSSR)) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    if (property == Fabrics.PROPERTY_CC
        && controller.writeCc((int) PropertyCommand.value(sqe, at), thread)) {
      voided.run();
    }
    return AdminReply.ok(0);
  }
}
