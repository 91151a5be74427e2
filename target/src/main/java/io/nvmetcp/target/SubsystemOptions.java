package io.nvmetcp.target;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.Fabrics;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A subsystem to serve. Mutable until its target starts; not thread-safe. Setters return this, and
 * refuse what cannot be with an {@link IllegalArgumentException} of one line.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class SubsystemOptions {
  private static final int MAX_NQN_BYTES = 223;
  private static final int SERIAL_BYTES = 20;
  private static final int MODEL_BYTES = 40;

  private final String nqn;
  private String serial;
  private String model = "vertx-nvme-tcp";
  private AllowedHosts allowedHosts = AllowedHosts.any();
  private final List<NamespaceOptions> namespaces = new ArrayList<>();

  /**
   * @param nqn its NVMe qualified name, {@code nqn.yyyy-mm.reverse.domain:anything}
   * @throws IllegalArgumentException if the name does not start with {@code nqn.} or is longer than
   *     223 bytes
   */
  public SubsystemOptions(String nqn) {
    this.nqn = checkedNqn(nqn);
    if (nqn.equals(Fabrics.DISCOVERY_NQN)) {
      throw new IllegalArgumentException("'" + nqn + "' is the name of discovery");
    }
    UUID hash = UUID.nameUUIDFromBytes(nqn.getBytes(StandardCharsets.UTF_8));
    serial = Long.toHexString(hash.getMostSignificantBits()).toUpperCase(Locale.ROOT);
  }

  /**
   * A subsystem from JSON: {@code {"nqn": "nqn...", "allowedHosts": "any", "namespaces": [{"id": 1,
   * "file": "disk.img", "readOnly": true}]}}.
   *
   * @throws InvalidOptionsException with everything that is wrong, each with its path
   */
  public static SubsystemOptions fromJson(JsonObject json) {
    return JsonFields.read(json, SubsystemJson::read);
  }

  /** The subsystem as JSON, with everything that has a default. */
  public JsonObject toJson() {
    return SubsystemJson.write(this);
  }

  /** NQN. */
  public String getNqn() {
    return nqn;
  }

  /** Serial number; derived from the NQN unless set. */
  public String getSerial() {
    return serial;
  }

  /** Sets the serial number, at most 20 ASCII characters. */
  @CanIgnoreReturnValue
  public SubsystemOptions setSerial(String value) {
    serial = checked("serial number", value, SERIAL_BYTES);
    return this;
  }

  /** Model number. */
  public String getModel() {
    return model;
  }

  /** Sets the model number, at most 40 ASCII characters. */
  @CanIgnoreReturnValue
  public SubsystemOptions setModel(String value) {
    model = checked("model number", value, MODEL_BYTES);
    return this;
  }

  static String checkedNqn(String nqn) {
    boolean printable = nqn.chars().noneMatch(Character::isISOControl);
    if (!nqn.startsWith("nqn.")
        || !printable
        || nqn.getBytes(StandardCharsets.UTF_8).length > MAX_NQN_BYTES) {
      throw new IllegalArgumentException(
          "'" + nqn + "' is not an NQN: nqn.yyyy-mm.reverse.domain:name, at most 223 bytes");
    }
    return nqn;
  }

  private static String checked(String what, String value, int most) {
    boolean ascii = value.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
    if (value.isEmpty() || value.length() > most || !ascii) {
      throw new BadOption(
          what, "'%s' is not 1 to %d printable ASCII characters".formatted(value, most));
    }
    return value;
  }

  /** Which hosts may connect. */
  public AllowedHosts getAllowedHosts() {
    return allowedHosts;
  }

  /** Sets which hosts may connect, and find it by discovery; default any. */
  @CanIgnoreReturnValue
  public SubsystemOptions setAllowedHosts(AllowedHosts hosts) {
    allowedHosts = hosts;
    return this;
  }

  /** Its namespaces, in the order in which they were added. */
  public List<NamespaceOptions> getNamespaces() {
    return List.copyOf(namespaces);
  }

  /** Adds a namespace. */
  @CanIgnoreReturnValue
  public SubsystemOptions addNamespace(NamespaceOptions namespace) {
    namespaces.add(namespace);
    return this;
  }
}
