package io.nvmetcp.cli.host;

import io.nvmetcp.initiator.FeatureValue;
import io.nvmetcp.nvme.FeatureCommand;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features;
import io.nvmetcp.nvme.HostIdentifier;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.Map;

/** Features for people and programs. */
public final class FeatureText {
  private static final String[] SELECT = {"Current", "Default", "Saved", "Supported capabilities"};

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(FeatureId.ARBITRATION, "Arbitration"),
          Map.entry(FeatureId.POWER_MANAGEMENT, "Power Management"),
          Map.entry(FeatureId.LBA_RANGE_TYPE, "LBA Range Type"),
          Map.entry(FeatureId.TEMPERATURE_THRESHOLD, "Temperature Threshold"),
          Map.entry(FeatureId.ERROR_RECOVERY, "Error Recovery"),
          Map.entry(FeatureId.VOLATILE_WRITE_CACHE, "Volatile Write Cache"),
          Map.entry(FeatureId.NUMBER_OF_QUEUES, "Number of Queues"),
          Map.entry(FeatureId.INTERRUPT_COALESCING, "Interrupt Coalescing"),
          Map.entry(FeatureId.INTERRUPT_VECTOR, "Interrupt Vector Configuration"),
          Map.entry(FeatureId.WRITE_ATOMICITY, "Write Atomicity Normal"),
          Map.entry(FeatureId.ASYNC_EVENT_CONFIGURATION, "Async Event Configuration"),
          Map.entry(FeatureId.TIMESTAMP, "Timestamp"),
          Map.entry(FeatureId.KEEP_ALIVE_TIMER, "Keep Alive Timer"),
          Map.entry(FeatureId.HOST_BEHAVIOR, "Host Behavior"),
          Map.entry(FeatureId.SANITIZE_CONFIG, "Sanitize"),
          Map.entry(FeatureId.ENDURANCE_GROUP_EVENTS, "Endurance Event Group Configuration"),
          Map.entry(FeatureId.COMMAND_SET_PROFILE, "I/O Command Set Profile"),
          Map.entry(FeatureId.SPINUP_CONTROL, "Spinup Control"),
          Map.entry(FeatureId.SOFTWARE_PROGRESS, "Software Progress"),
          Map.entry(FeatureId.HOST_IDENTIFIER, "Host Identifier"),
          Map.entry(FeatureId.RESERVATION_MASK, "Reservation Notification Mask"),
          Map.entry(FeatureId.RESERVATION_PERSISTENCE, "Reservation Persistence"),
          Map.entry(FeatureId.NAMESPACE_WRITE_PROTECTION, "Namespace Write Protect"));

  private FeatureText() {}

  /** The specification's name of a feature. */
  public static String name(int feature) {
    return NAMES.getOrDefault(feature, "Unknown");
  }

  /**
   * A line for the value, and more for what it means and for its data.
   *
   * @param readable say what the value means
   */
  public static String text(int feature, int select, FeatureValue value, boolean readable) {
    StringBuilder lines = new StringBuilder();
    lines.append(
        String.format(
            "get-feature:%#04x (%s), %s value:%#010x%n",
            feature, name(feature), SELECT[select], value.dword()));
    if (readable) {
      meaning(feature, select, value)
          .forEach(
              member -> lines.append("\t" + member.getKey() + ": " + member.getValue() + "\n"));
    }
    if (value.data().length > 0) {
      lines.append(HexTable.of(value.data()));
    }
    return lines.toString();
  }

  /** The value, its data and what they mean. */
  public static JsonObject json(int feature, int select, FeatureValue value) {
    JsonObject json =
        new JsonObject()
            .put("feature", feature)
            .put("name", name(feature))
            .put("select", SELECT[select])
            .put("value", Integer.toUnsignedLong(value.dword()));
    if (value.data().length > 0) {
      json.put("data", HexFormat.of().formatHex(value.data()));
    }
    JsonObject meaning = meaning(feature, select, value);
    return meaning.isEmpty() ? json : json.put("meaning", meaning);
  }

  private static JsonObject meaning(int feature, int select, FeatureValue value) {
    int dword = value.dword();
    if (select == FeatureCommand.CAPABILITIES) {
      return new JsonObject()
          .put("saveable", (dword & FeatureCommand.SAVEABLE) != 0)
          .put("namespace specific", (dword & FeatureCommand.NAMESPACE_SPECIFIC) != 0)
          .put("changeable", (dword & FeatureCommand.CHANGEABLE) != 0);
    }
    return switch (feature) {
      case FeatureId.NUMBER_OF_QUEUES -> {
        Features.NumberOfQueues queues = Features.NumberOfQueues.decode(dword);
        yield new JsonObject()
            .put("submission queues", queues.submission())
            .put("completion queues", queues.completion());
      }
      case FeatureId.KEEP_ALIVE_TIMER ->
          new JsonObject().put("timeout in ms", Features.KeepAlive.decode(dword).timeoutMs());
      case FeatureId.VOLATILE_WRITE_CACHE ->
          new JsonObject().put("enabled", Features.VolatileWriteCache.decode(dword).enabled());
      case FeatureId.WRITE_ATOMICITY ->
          new JsonObject().put("disabled", Features.WriteAtomicity.decode(dword).disabled());
      case FeatureId.ERROR_RECOVERY -> {
        Features.ErrorRecovery recovery = Features.ErrorRecovery.decode(dword);
        yield new JsonObject()
            .put("time limit in units of 100 ms", recovery.timeoutUnits())
            .put("deallocated blocks are an error", recovery.deallocatedError());
      }
      case FeatureId.ARBITRATION -> {
        Features.Arbitration weights = Features.Arbitration.decode(dword);
        yield new JsonObject()
            .put("burst", weights.burst())
            .put("low weight", weights.lowWeight())
            .put("medium weight", weights.mediumWeight())
            .put("high weight", weights.highWeight());
      }
      case FeatureId.ASYNC_EVENT_CONFIGURATION -> {
        var events = Features.AsyncEventConfiguration.decode(dword);
        yield new JsonObject()
            .put("health warnings", String.format("%#x", events.healthWarnings()))
            .put(
                "namespace attribute notices",
                events.wants(Features.AsyncEvents.NAMESPACE_ATTRIBUTES))
            .put("access change notices", events.wants(Features.AsyncEvents.ANA_CHANGE))
            .put("discovery log notices", events.wants(Features.AsyncEvents.DISCOVERY));
      }
      case FeatureId.HOST_IDENTIFIER ->
          value.data().length == HostIdentifier.EXTENDED_BYTES
              ? new JsonObject()
                  .put("host identifier", HostIdentifier.decode(value.data()).toString())
              : new JsonObject();
      default -> new JsonObject();
    };
  }
}
