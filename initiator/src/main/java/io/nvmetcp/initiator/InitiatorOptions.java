package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.pdu.channel.SendBuffer;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import io.nvmetcp.pdu.channel.TcpKeepAlive;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How an initiator connects. Setters return this, and refuse what cannot be with an {@link
 * IllegalArgumentException} of one line; every option has a field of its name in JSON. Not safe for
 * use by several threads at a time.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class InitiatorOptions {
  private static final int MAX_QUEUES = 1024;
  private static final int MAX_RETRIES = 1000;
  private static final int MAX_R2T = 63;

  private UUID hostId = UUID.randomUUID();
  private String hostNqn = "nqn.2014-08.org.nvmexpress:uuid:" + hostId;
  private boolean headerDigest;
  private boolean dataDigest;
  private int ioQueues = 2;
  private int queueEntries = 128;
  private int waitingCommands = 4096;
  private long keepAliveMillis = 10_000;
  private int tcpKeepAliveSeconds = 60;
  private String tcpCongestionControl = "";
  private long connectTimeoutMillis = 10_000;
  private boolean disableFlowControl = true;
  private DeviceSpec device = DeviceSpec.SOCKET;
  private TeardownMode teardownMode = TeardownMode.LAZY;
  private int retries;
  private boolean polling;
  private long copyMemoryBytes = 8L << 20;
  private int sendBufferBytes;
  private int hostDataAlignment;
  private int maxR2t;
  private int maxNamespaces = 1024;
  private long commandTimeoutMillis = 30_000;
  private long adminTimeoutMillis = 60_000;
  private long abortTimeoutMillis = 5_000;
  private ReconnectOptions reconnect = new ReconnectOptions();

  /** The defaults. */
  public InitiatorOptions() {}

  /** The same options. */
  public InitiatorOptions(InitiatorOptions other) {
    this(other.toJson());
  }

  /**
   * The defaults, and what differs from them.
   *
   * @param json as {@link #toJson()} makes it; what is absent keeps its default
   * @throws IllegalArgumentException with path and reason if a field is unknown or its value is
   *     refused
   */
  public InitiatorOptions(JsonObject json) {
    new JsonFields("", json)
        // The host identifier comes first: a host NQN of its own stands behind it.
        .text("hostId", text -> setHostId(UUID.fromString(text)))
        .text("hostNqn", this::setHostNqn)
        .bool("headerDigest", this::setHeaderDigest)
        .bool("dataDigest", this::setDataDigest)
        .integer("ioQueues", this::setIoQueues)
        .integer("queueEntries", this::setQueueEntries)
        .integer("waitingCommands", this::setWaitingCommands)
        .number("keepAliveMillis", this::setKeepAliveMillis)
        .integer("tcpKeepAliveSeconds", this::setTcpKeepAliveSeconds)
        .text("tcpCongestionControl", this::setTcpCongestionControl)
        .integer("sendBufferBytes", this::setSendBufferBytes)
        .number("connectTimeoutMillis", this::setConnectTimeoutMillis)
        .bool("disableFlowControl", this::setDisableFlowControl)
        .text("device", text -> setDevice(DeviceSpec.parse(text)))
        .constant("teardownMode", TeardownMode.class, this::setTeardownMode)
        .integer("retries", this::setRetries)
        .bool("polling", this::setPolling)
        .number("copyMemoryBytes", this::setCopyMemoryBytes)
        .integer("hostDataAlignment", this::setHostDataAlignment)
        .integer("maxR2t", this::setMaxR2t)
        .integer("maxNamespaces", this::setMaxNamespaces)
        .number("commandTimeoutMillis", this::setCommandTimeoutMillis)
        .number("adminTimeoutMillis", this::setAdminTimeoutMillis)
        .number("abortTimeoutMillis", this::setAbortTimeoutMillis)
        .object("reconnect", (path, object) -> reconnect = new ReconnectOptions(path, object))
        .end();
  }

  /** Every option, by its name. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("hostId", hostId.toString())
        .put("hostNqn", hostNqn)
        .put("headerDigest", headerDigest)
        .put("dataDigest", dataDigest)
        .put("ioQueues", ioQueues)
        .put("queueEntries", queueEntries)
        .put("waitingCommands", waitingCommands)
        .put("keepAliveMillis", keepAliveMillis)
        .put("tcpKeepAliveSeconds", tcpKeepAliveSeconds)
        .put("tcpCongestionControl", tcpCongestionControl)
        .put("sendBufferBytes", sendBufferBytes)
        .put("connectTimeoutMillis", connectTimeoutMillis)
        .put("disableFlowControl", disableFlowControl)
        .put("device", device.text())
        .put("teardownMode", teardownMode.name().toLowerCase(Locale.ROOT))
        .put("retries", retries)
        .put("polling", polling)
        .put("copyMemoryBytes", copyMemoryBytes)
        .put("hostDataAlignment", hostDataAlignment)
        .put("maxR2t", maxR2t)
        .put("maxNamespaces", maxNamespaces)
        .put("commandTimeoutMillis", commandTimeoutMillis)
        .put("adminTimeoutMillis", adminTimeoutMillis)
        .put("abortTimeoutMillis", abortTimeoutMillis)
        .put("reconnect", reconnect.toJson());
  }

  /** The host identifier; a random one by default. */
  public UUID getHostId() {
    return hostId;
  }

  /** Sets the host identifier and the host NQN that is derived from it. */
  @CanIgnoreReturnValue
  public InitiatorOptions setHostId(UUID value) {
    hostId = value;
    hostNqn = "nqn.2014-08.org.nvmexpress:uuid:" + value;
    return this;
  }

  /** The host NQN; by default derived from the host identifier. */
  public String getHostNqn() {
    return hostNqn;
  }

  /** Sets the host NQN, 1 to 223 characters. */
  @CanIgnoreReturnValue
  public InitiatorOptions setHostNqn(String value) {
    if (value.isBlank() || value.length() > 223) {
      throw new IllegalArgumentException("an NQN has 1 to 223 characters: '" + value + "'");
    }
    hostNqn = value;
    return this;
  }

  /** Whether header digests are asked for; off by default. */
  public boolean isHeaderDigest() {
    return headerDigest;
  }

  /** Sets whether header digests are asked for. */
  @CanIgnoreReturnValue
  public InitiatorOptions setHeaderDigest(boolean value) {
    headerDigest = value;
    return this;
  }

  /** Whether data digests are asked for; off by default. */
  public boolean isDataDigest() {
    return dataDigest;
  }

  /** Sets whether data digests are asked for. */
  @CanIgnoreReturnValue
  public InitiatorOptions setDataDigest(boolean value) {
    dataDigest = value;
    return this;
  }

  /** I/O queues wanted, each with its own connection and event loop; 2 by default. */
  public int getIoQueues() {
    return ioQueues;
  }

  /** Sets the I/O queues wanted, 1 to 1024. */
  @CanIgnoreReturnValue
  public InitiatorOptions setIoQueues(int value) {
    if (value < 1 || value > MAX_QUEUES) {
      throw new IllegalArgumentException("I/O queues: 1 to 1024, not " + value);
    }
    ioQueues = value;
    return this;
  }

  /** Entries of an I/O queue; 128 by default. */
  public int getQueueEntries() {
    return queueEntries;
  }

  /** Sets the entries of an I/O queue: a power of two from 2 to 32768. */
  @CanIgnoreReturnValue
  public InitiatorOptions setQueueEntries(int value) {
    if (value < 2 || value > 1 << 15 || Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(
          "queue entries: a power of two from 2 to 32768, not " + value);
    }
    queueEntries = value;
    return this;
  }

  /** Commands that may wait for a slot, per queue; 4096 by default. */
  public int getWaitingCommands() {
    return waitingCommands;
  }

  /** Sets how many commands may wait for a slot, per queue. */
  @CanIgnoreReturnValue
  public InitiatorOptions setWaitingCommands(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("waiting commands: 0 or more, not " + value);
    }
    waitingCommands = value;
    return this;
  }

  /** The keep-alive timeout in milliseconds; 10 seconds by default, 0 for none. */
  public long getKeepAliveMillis() {
    return keepAliveMillis;
  }

  /** Sets the keep-alive timeout in milliseconds. */
  @CanIgnoreReturnValue
  public InitiatorOptions setKeepAliveMillis(long value) {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("keep-alive timeout: 0 to 2^32-1 ms, not " + value);
    }
    keepAliveMillis = value;
    return this;
  }

  /** Silence after which the system asks whether the controller is still there; 0 never. */
  public int getTcpKeepAliveSeconds() {
    return tcpKeepAliveSeconds;
  }

  /**
   * Sets the silence after which the system asks whether the controller is still there, up to 32767
   * s; 60 s by default, 0 for never. Where NVMe's own keep-alive is off, a controller that has
   * vanished under an idle association is found by it, after about twice that time. Over NIO the
   * system's own times hold.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setTcpKeepAliveSeconds(int value) {
    if (value < 0 || value > TcpKeepAlive.MOST_SECONDS) {
      throw new IllegalArgumentException("TCP keep-alive: 0 to 32767 s, not " + value);
    }
    tcpKeepAliveSeconds = value;
    return this;
  }

  /** The TCP congestion control of what this host sends; "", the default, is the system's. */
  public String getTcpCongestionControl() {
    return tcpCongestionControl;
  }

  /**
   * Sets the TCP congestion control of what this host sends, for every connection of an
   * association: the name of an algorithm, as {@code cubic} or {@code dctcp}; null or "" leaves the
   * system's. A storage network often wants another than the rest of a machine's traffic, and one
   * that paces what it sends (bbr) holds a fast, near connection back. The target chooses for what
   * it sends, that is for the data of reads.
   *
   * <p>Linux alone has it, over epoll and io_uring. The kernel must have the algorithm and list it
   * in {@code net.ipv4.tcp_allowed_congestion_control}. Where it cannot be had, NIO included,
   * connecting fails and says so. It is chosen when the connection stands: for {@code dctcp}, whose
   * ECN is agreed on before, {@code net.ipv4.tcp_ecn} must be 1 on this host.
   *
   * @param value 1 to 15 letters, digits, '_' or '-'
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setTcpCongestionControl(@Nullable String value) {
    String name = value == null ? "" : value;
    if (!name.isEmpty() && !TcpCongestionControl.isName(name)) {
      throw new IllegalArgumentException(
          "TCP congestion control: %s, not '%s'".formatted(TcpCongestionControl.FORM, name));
    }
    tcpCongestionControl = name;
    return this;
  }

  /** The send buffer of a connection, bytes; 0, the default, is up to the system. */
  public int getSendBufferBytes() {
    return sendBufferBytes;
  }

  /**
   * Sets the send buffer that the system keeps for each connection, from 4096 bytes. 0, the
   * default, leaves its size to the system, which lets it grow as a long way needs. For a target on
   * the same machine 512 KiB are enough ({@code net.core.wmem_max} must allow them), and large
   * writes are faster by them where the system paces what it sends there, as bbr does.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setSendBufferBytes(int value) {
    if (value != 0 && (value < SendBuffer.LEAST_BYTES || value > SendBuffer.MOST_BYTES)) {
      throw new IllegalArgumentException("send buffer: 0, or 4096 to 2^30 bytes, not " + value);
    }
    sendBufferBytes = value;
    return this;
  }

  /** Bound on the whole of {@link NvmeInitiator#connect}, and on a shutdown, in milliseconds. */
  public long getConnectTimeoutMillis() {
    return connectTimeoutMillis;
  }

  /** Sets the bound on connecting and on shutting down, in milliseconds. */
  @CanIgnoreReturnValue
  public InitiatorOptions setConnectTimeoutMillis(long value) {
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("connect timeout: 1 to 2^31-1 ms, not " + value);
    }
    connectTimeoutMillis = value;
    return this;
  }

  /** Whether the controller is asked to disable SQ flow control; it is by default. */
  public boolean isDisableFlowControl() {
    return disableFlowControl;
  }

  /** Sets whether the controller is asked to disable SQ flow control. */
  @CanIgnoreReturnValue
  public InitiatorOptions setDisableFlowControl(boolean value) {
    disableFlowControl = value;
    return this;
  }

  /** The placing device of the I/O queues; {@code socket} by default. */
  public DeviceSpec getDevice() {
    return device;
  }

  /** Sets the placing device of the I/O queues. */
  @CanIgnoreReturnValue
  public InitiatorOptions setDevice(DeviceSpec value) {
    device = value;
    return this;
  }

  /** How often a read or write that failed is sent again; never by default. */
  public int getRetries() {
    return retries;
  }

  /**
   * Sets how often a read or write is sent again whose status does not forbid it (DNR is clear), as
   * that of a wrong data digest; 0 to 1000.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setRetries(int value) {
    if (value < 0 || value > MAX_RETRIES) {
      throw new IllegalArgumentException("retries: 0 to 1000, not " + value);
    }
    retries = value;
    return this;
  }

  /**
   * Memory, per controller, through which data of unregistered buffers passes; 8 MiB by default.
   */
  public long getCopyMemoryBytes() {
    return copyMemoryBytes;
  }

  /**
   * Sets the memory, per controller, through which data passes that is read into or written from a
   * Vert.x {@code Buffer}; registered at its first use. What finds none free waits. 1 MiB to 1 GiB.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setCopyMemoryBytes(long value) {
    if (value < 1 << 20 || value > 1 << 30) {
      throw new IllegalArgumentException("copy memory: 1 MiB to 1 GiB, not " + value + " bytes");
    }
    copyMemoryBytes = value;
    return this;
  }

  /**
   * Whether event loops of I/O queues look for answers without sleeping; they do not by default.
   */
  public boolean isPolling() {
    return polling;
  }

  /**
   * Sets whether the event loop of an I/O queue looks for answers over and over, without sleeping,
   * while commands are outstanding on the queue. That saves the time a sleeping thread takes to
   * wake up, most of what a single small read takes, and costs a core per queue for as long.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setPolling(boolean value) {
    polling = value;
    return this;
  }

  /** When mappings are torn down; lazily by default. */
  public TeardownMode getTeardownMode() {
    return teardownMode;
  }

  /** Sets when mappings are torn down. */
  @CanIgnoreReturnValue
  public InitiatorOptions setTeardownMode(TeardownMode value) {
    teardownMode = value;
    return this;
  }

  /** The alignment asked for in data from the controller (HPDA); 0, that is 4 bytes, by default. */
  public int getHostDataAlignment() {
    return hostDataAlignment;
  }

  /**
   * Sets the alignment asked for in data from the controller: {@code (value + 1) × 4} bytes from
   * the start of a PDU, 0 to 31. Some controllers refuse any but 0.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setHostDataAlignment(int value) {
    if (value < 0 || value > 31) {
      throw new IllegalArgumentException("host data alignment: 0 to 31, not " + value);
    }
    hostDataAlignment = value;
    return this;
  }

  /** R2Ts that one command may have outstanding (MAXR2T), counted from 0; 0 by default. */
  public int getMaxR2t() {
    return maxR2t;
  }

  /**
   * Sets how many R2Ts the controller may have outstanding for one command, counted from 0 as in
   * the ICReq: 0 allows one, 63, the most, 64. With more than one it asks for the next piece of a
   * large write before it has the one before, which hides the way there and back; some controllers
   * use one whatever they are allowed. The pieces leave in the order in which they were asked for.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setMaxR2t(int value) {
    if (value < 0 || value > MAX_R2T) {
      throw new IllegalArgumentException("MAXR2T: 0 to 63, not " + value);
    }
    maxR2t = value;
    return this;
  }

  /** Namespaces of a controller that are looked at, at most; 1024 by default. */
  public int getMaxNamespaces() {
    return maxNamespaces;
  }

  /**
   * Sets how many namespaces of a controller are looked at, 1 to 1,000,000. If there are more, the
   * first are used and a warning is logged; each costs two commands while connecting.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setMaxNamespaces(int value) {
    if (value < 1 || value > 1_000_000) {
      throw new IllegalArgumentException("namespaces: 1 to 1,000,000, not " + value);
    }
    maxNamespaces = value;
    return this;
  }

  /** The time limit of an I/O command in milliseconds; 30 seconds by default, 0 for none. */
  public long getCommandTimeoutMillis() {
    return commandTimeoutMillis;
  }

  /**
   * Sets the time limit of an I/O command in milliseconds, counted from when it was sent; 0 for
   * none. A command that takes longer is aborted; if that does not end it, see {@link
   * #setAbortTimeoutMillis}. It is found up to a fifth of the limit too late, and never too early.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setCommandTimeoutMillis(long value) {
    commandTimeoutMillis = timeout("command timeout", 0, value);
    return this;
  }

  /** The time limit of an admin command in milliseconds; 60 seconds by default, 0 for none. */
  public long getAdminTimeoutMillis() {
    return adminTimeoutMillis;
  }

  /** Sets the time limit of an admin command, as {@link #setCommandTimeoutMillis} does. */
  @CanIgnoreReturnValue
  public InitiatorOptions setAdminTimeoutMillis(long value) {
    adminTimeoutMillis = timeout("admin timeout", 0, value);
    return this;
  }

  /** How long a command may live on that is being aborted, in ms; 5 seconds by default. */
  public long getAbortTimeoutMillis() {
    return abortTimeoutMillis;
  }

  /**
   * Sets how long a command may live on that took too long and is being aborted. After that the
   * controller is taken for lost: the association is ended, the command's outcome is unknown, and
   * the initiator connects again.
   */
  @CanIgnoreReturnValue
  public InitiatorOptions setAbortTimeoutMillis(long value) {
    abortTimeoutMillis = timeout("abort timeout", 1, value);
    return this;
  }

  private static long timeout(String what, long least, long value) {
    if (value < least || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s: %d to 2^31-1 ms, not %d".formatted(what, least, value));
    }
    return value;
  }

  /** What happens when a controller is lost. */
  public ReconnectOptions getReconnect() {
    return reconnect;
  }

  /** Sets what happens when a controller is lost; copied. */
  @CanIgnoreReturnValue
  public InitiatorOptions setReconnect(ReconnectOptions value) {
    reconnect = new ReconnectOptions(value);
    return this;
  }
}
