package io.nvmetcp.initiator;

import io.vertx.core.json.JsonObject;

/**
 * Where a subsystem is reached.
 *
 * @param host name or address
 * @param port TCP port, {@value #DEFAULT_PORT} by custom
 * @param nqn the subsystem's NQN
 */
public record SubsystemAddress(String host, int port, String nqn) {
  /** The port of NVMe/TCP subsystems, as registered with IANA. */
  public static final int DEFAULT_PORT = 4420;

  /** Refuses what cannot be an address. */
  public SubsystemAddress {
    check(host, port);
    checkNqn(nqn);
  }

  /** A subsystem at the {@link #DEFAULT_PORT}. */
  public SubsystemAddress(String host, String nqn) {
    this(host, DEFAULT_PORT, nqn);
  }

  /**
   * Reads {@code host}, {@code port} (by default {@value #DEFAULT_PORT}) and {@code nqn}.
   *
   * @throws IllegalArgumentException with path and reason if one is missing, wrong or unknown
   */
  public SubsystemAddress(JsonObject json) {
    this(of(json));
  }

  private SubsystemAddress(SubsystemAddress other) {
    this(other.host, other.port, other.nqn);
  }

  private static SubsystemAddress of(JsonObject json) {
    JsonFields fields = new JsonFields("", json);
    String host = fields.required("host");
    int port = fields.integer("port", DEFAULT_PORT);
    String nqn = fields.required("nqn");
    fields.end();
    return new SubsystemAddress(host, port, nqn);
  }

  /** The address as the constructor reads it. */
  public JsonObject toJson() {
    return new JsonObject().put("host", host).put("port", port).put("nqn", nqn);
  }

  static void check(String host, int port) {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host must not be empty");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  static void checkNqn(String nqn) {
    if (nqn.isBlank() || nqn.length() > 223) {
      throw new IllegalArgumentException("an NQN has 1 to 223 characters: '" + nqn + "'");
    }
  }
}
