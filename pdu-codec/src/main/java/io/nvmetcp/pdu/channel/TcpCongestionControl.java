package io.nvmetcp.pdu.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * TCP congestion control of one connection: the algorithm by which this end decides how fast it
 * sends, {@code cubic} or {@code dctcp}, say. Without a choice it is the system's ({@code
 * net.ipv4.tcp_congestion_control}).
 *
 * <p>Linux has it (tcp(7), TCP_CONGESTION), over epoll and io_uring; NIO has no such option. The
 * kernel must have the algorithm and, unless this process may administer the network, list it in
 * {@code net.ipv4.tcp_allowed_congestion_control}. Each end chooses for what it sends itself.
 *
 * <p>A refusal is a value: the sentence that says why, for whoever asked for the algorithm.
 */
public final class TcpCongestionControl {
  /** What a name of an algorithm looks like, for messages. */
  public static final String FORM = "1 to 15 letters, digits, '_' or '-'";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,15}");
  private static final String ALLOWED = "/proc/sys/net/ipv4/tcp_allowed_congestion_control";
  // Of <netinet/in.h> and <linux/tcp.h>, on every architecture; a name and the zero at its end.
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_CONGESTION = 13;
  private static final int TCP_CA_NAME_MAX = 16;
  private static final ChannelOption<ByteBuffer> OPTION =
      new RawUnixChannelOption("TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, TCP_CA_NAME_MAX);
  // Another system's channels take raw options too, and mean something else by these numbers.
  private static final Set<String> TRANSPORTS =
      Set.of("io.netty.channel.epoll", "io.netty.channel.uring");

  private TcpCongestionControl() {}

  /** True if an algorithm may have this name; whether the system has it is another matter. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * Chooses it for a connection, and reads it back: from now on the connection sends by it, or the
   * answer says why it does not. A socket that is closed already is left to its end.
   *
   * @param algorithm a name; "" leaves the system's
   * @return empty if nothing is wrong, else one sentence
   */
  public static Optional<String> set(Channel channel, String algorithm) {
    if (algorithm.isEmpty()) {
      return Optional.empty();
    }
    if (!known(channel)) {
      return sentence(
          algorithm,
          "cannot be chosen over this transport (%s); use epoll or io_uring, which Linux has, or"
              + " leave it to the system",
          channel.getClass().getSimpleName());
    }
    try {
      byte[] name = algorithm.getBytes(StandardCharsets.US_ASCII);
      ByteBuffer value = ByteBuffer.allocate(TCP_CA_NAME_MAX).put(0, name);
      boolean unused = channel.config().setOption(OPTION, value);
      return get(channel).flatMap(used -> difference(algorithm, used));
    } catch (ChannelException e) {
      return channel.isOpen() ? refusal(algorithm, e) : Optional.empty();
    }
  }

  /**
   * Finds out whether the system would let a connection have it, on a socket that is made for that
   * and closed again.
   *
   * @param sockets makes a socket's channel, which is not registered with an event loop
   * @param algorithm a name; "" is always right
   * @return empty if it would, else one sentence
   */
  public static Optional<String> trial(Supplier<? extends Channel> sockets, String algorithm) {
    if (algorithm.isEmpty()) {
      return Optional.empty();
    }
    Channel socket = sockets.get();
    try {
      return set(socket, algorithm);
    } finally {
      socket.unsafe().closeForcibly();
    }
  }

  /**
   * The algorithm that a connection sends by.
   *
   * @return empty if the transport does not tell
   * @throws ChannelException if the socket is closed
   */
  public static Optional<String> get(Channel channel) {
    if (!known(channel)) {
      return Optional.empty();
    }
    ByteBuffer value = channel.config().getOption(OPTION);
    String padded = StandardCharsets.US_ASCII.decode(value).toString();
    int end = padded.indexOf('\0');
    return Optional.of(end < 0 ? padded : padded.substring(0, end));
  }

  private static boolean known(Channel channel) {
    return TRANSPORTS.contains(channel.getClass().getPackageName());
  }

  /** Says what is wrong if one was asked for and another is in use. */
  static Optional<String> difference(String algorithm, String used) {
    // DCTCP without ECN calls itself dctcp-reno, and is that.
    return used.equals(algorithm)
        ? Optional.empty()
        : sentence(
            algorithm,
            "the system uses '%s' in its place; one that needs ECN is had only where both ends"
                + " agreed on that (net.ipv4.tcp_ecn)",
            used);
  }

  private static Optional<String> refusal(String algorithm, ChannelException e) {
    return sentence(
        algorithm,
        "the system does not have it or does not allow it (%s); take one that "
            + ALLOWED
            + " lists, or have it loaded and added there",
        String.valueOf(e.getMessage()));
  }

  private static Optional<String> sentence(String algorithm, String rest, String what) {
    return Optional.of("TCP congestion control '" + algorithm + "': " + rest.formatted(what));
  }
}
