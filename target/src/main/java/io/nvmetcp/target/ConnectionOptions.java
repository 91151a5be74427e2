package io.nvmetcp.target;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.pdu.channel.SendBuffer;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import io.nvmetcp.pdu.channel.TcpKeepAlive;
import io.nvmetcp.target.session.SessionLimits;
import io.nvmetcp.target.session.TransferSizes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much of the target one connection may have, and what it demands of its host. Mutable until
 * the target starts; not thread-safe. Setters return this, and refuse what cannot be with an {@link
 * IllegalArgumentException} of one line.
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class ConnectionOptions {
  private static final int MAX_CPDA = 31;

  private int cpda;
  private boolean strict;
  private int maxR2tBytes = TransferSizes.DEFAULT.maxR2tBytes();
  private int maxR2ts = TransferSizes.DEFAULT.maxR2ts();
  private int writeWindowBytes = TransferSizes.DEFAULT.windowBytes();
  private long memoryBytes = SessionLimits.DEFAULT.memoryBytes();
  private int turnCommands = SessionLimits.DEFAULT.turnCommands();
  private int turnBytes = SessionLimits.DEFAULT.turnBytes();
  private int sendBufferBytes;
  private int tcpKeepAliveSeconds = 60;
  private String tcpCongestionControl = "";
  private int pollMicros;
  private Duration icReqTimeout = Duration.ofNanos(SessionLimits.DEFAULT.icReqTimeoutNs());
  private Duration dataTimeout = Duration.ofNanos(SessionLimits.DEFAULT.dataTimeoutNs());

  /** The defaults. */
  public ConnectionOptions() {}

  /** CPDA. */
  public int getCpda() {
    return cpda;
  }

  /**
   * Sets the alignment of data that hosts send, 0 to 31: it starts at multiples of (n + 1) × 4 of a
   * PDU. Default 0; Linux hosts connect with nothing else.
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setCpda(int value) {
    cpda = TargetOptions.checked("CPDA", value, 0, MAX_CPDA);
    return this;
  }

  /** True if offsets and lengths of data that are no multiples of four end the connection. */
  public boolean isStrict() {
    return strict;
  }

  /** Ends connections whose data offsets or lengths are no multiples of four; default false. */
  @CanIgnoreReturnValue
  public ConnectionOptions setStrict(boolean value) {
    strict = value;
    return this;
  }

  /** Data that one R2T asks for, at most. */
  public int getMaxR2tBytes() {
    return maxR2tBytes;
  }

  /** Sets the most data that one R2T asks for, a multiple of 4 from 4096; default all of it. */
  @CanIgnoreReturnValue
  public ConnectionOptions setMaxR2tBytes(int value) {
    maxR2tBytes =
        TargetOptions.multiple(
            "R2T bytes", TargetOptions.checked("R2T bytes", value, 4096, TransferSizes.UNCUT), 4);
    return this;
  }

  /** R2Ts outstanding per command, at most. */
  public int getMaxR2ts() {
    return maxR2ts;
  }

  /**
   * Sets the most R2Ts outstanding per command, 1 to 128; default 16. A host may allow fewer, and
   * Linux hosts allow one.
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setMaxR2ts(int value) {
    maxR2ts = TargetOptions.checked("R2Ts", value, 1, 128);
    return this;
  }

  /** Data of writes that a host has been asked for and that is not here yet, about at most. */
  public int getWriteWindowBytes() {
    return writeWindowBytes;
  }

  /**
   * Sets how much data of writes is asked for and not here yet before further R2Ts wait, from 4096
   * bytes; default 2 MiB. They leave, in their order, once a quarter of it has come; one R2T may
   * reach beyond it.
   *
   * <p>What a host is asked for it sends at once: without a bound the data of a whole queue, which
   * then lies in buffers of both systems, and has left the CPU's caches when it is copied on. A
   * network takes as much as three quarters of the window in a round trip, so that it should be a
   * third more than what the network moves in that time: 2 MiB are enough for 25 Gb/s and 500 us,
   * or 100 Gb/s and 125 us, on each connection; more are wanted farther away.
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setWriteWindowBytes(int value) {
    writeWindowBytes =
        TargetOptions.checked("write window bytes", value, 4096, TransferSizes.UNCUT);
    return this;
  }

  /** Data of writes, and as much of reads, that a connection may have in memory. */
  public long getMemoryBytes() {
    return memoryBytes;
  }

  /**
   * Sets the data of writes that a connection may have in memory, and likewise of reads; default
   * 128 MiB. Of reads one answer more may be there. Beyond it the data of a write is not asked for,
   * and no further command is read from the socket.
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setMemoryBytes(long value) {
    if (value < 1) {
      throw new BadOption("memory", value + " bytes are less than 1");
    }
    memoryBytes = value;
    return this;
  }

  /** Commands that a connection may start in one turn of its event loop. */
  public int getTurnCommands() {
    return turnCommands;
  }

  /** Sets the commands that a connection may start before others have their turn; default 256. */
  @CanIgnoreReturnValue
  public ConnectionOptions setTurnCommands(int value) {
    turnCommands = TargetOptions.checked("commands of a turn", value, 1, 1 << 20);
    return this;
  }

  /** Data that a connection may move in one turn of its event loop. */
  public int getTurnBytes() {
    return turnBytes;
  }

  /** Sets the data that a connection may move before others have their turn; default 4 MiB. */
  @CanIgnoreReturnValue
  public ConnectionOptions setTurnBytes(int value) {
    turnBytes = TargetOptions.checked("bytes of a turn", value, 4096, 1 << 30);
    return this;
  }

  /** The send buffer of a connection, bytes; 0, the default, is up to the system. */
  public int getSendBufferBytes() {
    return sendBufferBytes;
  }

  /**
   * Sets the send buffer that the system keeps for each connection, from 4096 bytes. 0, the
   * default, leaves its size to the system, which lets it grow as a long way needs. For hosts on
   * the same machine 512 KiB are enough ({@code net.core.wmem_max} must allow them), and large
   * reads are faster by them where the system paces what it sends there, as bbr does: with 0 a
   * connection gets them once this process sends to such hosts from so many event loops that no CPU
   * is free for them.
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setSendBufferBytes(int value) {
    sendBufferBytes =
        value == 0
            ? 0
            : TargetOptions.checked(
                "send buffer bytes", value, SendBuffer.LEAST_BYTES, SendBuffer.MOST_BYTES);
    return this;
  }

  /** Silence after which the system asks whether the host is still there; 0 never. */
  public int getTcpKeepAliveSeconds() {
    return tcpKeepAliveSeconds;
  }

  /**
   * Sets the silence after which the system asks whether the host is still there, up to 32767 s;
   * default 60 s, 0 for never. The connection of a host that has vanished ends after about twice
   * that time: without it, and without a keep-alive timeout of the host's own, it would stay for
   * ever. Over NIO the system's own times hold.
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setTcpKeepAliveSeconds(int value) {
    tcpKeepAliveSeconds =
        TargetOptions.checked("TCP keep-alive seconds", value, 0, TcpKeepAlive.MOST_SECONDS);
    return this;
  }

  /** The TCP congestion control of what the target sends; "", the default, is the system's. */
  public String getTcpCongestionControl() {
    return tcpCongestionControl;
  }

  /**
   * Sets the TCP congestion control of what the target sends: the name of an algorithm, as {@code
   * cubic} or {@code dctcp}; null or "" leaves the system's. A storage network often wants another
   * than the rest of a machine's traffic, and one that paces what it sends (bbr) holds a fast, near
   * connection back. The host chooses for what it sends, that is for the data of writes.
   *
   * <p>Linux alone has it, over epoll and io_uring. The kernel must have the algorithm and list it
   * in {@code net.ipv4.tcp_allowed_congestion_control}. Where it cannot be had, NIO included, the
   * target does not start and says so. A connection may yet come to run with another: {@code dctcp}
   * needs ECN, which a host asks for and agrees on with the system, before the target knows of it.
   * Such a connection is served, and a warning logged.
   *
   * @param value 1 to 15 letters, digits, '_' or '-'
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setTcpCongestionControl(@Nullable String value) {
    String name = value == null ? "" : value;
    if (!name.isEmpty() && !TcpCongestionControl.isName(name)) {
      throw new BadOption(
          "TCP congestion control", "'%s' is not %s".formatted(name, TcpCongestionControl.FORM));
    }
    tcpCongestionControl = name;
    return this;
  }

  /** Time after a command for which the event loop of an I/O queue does not sleep; 0 for none. */
  public int getPollMicros() {
    return pollMicros;
  }

  /**
   * Sets the time for which the event loop of an I/O queue, once a command came, looks for the next
   * one over and over, without sleeping; up to 1,000,000 us, default 0. That saves the time a
   * sleeping thread takes to wake up, most of what a single small read takes; it costs a core per
   * event loop from one command to the next, and that long after the last.
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setPollMicros(int value) {
    pollMicros = TargetOptions.checked("poll microseconds", value, 0, 1_000_000);
    return this;
  }

  /** Time a connection has from its start to its ICReq. */
  public Duration getIcReqTimeout() {
    return icReqTimeout;
  }

  /** Sets the time a connection has to send ICReq; default 5 s. */
  @CanIgnoreReturnValue
  public ConnectionOptions setIcReqTimeout(Duration value) {
    icReqTimeout = value;
    return this;
  }

  /**
   * Time that a connection may let pass without a byte of the data that it was asked for, or
   * without taking any of its answers.
   */
  public Duration getDataTimeout() {
    return dataTimeout;
  }

  /**
   * Sets the time after which a connection ends that owes data and sends none of it, or that takes
   * nothing of its answers; default 60 s. Its memory is wanted by others, and a host without
   * keep-alive would hold it for ever.
   */
  @CanIgnoreReturnValue
  public ConnectionOptions setDataTimeout(Duration value) {
    dataTimeout = value;
    return this;
  }
}
