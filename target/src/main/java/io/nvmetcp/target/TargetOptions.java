package io.nvmetcp.target;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.target.schedule.Schedule;
import io.nvmetcp.target.schedule.SchedulePolicy;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a target listens and behaves. Mutable until it starts; not thread-safe. Setters return this,
 * and refuse what cannot be with an {@link IllegalArgumentException} of one line.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class TargetOptions {
  /** When a successful read is completed by the SUCCESS flag of its data instead of a capsule. */
  public enum Success {
    /** When the host turned SQ flow control off, as the specification has it. */
    AUTO,
    /** Never. */
    NEVER,
    /** Always: a test aid. */
    ALWAYS
  }

  private String host = "127.0.0.1";
  private int port;
  private String advertisedAddress = "";
  private int eventLoops = 2;
  private boolean headerDigest = true;
  private boolean dataDigest = true;
  private Schedule schedule = Schedule.IN_ORDER;
  private Success success = Success.AUTO;
  private int maxConnections = 1024;
  private int queueEntries = 128;
  private int ioQueues = 16;
  private int inCapsuleBytes = 8192;
  private int maxTransferBytes = 1 << 20;
  private int maxH2cDataBytes = 1 << 20;
  private int maxDataPduBytes = 1 << 30;
  private long transferMemoryBytes = 1L << 30;
  private Duration connectTimeout = Duration.ofSeconds(10);
  private Duration lingerTimeout = Duration.ofSeconds(5);
  private ConnectionOptions connections = new ConnectionOptions();
  private final List<SubsystemOptions> subsystems = new ArrayList<>();
  private final List<ListenerOptions> listeners = new ArrayList<>();
  private final List<ReferralOptions> referrals = new ArrayList<>();

  /** The defaults: a free port of the loopback address, nothing served. */
  public TargetOptions() {}

  /**
   * Options from JSON, with the names of the setters: {@code {"listeners": [{"port": 4420}],
   * "subsystems": [{"nqn": "nqn...", "namespaces": [{"id": 1, "memory": "1GiB"}]}]}}. What is
   * absent is as by default; sizes are numbers of bytes or texts.
   *
   * @throws InvalidOptionsException with everything that is wrong, each with its path
   */
  @SuppressWarnings("this-escape") // its own setters, in a final class
  public TargetOptions(JsonObject json) {
    TargetOptions read =
        JsonFields.read(
            json,
            fields -> {
              TargetJson.read(fields, this);
              return this;
            });
    assert read == this;
  }

  /** The options as JSON, with everything that has a default. */
  public JsonObject toJson() {
    return TargetJson.write(this);
  }

  /** Address to listen on. */
  public String getHost() {
    return host;
  }

  /** Sets the address to listen on; default 127.0.0.1. */
  @CanIgnoreReturnValue
  public TargetOptions setHost(String value) {
    host = value;
    return this;
  }

  /** TCP port; 0 means a free one. */
  public int getPort() {
    return port;
  }

  /** Sets the TCP port, 0 (the default) for a free one. */
  @CanIgnoreReturnValue
  public TargetOptions setPort(int value) {
    port = checked("port", value, 0, 65535);
    return this;
  }

  /** Address that discovery tells hosts. */
  public String getAdvertisedAddress() {
    return advertisedAddress.isEmpty() ? host : advertisedAddress;
  }

  /** Sets the IP address that discovery tells hosts; by default the one it listens on. */
  @CanIgnoreReturnValue
  public TargetOptions setAdvertisedAddress(String value) {
    advertisedAddress = value.isEmpty() ? value : ListenerOptions.checkedAddress(value);
    return this;
  }

  /** Event loops that accept connections and serve them. */
  public int getEventLoops() {
    return eventLoops;
  }

  /** Sets the number of event loops, 1 to 256; default 2. */
  @CanIgnoreReturnValue
  public TargetOptions setEventLoops(int value) {
    eventLoops = checked("event loops", value, 1, 256);
    return this;
  }

  /** Header digests are on if a host asks. */
  public boolean isHeaderDigest() {
    return headerDigest;
  }

  /** Data digests are on if a host asks. */
  public boolean isDataDigest() {
    return dataDigest;
  }

  /** Sets which digests a host may turn on; default both. */
  @CanIgnoreReturnValue
  public TargetOptions setDigests(boolean header, boolean data) {
    headerDigest = header;
    dataDigest = data;
    return this;
  }

  /** The order in which I/O responses and R2Ts leave. */
  public Schedule getSchedule() {
    return schedule;
  }

  /** Sets the order in which I/O responses and R2Ts leave; default in order. */
  @CanIgnoreReturnValue
  public TargetOptions setSchedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** Sets one order for all I/O responses. */
  @CanIgnoreReturnValue
  public TargetOptions setPolicy(SchedulePolicy value) {
    return setSchedule(Schedule.of(value));
  }

  /** Sets the order from text, as {@link Schedule#parse} takes it. */
  @CanIgnoreReturnValue
  public TargetOptions setPolicy(String text) {
    return setSchedule(Schedule.parse(text));
  }

  /** What each connection may have. */
  public ConnectionOptions getConnections() {
    return connections;
  }

  /** Sets what each connection may have. */
  @CanIgnoreReturnValue
  public TargetOptions setConnections(ConnectionOptions value) {
    connections = value;
    return this;
  }

  /** When SUCCESS replaces a response capsule. */
  public Success getSuccess() {
    return success;
  }

  /** Sets when SUCCESS replaces a response capsule. */
  @CanIgnoreReturnValue
  public TargetOptions setSuccess(Success value) {
    success = value;
    return this;
  }

  /** Most connections at a time. */
  public int getMaxConnections() {
    return maxConnections;
  }

  /** Sets the most connections at a time; further ones are closed at once. Default 1024. */
  @CanIgnoreReturnValue
  public TargetOptions setMaxConnections(int value) {
    maxConnections = checked("connections", value, 1, 65536);
    return this;
  }

  /** Entries of an I/O queue, at most. */
  public int getQueueEntries() {
    return queueEntries;
  }

  /**
   * Sets the most entries of an I/O queue, 2 to 4096; default 128. An admin queue may have as many,
   * or 32.
   */
  @CanIgnoreReturnValue
  public TargetOptions setQueueEntries(int value) {
    queueEntries = checked("queue entries", value, 2, 4096);
    return this;
  }

  /** I/O queues of a controller, at most. */
  public int getIoQueues() {
    return ioQueues;
  }

  /** Sets the most I/O queues of a controller; default 16. */
  @CanIgnoreReturnValue
  public TargetOptions setIoQueues(int value) {
    ioQueues = checked("I/O queues", value, 1, 1024);
    return this;
  }

  /** Data that an I/O command may carry in its capsule. */
  public int getInCapsuleBytes() {
    return inCapsuleBytes;
  }

  /** Sets the in-capsule data of I/O commands, a multiple of 16 bytes; default 8192. */
  @CanIgnoreReturnValue
  public TargetOptions setInCapsuleBytes(int value) {
    inCapsuleBytes =
        multiple("in-capsule bytes", checked("in-capsule bytes", value, 0, 1 << 20), 16);
    return this;
  }

  /** Data of one command, at most (MDTS). */
  public int getMaxTransferBytes() {
    return maxTransferBytes;
  }

  /** Sets MDTS in bytes: a power of two from 8192 to 16 MiB; default 1 MiB. */
  @CanIgnoreReturnValue
  public TargetOptions setMaxTransferBytes(int value) {
    maxTransferBytes =
        checked("transfer bytes", value, ControllerLimits.LEAST_TRANSFER_BYTES, 16 << 20);
    if (Integer.bitCount(value) != 1) {
      throw new BadOption("transfer bytes", value + " is no power of two");
    }
    return this;
  }

  /** MAXH2CDATA. */
  public int getMaxH2cDataBytes() {
    return maxH2cDataBytes;
  }

  /** Sets MAXH2CDATA, a multiple of 4 from 4096; default 1 MiB. */
  @CanIgnoreReturnValue
  public TargetOptions setMaxH2cDataBytes(int value) {
    maxH2cDataBytes = multiple("MAXH2CDATA", checked("MAXH2CDATA", value, 4096, 1 << 30), 4);
    return this;
  }

  /** Data in one C2HData PDU, at most. */
  public int getMaxDataPduBytes() {
    return maxDataPduBytes;
  }

  /** Sets the most data in one C2HData PDU, a multiple of 4; by default a read is one PDU. */
  @CanIgnoreReturnValue
  public TargetOptions setMaxDataPduBytes(int value) {
    maxDataPduBytes = multiple("C2HData bytes", checked("C2HData bytes", value, 512, 1 << 30), 4);
    return this;
  }

  /** Memory for data of commands, of all connections together. */
  public long getTransferMemoryBytes() {
    return transferMemoryBytes;
  }

  /**
   * Sets the memory for data of commands, from hosts and to them; beyond it commands are told to
   * retry. Default 1 GiB.
   */
  @CanIgnoreReturnValue
  public TargetOptions setTransferMemoryBytes(long value) {
    if (value < 1 << 20) {
      throw new BadOption("transfer memory", value + " bytes are less than 1 MiB");
    }
    transferMemoryBytes = value;
    return this;
  }

  /** Time a connection has from its start to the end of Connect. */
  public Duration getConnectTimeout() {
    return connectTimeout;
  }

  /** Sets the time a connection has for ICReq and Connect together; default 10 s. */
  @CanIgnoreReturnValue
  public TargetOptions setConnectTimeout(Duration value) {
    connectTimeout = value;
    return this;
  }

  /** Time a peer has to close after a terminate request. */
  public Duration getLingerTimeout() {
    return lingerTimeout;
  }

  /** Sets the time a peer has to close after a terminate request; default 5 s. */
  @CanIgnoreReturnValue
  public TargetOptions setLingerTimeout(Duration value) {
    lingerTimeout = value;
    return this;
  }

  /**
   * Where it listens: the listeners that were added or, if there are none, one at {@link #getHost}
   * and {@link #getPort} that serves everything.
   */
  public List<ListenerOptions> getListeners() {
    if (!listeners.isEmpty()) {
      return List.copyOf(listeners);
    }
    ListenerOptions only = new ListenerOptions(host, port);
    return List.of(
        advertisedAddress.isEmpty() ? only : only.setAdvertisedAddress(advertisedAddress));
  }

  /** Adds an address to listen on; {@link #setHost} and its like do not matter then. */
  @CanIgnoreReturnValue
  public TargetOptions addListener(ListenerOptions listener) {
    listeners.add(listener);
    return this;
  }

  /** Other discovery services that hosts are told of. */
  public List<ReferralOptions> getReferrals() {
    return List.copyOf(referrals);
  }

  /** Adds another discovery service that hosts are told of. */
  @CanIgnoreReturnValue
  public TargetOptions addReferral(ReferralOptions referral) {
    referrals.add(referral);
    return this;
  }

  /** The subsystems. */
  public List<SubsystemOptions> getSubsystems() {
    return List.copyOf(subsystems);
  }

  /** Adds a subsystem to serve. */
  @CanIgnoreReturnValue
  public TargetOptions addSubsystem(SubsystemOptions subsystem) {
    subsystems.add(subsystem);
    return this;
  }

  static int multiple(String what, int value, int of) {
    if (value % of != 0) {
      throw new BadOption(what, "%d is no multiple of %d".formatted(value, of));
    }
    return value;
  }

  static int checked(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new BadOption(what, "%d is not between %d and %d".formatted(value, least, most));
    }
    return value;
  }
}
