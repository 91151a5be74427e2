package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Get Log Page (Base specification 5.16), with offsets. */
final class LogPages {
  private static final int ERROR_ENTRY_BYTES = 64;
  private static final int SMART_BYTES = 512;
  private static final int SMART_AVAILABLE_SPARE = 3;
  private static final int FIRMWARE_BYTES = 512;
  private static final int FIRMWARE_SLOT_1 = 8;
  private static final int EFFECTS_BYTES = 4096;
  private static final int EFFECTS_IO = 1024;
  private static final int SUPPORTED = 1;
  private static final int CHANGES_CONTENT = 1 << 1;
  private static final int[] ADMIN = {
    AdminOpcode.GET_LOG_PAGE,
    AdminOpcode.IDENTIFY,
    AdminOpcode.ABORT,
    AdminOpcode.SET_FEATURES,
    AdminOpcode.GET_FEATURES,
    AdminOpcode.ASYNC_EVENT_REQUEST,
    AdminOpcode.KEEP_ALIVE
  };

  private LogPages() {}

  static AdminReply get(Controller controller, byte[] sqe, int at) {
    long cdw10 = Sqe.cdw(sqe, at, 10);
    long dwords = (cdw10 >>> 16 | (Sqe.cdw(sqe, at, 11) & 0xFFFF) << 16) + 1;
    long offset = Sqe.cdw(sqe, at, 12) | Sqe.cdw(sqe, at, 13) << 32;
    byte[] page = page(controller, (int) cdw10 & 0xFF);
    if (page == null) {
      return AdminReply.refused(Status.INVALID_LOG_PAGE);
    }
    long length = dwords * 4;
    if (offset < 0
        || offset % 4 != 0
        || offset > page.length
        || length > controller.subsystem().limits().maxTransferBytes()) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    byte[] part = new byte[(int) length];
    int held = (int) Math.min(length, page.length - offset);
    System.arraycopy(page, (int) offset, part, 0, held);
    return AdminReply.data(part);
  }

  private static byte @Nullable [] page(Controller controller, int id) {
    DiscoverySource discovery = controller.subsystem().discovery();
    if (discovery != null) {
      return id == LogPageId.DISCOVERY ? discovery.discoveryLog(controller.hostNqn()) : null;
    }
    return switch (id) {
      // No error has been logged: one empty entry.
      case LogPageId.ERROR_INFORMATION -> new byte[ERROR_ENTRY_BYTES];
      case LogPageId.SMART -> smart();
      case LogPageId.FIRMWARE_SLOT -> firmware();
      case LogPageId.COMMANDS_SUPPORTED -> commands();
      default -> null;
    };
  }

  private static byte[] smart() {
    byte[] b = new byte[SMART_BYTES];
    b[SMART_AVAILABLE_SPARE] = 100;
    return b;
  }

  private static byte[] firmware() {
    byte[] b = new byte[FIRMWARE_BYTES];
    b[0] = 1;
    String revision = (Subsystem.FIRMWARE + "        ").substring(0, 8);
    System.arraycopy(
        revision.getBytes(StandardCharsets.US_ASCII), 0, b, FIRMWARE_SLOT_1, revision.length());
    return b;
  }

  private static byte[] commands() {
    byte[] b = new byte[EFFECTS_BYTES];
    for (int opcode : ADMIN) {
      LittleEndian.put32(b, opcode * 4, SUPPORTED);
    }
    LittleEndian.put32(b, EFFECTS_IO + IoOpcode.FLUSH * 4, SUPPORTED);
    LittleEndian.put32(b, EFFECTS_IO + IoOpcode.WRITE * 4, SUPPORTED | CHANGES_CONTENT);
    LittleEndian.put32(b, EFFECTS_IO + IoOpcode.READ * 4, SUPPORTED);
    LittleEndian.put32(b, EFFECTS_IO + IoOpcode.COMPARE * 4, SUPPORTED);
    LittleEndian.put32(b, EFFECTS_IO + IoOpcode.WRITE_ZEROES * 4, SUPPORTED | CHANGES_CONTENT);
    LittleEndian.put32(
        b, EFFECTS_IO + IoOpcode.DATASET_MANAGEMENT * 4, SUPPORTED | CHANGES_CONTENT);
    LittleEndian.put32(b, EFFECTS_IO + IoOpcode.VERIFY * 4, SUPPORTED);
    LittleEndian.put32(b, EFFECTS_IO + IoOpcode.COPY * 4, SUPPORTED | CHANGES_CONTENT);
    return b;
  }
}
