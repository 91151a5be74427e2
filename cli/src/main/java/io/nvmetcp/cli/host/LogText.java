package io.nvmetcp.cli.host;

import io.nvmetcp.nvme.ChangedNamespaceLog;
import io.nvmetcp.nvme.CommandEffectsLog;
import io.nvmetcp.nvme.CommandNames;
import io.nvmetcp.nvme.ErrorLogEntry;
import io.nvmetcp.nvme.FirmwareSlotLog;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.SmartLog;
import io.nvmetcp.nvme.Status;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Log pages for people and programs; a page that is not known is bytes. */
public final class LogText {
  private static final int KELVIN = 273;
  private static final int OPCODES = 256;

  private LogText() {}

  /** The length of a page whose length is known, or of its first part that is of use; else 0. */
  public static int usualBytes(int page) {
    return switch (page) {
      case LogPageId.ERROR_INFORMATION -> ErrorLogEntry.BYTES;
      case LogPageId.SMART -> SmartLog.BYTES;
      case LogPageId.FIRMWARE_SLOT -> FirmwareSlotLog.BYTES;
      case LogPageId.CHANGED_NAMESPACES -> ChangedNamespaceLog.BYTES;
      case LogPageId.COMMANDS_SUPPORTED -> CommandEffectsLog.BYTES;
      default -> 0;
    };
  }

  /**
   * The page as lines.
   *
   * @param whole the bytes are the page from its start, as long as {@link #usualBytes} at least
   */
  public static String text(int page, byte[] bytes, boolean whole) {
    JsonObject known = whole ? known(page, bytes) : null;
    if (known == null) {
      return String.format("log-id:%#x%n%s", page, HexTable.of(bytes));
    }
    StringBuilder lines = new StringBuilder();
    append(lines, "", known);
    return lines.toString();
  }

  private static void append(StringBuilder lines, String indent, JsonObject json) {
    int width = json.fieldNames().stream().mapToInt(String::length).max().orElse(0);
    for (Map.Entry<String, Object> member : json) {
      switch (member.getValue()) {
        case JsonArray list -> {
          lines.append(indent).append(member.getKey()).append(":\n");
          for (Object element : list) {
            if (element instanceof JsonObject object) {
              append(lines, indent + "  ", object);
              lines.append('\n');
            } else {
              lines.append(indent).append("  ").append(element).append('\n');
            }
          }
        }
        default ->
            lines.append(
                String.format(
                    "%s%-" + width + "s : %s%n", indent, member.getKey(), member.getValue()));
      }
    }
  }

  /** The page as an object; its bytes in hexadecimal if it is not known. */
  public static JsonObject json(int page, byte[] bytes, boolean whole) {
    JsonObject known = whole ? known(page, bytes) : null;
    return known == null
        ? new JsonObject().put("log_id", page).put("data", HexFormat.of().formatHex(bytes))
        : known;
  }

  private static @Nullable JsonObject known(int page, byte[] bytes) {
    return switch (page) {
      case LogPageId.SMART -> smart(SmartLog.decode(bytes));
      case LogPageId.ERROR_INFORMATION -> errors(bytes);
      case LogPageId.FIRMWARE_SLOT -> firmware(FirmwareSlotLog.decode(bytes));
      case LogPageId.CHANGED_NAMESPACES -> changed(ChangedNamespaceLog.decode(bytes));
      case LogPageId.COMMANDS_SUPPORTED -> effects(bytes);
      default -> null;
    };
  }

  private static JsonObject smart(SmartLog log) {
    return new JsonObject()
        .put("critical_warning", log.criticalWarning())
        .put("temperature", log.temperatureKelvin())
        .put("temperature_celsius", log.temperatureKelvin() - KELVIN)
        .put("avail_spare", log.availableSparePercent())
        .put("spare_thresh", log.spareThresholdPercent())
        .put("percent_used", log.usedPercent())
        .put("endurance_grp_critical_warning_summary", log.enduranceGroupWarnings())
        .put("data_units_read", log.dataUnitsRead().toString())
        .put("data_units_written", log.dataUnitsWritten().toString())
        .put("host_read_commands", log.hostReads().toString())
        .put("host_write_commands", log.hostWrites().toString())
        .put("controller_busy_time", log.busyMinutes().toString())
        .put("power_cycles", log.powerCycles().toString())
        .put("power_on_hours", log.powerOnHours().toString())
        .put("unsafe_shutdowns", log.unsafeShutdowns().toString())
        .put("media_errors", log.mediaErrors().toString())
        .put("num_err_log_entries", log.errorLogEntries().toString())
        .put("warning_temp_time", log.warningTemperatureMinutes())
        .put("critical_comp_time", log.criticalTemperatureMinutes());
  }

  private static JsonObject errors(byte[] bytes) {
    JsonArray list = new JsonArray();
    for (int at = 0; at + ErrorLogEntry.BYTES <= bytes.length; at += ErrorLogEntry.BYTES) {
      ErrorLogEntry entry = ErrorLogEntry.decode(bytes, at);
      if (entry.count() == 0) {
        continue;
      }
      list.add(
          new JsonObject()
              .put("error_count", Long.toUnsignedString(entry.count()))
              .put("sqid", entry.sqid())
              .put("cmdid", entry.cid())
              .put("status_field", Status.describe(entry.status()))
              .put("parm_error_location", entry.parameterLocation())
              .put("lba", Long.toUnsignedString(entry.lba()))
              .put("nsid", entry.nsid())
              .put("opcode", entry.opcode()));
    }
    return new JsonObject().put("errors", list);
  }

  private static JsonObject firmware(FirmwareSlotLog log) {
    JsonObject json =
        new JsonObject().put("active_slot", log.activeSlot()).put("next_slot", log.nextSlot());
    for (int i = 0; i < log.revisions().size(); i++) {
      String revision = log.revisions().get(i);
      if (!revision.isEmpty()) {
        json.put("frs" + (i + 1), Printable.of(revision));
      }
    }
    return json;
  }

  private static JsonObject changed(ChangedNamespaceLog log) {
    return new JsonObject()
        .put("overflowed", log.overflowed())
        .put("changed_ns", new JsonArray(new ArrayList<>(log.nsids())));
  }

  private static JsonObject effects(byte[] bytes) {
    return new JsonObject()
        .put("admin_cmds", supported(bytes, true))
        .put("io_cmds", supported(bytes, false));
  }

  private static JsonArray supported(byte[] bytes, boolean admin) {
    List<Object> found = new ArrayList<>();
    for (int opcode = 0; opcode < OPCODES; opcode++) {
      int effects =
          admin ? CommandEffectsLog.admin(bytes, opcode) : CommandEffectsLog.io(bytes, opcode);
      if ((effects & CommandEffectsLog.SUPPORTED) != 0) {
        String name = admin ? CommandNames.admin(opcode) : CommandNames.io(opcode);
        found.add(String.format("%02x: %08x (%s)", opcode, effects, name));
      }
    }
    return new JsonArray(found);
  }
}
