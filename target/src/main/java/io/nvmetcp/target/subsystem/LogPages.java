package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.CommandEffectsLog;
import io.nvmetcp.nvme.FirmwareSlotLog;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.SmartLog;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Get Log Page (Base specification 5.16), with lengths and offsets of any size. Reading a page
 * without <em>retain asynchronous event</em> clears the event that points to it.
 */
final class LogPages {
  private static final long ALL_NAMESPACES = 0xFFFF_FFFFL;
  private static final int RETAIN = 1 << 15;
  private static final int FULL_SPARE = 100;
  private static final int SPARE_THRESHOLD = 10;
  private static final int DATA_UNIT_BYTES = 512 * 1000;
  private static final int[] ADMIN = {
    AdminOpcode.GET_LOG_PAGE,
    AdminOpcode.IDENTIFY,
    AdminOpcode.ABORT,
    AdminOpcode.SET_FEATURES,
    AdminOpcode.GET_FEATURES,
    AdminOpcode.ASYNC_EVENT_REQUEST,
    AdminOpcode.KEEP_ALIVE
  };
  private static final int[] IO = {
    IoOpcode.FLUSH, IoOpcode.READ, IoOpcode.COMPARE, IoOpcode.VERIFY
  };
  private static final int[] IO_CHANGING = {
    IoOpcode.WRITE, IoOpcode.WRITE_ZEROES, IoOpcode.DATASET_MANAGEMENT, IoOpcode.COPY
  };

  private LogPages() {}

  /** Data that the Get Log Page at {@code at} asks for. */
  static long lengthBytes(byte[] sqe, int at) {
    long dwords = Sqe.cdw(sqe, at, 10) >>> 16 | (Sqe.cdw(sqe, at, 11) & 0xFFFF) << 16;
    return (dwords + 1) * 4;
  }

  static AdminReply get(Controller controller, byte[] sqe, int at) {
    long cdw10 = Sqe.cdw(sqe, at, 10);
    int id = (int) cdw10 & 0xFF;
    boolean retain = (cdw10 & RETAIN) != 0;
    long offset = Sqe.cdw(sqe, at, 12) | Sqe.cdw(sqe, at, 13) << 32;
    long length = lengthBytes(sqe, at);
    if (offset < 0
        || offset % 4 != 0
        || length > controller.subsystem().limits().maxTransferBytes()) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    long nsid = Sqe.nsid(sqe, at);
    if (id == LogPageId.SMART && nsid != 0 && nsid != ALL_NAMESPACES) {
      // LPA says that there is no such log of a single namespace.
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    byte[] page = page(controller, id, true);
    if (page == null) {
      return AdminReply.refused(Status.INVALID_LOG_PAGE);
    }
    if (offset > page.length) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    if (!retain) {
      page = cleared(controller, id);
    }
    byte[] part = new byte[(int) length];
    int held = (int) Math.clamp(page.length - offset, 0, length);
    System.arraycopy(page, (int) Math.min(offset, page.length), part, 0, held);
    return AdminReply.data(part);
  }

  // The event goes before the page is made: what happens in between is in it, and told once more.
  private static byte[] cleared(Controller controller, int id) {
    controller.events().clear(id);
    byte[] page = page(controller, id, false);
    return page == null ? new byte[0] : page;
  }

  private static byte @Nullable [] page(Controller controller, int id, boolean retain) {
    DiscoverySource discovery = controller.subsystem().discovery();
    if (discovery != null) {
      return id == LogPageId.DISCOVERY
          ? discovery.discoveryLog(controller.hostNqn(), controller.localAddress())
          : null;
    }
    return switch (id) {
      case LogPageId.ERROR_INFORMATION -> controller.errors().page();
      case LogPageId.SMART -> smart(controller);
      case LogPageId.FIRMWARE_SLOT ->
          new FirmwareSlotLog(1, 0, List.of(Subsystem.FIRMWARE)).encode();
      case LogPageId.CHANGED_NAMESPACES -> controller.changedNamespaces().page(retain);
      case LogPageId.COMMANDS_SUPPORTED -> commands();
      // Asymmetric namespace access (0Ch) belongs to a bit of CMIC that is clear.
      default -> null;
    };
  }

  // What nothing measures is 0: wear, busy time, losses of power.
  private static byte[] smart(Controller controller) {
    IoTally tally = controller.subsystem().tally();
    ErrorLog errors = controller.errors();
    return new SmartLog(
            controller.features().warnings(),
            Health.TEMPERATURE_KELVIN,
            FULL_SPARE,
            SPARE_THRESHOLD,
            0,
            dataUnits(tally.bytesRead()),
            dataUnits(tally.bytesWritten()),
            tally.reads(),
            tally.writes(),
            0,
            1,
            controller.subsystem().upHours(),
            0,
            errors.mediaErrors(),
            errors.count())
        .encode();
  }

  private static long dataUnits(long bytes) {
    return (bytes + DATA_UNIT_BYTES - 1) / DATA_UNIT_BYTES;
  }

  private static byte[] commands() {
    byte[] b = new byte[CommandEffectsLog.BYTES];
    for (int opcode : ADMIN) {
      CommandEffectsLog.admin(b, opcode, CommandEffectsLog.SUPPORTED);
    }
    for (int opcode : IO) {
      CommandEffectsLog.io(b, opcode, CommandEffectsLog.SUPPORTED);
    }
    for (int opcode : IO_CHANGING) {
      CommandEffectsLog.io(
          b, opcode, CommandEffectsLog.SUPPORTED | CommandEffectsLog.CHANGES_BLOCKS);
    }
    return b;
  }
}
