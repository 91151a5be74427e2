package io.nvmetcp.initiator;

import io.vertx.core.json.JsonObject;

/**
 * Where a discovery service is reached.
 *
 * @param host name or address
 * @param port TCP port, {@value #DEFAULT_PORT} by custom
 */
public record DiscoveryAddress(String host, int port) {
  /** The port of discovery services, as registered with IANA. */
  public static final int DEFAULT_PORT = 8009;

  /** Refuses what cannot be an address. */
  public DiscoveryAddress {
    SubsystemAddress.check(host, port);
  }

  /** A discovery service at the {@link #DEFAULT_PORT}. */
  public DiscoveryAddress(String host) {
    this(host, DEFAULT_PORT);
  }

  /**
   * Reads {@code host} and {@code port}, by default {@value #DEFAULT_PORT}.
   *
   * @throws IllegalArgumentException with path and reason if one is missing, wrong or unknown
   */
  public DiscoveryAddress(JsonObject json) {
    this(of(json));
  }

  private DiscoveryAddress(DiscoveryAddress other) {
    this(other.host, other.port);
  }

  private static DiscoveryAddress of(JsonObject json) {
    JsonFields fields = new JsonFields("", json);
    String host = fields.required("host");
    int port = fields.integer("port", DEFAULT_PORT);
    fields.end();
    return new DiscoveryAddress(host, port);
  }

  /** The address as the constructor reads it. */
  public JsonObject toJson() {
    return new JsonObject().put("host", host).put("port", port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
