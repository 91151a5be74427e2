package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.json.JsonObject;

/**
 * How far a discovery goes. Setters return this, and refuse what cannot be with an {@link
 * IllegalArgumentException} of one line; every option has a field of its name in JSON.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class DiscoveryOptions {
  private int maxDepth = 4;
  private int maxServices = 32;
  private int maxEntries = 4096;

  /** The defaults. */
  public DiscoveryOptions() {}

  /** The same options. */
  public DiscoveryOptions(DiscoveryOptions other) {
    this(other.toJson());
  }

  /**
   * The defaults, and what differs from them.
   *
   * @param json as {@link #toJson()} makes it; what is absent keeps its default
   * @throws IllegalArgumentException with path and reason if a field is unknown or its value is
   *     refused
   */
  public DiscoveryOptions(JsonObject json) {
    new JsonFields("", json)
        .integer("maxDepth", this::setMaxDepth)
        .integer("maxServices", this::setMaxServices)
        .integer("maxEntries", this::setMaxEntries)
        .end();
  }

  /** Every option, by its name. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("maxDepth", maxDepth)
        .put("maxServices", maxServices)
        .put("maxEntries", maxEntries);
  }

  /** How many referrals may lead to a service; 4 by default. */
  public int getMaxDepth() {
    return maxDepth;
  }

  /** Sets how many referrals may lead to a service, 0 to 16; with 0 none is followed. */
  @CanIgnoreReturnValue
  public DiscoveryOptions setMaxDepth(int value) {
    maxDepth = checked("referral depth", value, 0, 16);
    return this;
  }

  /** How many services are visited at most; 32 by default. */
  public int getMaxServices() {
    return maxServices;
  }

  /**
   * Sets how many services are visited at most, 1 to 1024. Each visit is bounded by the connect
   * timeout of the initiator.
   */
  @CanIgnoreReturnValue
  public DiscoveryOptions setMaxServices(int value) {
    maxServices = checked("discovery services", value, 1, 1024);
    return this;
  }

  /** How many different entries are kept at most; 4096 by default. */
  public int getMaxEntries() {
    return maxEntries;
  }

  /** Sets how many different entries are kept at most, 1 to 65536. */
  @CanIgnoreReturnValue
  public DiscoveryOptions setMaxEntries(int value) {
    maxEntries = checked("discovery entries", value, 1, 65536);
    return this;
  }

  private static int checked(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d to %d, not %d".formatted(what, least, most, value));
    }
    return value;
  }
}
