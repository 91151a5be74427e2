package io.nvmetcp.cli.host;

import io.nvmetcp.initiator.DiscoveryResult;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What a discovery found, for people and programs, as nvme-cli prints a discovery log. */
public final class DiscoveryText {
  private DiscoveryText() {}

  /** A paragraph per entry. */
  public static String text(DiscoveryResult result) {
    StringBuilder lines = new StringBuilder();
    lines.append(
        String.format(
            "%nDiscovery Log Number of Records %d, Generation counter %s%n",
            result.entries().size(), Long.toUnsignedString(result.generation())));
    int number = 0;
    for (DiscoveryEntry entry : result.entries()) {
      lines.append(
          String.format(
              """
              =====Discovery Log Entry %d======
              trtype:  tcp
              adrfam:  %s
              subtype: %s
              treq:    %s
              portid:  %d
              trsvcid: %s
              subnqn:  %s
              traddr:  %s
              """,
              number++,
              family(entry),
              kind(entry),
              requirements(entry),
              entry.portId(),
              entry.port() == 0 ? "" : entry.port(),
              Printable.of(entry.nqn()),
              Printable.of(entry.address())));
    }
    return lines.toString();
  }

  /** An object with the generation counter and a list of records. */
  public static JsonObject json(DiscoveryResult result) {
    JsonArray records = new JsonArray();
    for (DiscoveryEntry entry : result.entries()) {
      records.add(
          new JsonObject()
              .put("trtype", "tcp")
              .put("adrfam", family(entry))
              .put("subtype", kind(entry))
              .put("treq", requirements(entry))
              .put("portid", entry.portId())
              .put("trsvcid", entry.port() == 0 ? "" : String.valueOf(entry.port()))
              .put("subnqn", entry.nqn())
              .put("traddr", entry.address()));
    }
    JsonArray problems = new JsonArray();
    for (DiscoveryResult.Problem problem : result.problems()) {
      problems.add(
          new JsonObject()
              .put("traddr", problem.host())
              .put("trsvcid", String.valueOf(problem.port()))
              .put("reason", problem.reason()));
    }
    return new JsonObject()
        .put("genctr", result.generation())
        .put("records", records)
        .put("problems", problems);
  }

  private static String family(DiscoveryEntry entry) {
    return entry.ipv6() ? "ipv6" : "ipv4";
  }

  private static String kind(DiscoveryEntry entry) {
    return switch (entry.kind()) {
      case REFERRAL -> "referral";
      case SUBSYSTEM -> "nvme subsystem";
      case CURRENT_DISCOVERY -> "current discovery subsystem";
      case OTHER -> "unrecognized";
    };
  }

  private static String requirements(DiscoveryEntry entry) {
    String channel =
        switch (entry.secureChannel()) {
          case NOT_SPECIFIED -> "not specified";
          case REQUIRED -> "required";
          case NOT_REQUIRED -> "not required";
          case RESERVED -> "unrecognized";
        };
    return channel + (entry.flowControlOptional() ? ", sq flow control disable supported" : "");
  }
}
