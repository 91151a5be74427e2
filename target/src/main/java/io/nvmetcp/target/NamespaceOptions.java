package io.nvmetcp.target;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.target.backend.BackendTimer;
import io.nvmetcp.target.backend.Delay;
import io.nvmetcp.target.backend.DelayBackend;
import io.nvmetcp.target.backend.FaultBackend;
import io.nvmetcp.target.backend.FaultRule;
import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.subsystem.NamespaceNames;
import io.nvmetcp.target.subsystem.Subsystem;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A namespace to serve. Mutable until its target starts; not thread-safe. Setters return this, and
 * refuse what cannot be with an {@link IllegalArgumentException} of one line.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class NamespaceOptions {
  /** Block size unless told otherwise. */
  public static final int DEFAULT_BLOCK_BYTES = 4096;

  private final int id;
  private final NamespaceSource source;
  private int blockBytes = DEFAULT_BLOCK_BYTES;
  private Optional<UUID> uuid = Optional.empty();
  private Optional<Delay> delay = Optional.empty();
  private final List<FaultRule> faults = new ArrayList<>();
  private Optional<String> nguid = Optional.empty();
  private Optional<String> eui64 = Optional.empty();

  NamespaceOptions(int id, NamespaceSource source) {
    this.id = checkedId(id);
    this.source = source;
  }

  /** A copy, which later changes do not reach. */
  public NamespaceOptions(NamespaceOptions other) {
    this(other.id, other.source);
    blockBytes = other.blockBytes;
    uuid = other.uuid;
    nguid = other.nguid;
    eui64 = other.eui64;
    delay = other.delay;
    faults.addAll(other.faults);
  }

  /**
   * A sparse namespace in memory, gone when the target closes.
   *
   * @param id namespace identifier, 1 to 1024
   * @param sizeBytes its size, a multiple of the block size
   */
  public static NamespaceOptions memory(int id, long sizeBytes) {
    return new NamespaceOptions(id, new NamespaceSource.Memory(sizeBytes));
  }

  /**
   * A namespace in an existing regular file, which is locked while it is served.
   *
   * @param id namespace identifier, 1 to 1024
   * @param path the file; its size must be a multiple of the block size
   * @param readOnly the file is opened for reading only, and hosts are told so
   */
  public static NamespaceOptions file(int id, Path path, boolean readOnly) {
    return new NamespaceOptions(id, new NamespaceSource.ExistingFile(path, readOnly));
  }

  /**
   * A namespace in a file of a given size, which is made, sparse and for its owner alone, if there
   * is none, and is locked while it is served.
   *
   * @param id namespace identifier, 1 to 1024
   * @param path the file; if it exists and is shorter it is made longer, if it is longer it is
   *     refused
   * @param sizeBytes its size, a multiple of the block size
   */
  public static NamespaceOptions file(int id, Path path, long sizeBytes) {
    return new NamespaceOptions(id, new NamespaceSource.SizedFile(path, sizeBytes));
  }

  /**
   * A namespace that forgets what is written and reads as zeros.
   *
   * @param id namespace identifier, 1 to 1024
   * @param sizeBytes its size, a multiple of the block size
   */
  public static NamespaceOptions nullDevice(int id, long sizeBytes) {
    return new NamespaceOptions(id, new NamespaceSource.Null(sizeBytes));
  }

  /**
   * A namespace of the caller's making.
   *
   * @param id namespace identifier, 1 to 1024
   * @param description for logs
   * @param factory opens it when the target starts
   */
  public static NamespaceOptions custom(int id, String description, BackendFactory factory) {
    return new NamespaceOptions(id, new NamespaceSource.Custom(description, factory));
  }

  /**
   * A namespace from JSON: its {@code id}; one of {@code memory} and {@code null}, which are sizes,
   * and {@code file}, a path, with {@code readOnly} or {@code size}; and what the setters set,
   * {@code delay} and {@code faults} as texts.
   *
   * @throws InvalidOptionsException with everything that is wrong, each with its path
   */
  public static NamespaceOptions fromJson(JsonObject json) {
    return JsonFields.read(json, SubsystemJson::namespace);
  }

  /**
   * The namespace as JSON, with everything that has a default. Storage of the caller's making has
   * no JSON that could be read again.
   */
  public JsonObject toJson() {
    return SubsystemJson.write(this);
  }

  static int checkedId(int id) {
    return TargetOptions.checked("namespace identifier", id, 1, Subsystem.MAX_NSID);
  }

  /** Namespace identifier. */
  public int getId() {
    return id;
  }

  /** What it is, for logs: {@code memory:1073741824}. */
  public String getDescription() {
    return source.describe();
  }

  /** Opens the storage, as slow and as faulty as these options make it. */
  public BackendFactory getFactory() {
    List<FaultRule> rules = getFaults();
    Optional<Delay> wait = delay;
    return bytes -> decorated(source.open(bytes), rules, wait, bytes);
  }

  // Faults inside of the delay: what fails takes its time too.
  private static StorageBackend decorated(
      StorageBackend plain, List<FaultRule> rules, Optional<Delay> wait, int bytes) {
    StorageBackend backend = rules.isEmpty() ? plain : new FaultBackend(plain, rules, bytes);
    return wait.<StorageBackend>map(each -> new DelayBackend(backend, each, BackendTimer.SYSTEM))
        .orElse(backend);
  }

  NamespaceSource source() {
    return source;
  }

  /** True if {@code other} describes the same namespace, be it of another size. */
  boolean isSameNamespace(NamespaceOptions other) {
    return id == other.id
        && source.isSameStorage(other.source)
        && blockBytes == other.blockBytes
        && uuid.equals(other.uuid)
        && nguid.equals(other.nguid)
        && eui64.equals(other.eui64)
        && delay.equals(other.delay)
        && faults.equals(other.faults);
  }

  /** How long its operations wait; empty means not at all. */
  public Optional<Delay> getDelay() {
    return delay;
  }

  /** Makes the storage slow on purpose. */
  @CanIgnoreReturnValue
  public NamespaceOptions setDelay(Delay value) {
    delay = Optional.of(value);
    return this;
  }

  /** Which of its operations fail on purpose, the first rule that strikes decides. */
  public List<FaultRule> getFaults() {
    return List.copyOf(faults);
  }

  /** Makes the storage fail on purpose. */
  @CanIgnoreReturnValue
  public NamespaceOptions addFault(FaultRule rule) {
    faults.add(rule);
    return this;
  }

  /** Logical block size in bytes. */
  public int getBlockBytes() {
    return blockBytes;
  }

  /** Sets the logical block size: 512 or 4096 bytes. */
  @CanIgnoreReturnValue
  public NamespaceOptions setBlockBytes(int bytes) {
    if (bytes != 512 && bytes != 4096) {
      throw new BadOption("block size", bytes + " is neither 512 nor 4096");
    }
    blockBytes = bytes;
    return this;
  }

  /** The namespace's UUID; empty means one derived from subsystem and identifier. */
  public Optional<UUID> getUuid() {
    return uuid;
  }

  /** Sets the namespace's UUID, by which hosts know it again. */
  @CanIgnoreReturnValue
  public NamespaceOptions setUuid(UUID value) {
    uuid = Optional.of(value);
    return this;
  }

  /** The namespace's NGUID; empty means one derived from subsystem and identifier. */
  public Optional<String> getNguid() {
    return nguid;
  }

  /** Sets the namespace's NGUID: 32 hexadecimal digits, not all zero. */
  @CanIgnoreReturnValue
  public NamespaceOptions setNguid(String digits) {
    nguid = Optional.of(NamespaceNames.checkedNguid(digits));
    return this;
  }

  /** The namespace's EUI-64; empty means one derived from subsystem and identifier. */
  public Optional<String> getEui64() {
    return eui64;
  }

  /** Sets the namespace's EUI-64: 16 hexadecimal digits, not all zero. */
  @CanIgnoreReturnValue
  public NamespaceOptions setEui64(String digits) {
    eui64 = Optional.of(NamespaceNames.checkedEui64(digits));
    return this;
  }
}
