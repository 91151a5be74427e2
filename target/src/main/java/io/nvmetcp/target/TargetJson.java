package io.nvmetcp.target;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A target's options from JSON, and to it. */
final class TargetJson {
  private TargetJson() {}

  static void read(JsonFields fields, TargetOptions options) {
    fields.text("host", options::setHost);
    fields.number("port", options::setPort);
    fields.text("advertisedAddress", options::setAdvertisedAddress);
    List<String> places = new ArrayList<>();
    fields.objects(
        "listeners",
        each -> {
          ListenerOptions listener = listener(each);
          int before = places.indexOf(listener.place());
          if (before >= 0 && listener.getPort() != 0) {
            each.problem("port", listener.place() + " is listeners[" + before + "] already");
          }
          places.add(listener.place());
          options.addListener(listener);
        });
    for (String alone : List.of("host", "port", "advertisedAddress")) {
      if (fields.has("listeners") && fields.has(alone)) {
        fields.problem(alone, "is said by listeners already");
      }
    }
    fields.number("eventLoops", options::setEventLoops);
    fields.flag("headerDigest", on -> options.setDigests(on, options.isDataDigest()));
    fields.flag("dataDigest", on -> options.setDigests(options.isHeaderDigest(), on));
    fields.text("policy", options::setPolicy);
    fields.choice("success", TargetOptions.Success.class, options::setSuccess);
    fields.number("maxConnections", options::setMaxConnections);
    fields.number("queueEntries", options::setQueueEntries);
    fields.number("ioQueues", options::setIoQueues);
    fields.intBytes("inCapsuleBytes", options::setInCapsuleBytes);
    fields.intBytes("maxTransferBytes", options::setMaxTransferBytes);
    fields.intBytes("maxH2cDataBytes", options::setMaxH2cDataBytes);
    fields.intBytes("maxDataPduBytes", options::setMaxDataPduBytes);
    fields.bytes("transferMemoryBytes", options::setTransferMemoryBytes);
    fields.millis("connectTimeoutMillis", options::setConnectTimeout);
    fields.millis("lingerTimeoutMillis", options::setLingerTimeout);
    fields.object("connections", each -> connections(each, options.getConnections()));
    fields.objects("referrals", each -> referral(each, options));
    subsystems(fields, options);
  }

  private static void connections(JsonFields fields, ConnectionOptions options) {
    fields.number("cpda", options::setCpda);
    fields.flag("strict", options::setStrict);
    fields.intBytes("maxR2tBytes", options::setMaxR2tBytes);
    fields.number("maxR2ts", options::setMaxR2ts);
    fields.intBytes("writeWindowBytes", options::setWriteWindowBytes);
    fields.bytes("memoryBytes", options::setMemoryBytes);
    fields.number("turnCommands", options::setTurnCommands);
    fields.intBytes("turnBytes", options::setTurnBytes);
    fields.intBytes("sendBufferBytes", options::setSendBufferBytes);
    fields.number("tcpKeepAliveSeconds", options::setTcpKeepAliveSeconds);
    fields.text("tcpCongestionControl", options::setTcpCongestionControl);
    fields.number("pollMicros", options::setPollMicros);
    fields.millis("icReqTimeoutMillis", options::setIcReqTimeout);
    fields.millis("dataTimeoutMillis", options::setDataTimeout);
  }

  private static ListenerOptions listener(JsonFields fields) {
    String[] host = {"127.0.0.1"};
    int[] port = {0};
    fields.text("host", value -> host[0] = new ListenerOptions(value, 0).getHost());
    fields.number("port", value -> port[0] = new ListenerOptions("any", value).getPort());
    ListenerOptions options = new ListenerOptions(host[0], port[0]);
    fields.choice("serves", ListenerOptions.Serves.class, options::setServes);
    fields.text("advertisedAddress", options::setAdvertisedAddress);
    fields.number("advertisedPort", options::setAdvertisedPort);
    return options;
  }

