package io.nvmetcp.target;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.util.NetUtil;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An address that a target listens on. Mutable until the target starts; not thread-safe. Setters
 * return this, and refuse what cannot be with an {@link IllegalArgumentException} of one line.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class ListenerOptions {
  /** The port that IANA gave to discovery. */
  public static final int DISCOVERY_PORT = 8009;

  /** What a listener serves. */
  public enum Serves {
    /** NVM subsystems and discovery. */
    ALL,
    /** NVM subsystems only. */
    NVM,
    /** Discovery only. */
    DISCOVERY
  }

  private final String host;
  private final int port;
  private Serves serves = Serves.ALL;
  private Optional<String> advertisedAddress = Optional.empty();
  private OptionalInt advertisedPort = OptionalInt.empty();

  /**
   * @param host address to listen on; {@code 0.0.0.0} or {@code ::} for all
   * @param port TCP port, 0 for a free one
   */
  public ListenerOptions(String host, int port) {
    if (host.isBlank()) {
      throw new BadOption("host", "a listener needs an address");
    }
    this.host = host;
    this.port = checkedPort("port", port, 0);
  }

  /** A listener for discovery only, on its usual port 8009. */
  public static ListenerOptions discovery(String host) {
    return new ListenerOptions(host, DISCOVERY_PORT).setServes(Serves.DISCOVERY);
  }

  private static int checkedPort(String what, int value, int least) {
    if (value < least || value > 65535) {
      throw new BadOption(what, "%d is not between %d and 65535".formatted(value, least));
    }
    return value;
  }

  /** Address to listen on. */
  public String getHost() {
    return host;
  }

  /** TCP port; 0 means a free one. */
  public int getPort() {
    return port;
  }

  /** Address and port, as messages name them. */
  String place() {
    return host + ":" + port;
  }

  /** What is served there. */
  public Serves getServes() {
    return serves;
  }

  /** Sets what is served there; default everything. */
  @CanIgnoreReturnValue
  public ListenerOptions setServes(Serves value) {
    serves = value;
    return this;
  }

  /**
   * Address that discovery tells hosts. Empty means the one it listens on, or, if that is all
   * addresses, the one at which the asking host reached the target.
   */
  public Optional<String> getAdvertisedAddress() {
    return advertisedAddress;
  }

  /** Sets the address that discovery tells hosts: an IP address. */
  @CanIgnoreReturnValue
  public ListenerOptions setAdvertisedAddress(String value) {
    advertisedAddress = Optional.of(checkedAddress(value));
    return this;
  }

  /** An address that discovery can tell: hosts are told no names (Fabrics, TRADDR). */
  static String checkedAddress(String value) {
    boolean address = NetUtil.isValidIpV4Address(value) || NetUtil.isValidIpV6Address(value);
    if (!address || value.contains("%")) {
      throw new BadOption("advertised address", "'" + value + "' is not an IP address");
    }
    return value;
  }

  /** Port that discovery tells hosts; empty means the one it listens on. */
  public OptionalInt getAdvertisedPort() {
    return advertisedPort;
  }

  /** Sets the port that discovery tells hosts, if they come through something that maps ports. */
  @CanIgnoreReturnValue
  public ListenerOptions setAdvertisedPort(int value) {
    advertisedPort = OptionalInt.of(checkedPort("advertised port", value, 1));
    return this;
  }
}