  private static void referral(JsonFields fields, TargetOptions options) {
    List<ReferralOptions> made = new ArrayList<>();
    int[] port = {ListenerOptions.DISCOVERY_PORT};
    fields.number("port", value -> port[0] = new ReferralOptions("any", value).getPort());
    fields.text("address", value -> made.add(new ReferralOptions(value, port[0])));
    if (!fields.has("address")) {
      fields.problem("address", "missing");
    }
    ReferralOptions referral = made.isEmpty() ? new ReferralOptions("none", 1) : made.getFirst();
    fields.text("nqn", referral::setNqn);
    options.addReferral(referral);
  }

  private static void subsystems(JsonFields fields, TargetOptions options) {
    Map<Object, Integer> places = new HashMap<>();
    fields.objects(
        "subsystems",
        each -> {
          each.distinct("nqn", places, "subsystems", options.getSubsystems().size());
          options.addSubsystem(SubsystemJson.read(each));
        });
  }

  static JsonObject write(TargetOptions options) {
    JsonArray listeners = new JsonArray();
    options.getListeners().forEach(each -> listeners.add(write(each)));
    JsonArray referrals = new JsonArray();
    options.getReferrals().forEach(each -> referrals.add(write(each)));
    JsonArray subsystems = new JsonArray();
    options.getSubsystems().forEach(each -> subsystems.add(each.toJson()));
    return new JsonObject()
        .put("listeners", listeners)
        .put("eventLoops", options.getEventLoops())
        .put("headerDigest", options.isHeaderDigest())
        .put("dataDigest", options.isDataDigest())
        .put("policy", options.getSchedule().text())
        .put("success", options.getSuccess().name().toLowerCase(Locale.ROOT))
        .put("maxConnections", options.getMaxConnections())
        .put("queueEntries", options.getQueueEntries())
        .put("ioQueues", options.getIoQueues())
        .put("inCapsuleBytes", options.getInCapsuleBytes())
        .put("maxTransferBytes", options.getMaxTransferBytes())
        .put("maxH2cDataBytes", options.getMaxH2cDataBytes())
        .put("maxDataPduBytes", options.getMaxDataPduBytes())
        .put("transferMemoryBytes", options.getTransferMemoryBytes())
        .put("connectTimeoutMillis", options.getConnectTimeout().toMillis())
        .put("lingerTimeoutMillis", options.getLingerTimeout().toMillis())
        .put("connections", write(options.getConnections()))
        .put("referrals", referrals)
        .put("subsystems", subsystems);
  }

  private static JsonObject write(ConnectionOptions options) {
    return new JsonObject()
        .put("cpda", options.getCpda())
        .put("strict", options.isStrict())
        .put("maxR2tBytes", options.getMaxR2tBytes())
        .put("maxR2ts", options.getMaxR2ts())
        .put("writeWindowBytes", options.getWriteWindowBytes())
        .put("memoryBytes", options.getMemoryBytes())
        .put("turnCommands", options.getTurnCommands())
        .put("turnBytes", options.getTurnBytes())
        .put("sendBufferBytes", options.getSendBufferBytes())
        .put("tcpKeepAliveSeconds", options.getTcpKeepAliveSeconds())
        .put("tcpCongestionControl", options.getTcpCongestionControl())
        .put("pollMicros", options.getPollMicros())
        .put("icReqTimeoutMillis", options.getIcReqTimeout().toMillis())
        .put("dataTimeoutMillis", options.getDataTimeout().toMillis());
  }

  private static JsonObject write(ListenerOptions options) {
    JsonObject json =
        new JsonObject()
            .put("host", options.getHost())
            .put("port", options.getPort())
            .put("serves", options.getServes().name().toLowerCase(Locale.ROOT));
    options.getAdvertisedAddress().ifPresent(value -> json.put("advertisedAddress", value));
    options.getAdvertisedPort().ifPresent(value -> json.put("advertisedPort", value));
    return json;
  }

  private static JsonObject write(ReferralOptions options) {
    return new JsonObject()
        .put("address", options.getAddress())
        .put("port", options.getPort())
        .put("nqn", options.getNqn());
  }
}
