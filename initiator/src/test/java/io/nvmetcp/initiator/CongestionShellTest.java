package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import io.nvmetcp.testing.wire.CongestionControls;
import io.nvmetcp.testing.wire.WatchedTransport;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The TCP congestion control of a host's connections, as their sockets tell it. */
class CongestionShellTest extends ShellTest {
  private static final String UNKNOWN = "no-such-one";

  static String[] nativeTransports() {
    return Arrays.stream(transports()).filter(name -> !name.equals("nio")).toArray(String[]::new);
  }

  static Stream<Arguments> choices() {
    return Arrays.stream(nativeTransports())
        .flatMap(name -> Stream.of("reno", "cubic").map(each -> Arguments.of(name, each)));
  }

  private WatchedTransport watched(String transport) {
    return new WatchedTransport(Objects.requireNonNull(transport(transport)));
  }

  /** What the sockets of an admin queue and two others say, and how often. */
  private void assertAllSendBy(String algorithm, WatchedTransport transport, String wanted) {
    ScriptedServer unused = serve(transport);
    Controller controller = connect(options().setIoQueues(2).setTcpCongestionControl(algorithm));
    List<Channel> sockets = transport.connecting();
    assertThat(sockets).hasSize(3);
    assertThat(sockets)
        .allSatisfy(each -> assertThat(TcpCongestionControl.get(each)).contains(wanted));
    await(controller.close());
  }

  @ParameterizedTest
  @MethodSource("choices")
  void everyConnectionSendsByTheOneThatWasChosen(String transport, String algorithm) {
    CongestionControls.assumeAllowed(algorithm);
    assertAllSendBy(algorithm, watched(transport), algorithm);
  }

  @ParameterizedTest
  @MethodSource("nativeTransports")
  void withoutAChoiceItIsTheSystems(String transport) {
    assertAllSendBy("", watched(transport), CongestionControls.ofSystem());
  }

  private void assertRefused(String transport, String algorithm, String why) {
    WatchedTransport watched = watched(transport);
    int port = serve(watched).address().port();
    assertThat(
            failure(
                initiator(options().setTcpCongestionControl(algorithm))
                    .connect(new SubsystemAddress("127.0.0.1", port, "nqn.any"))))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessageStartingWith(
            "cannot connect to 127.0.0.1 port %d: TCP congestion control '%s': %s"
                .formatted(port, algorithm, why))
        .message()
        .doesNotContain("\n");
    assertThat(watched.connecting()).isNotEmpty().noneMatch(Channel::isOpen);
    assertThat(liveRegions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("nativeTransports")
  void oneThatTheSystemDoesNotHaveIsOneSentenceAndNothingStaysOpen(String transport) {
    assertRefused(
        transport,
        UNKNOWN,
        "the system does not have it or does not allow it (setsockopt() failed: No such file or"
            + " directory); take one that /proc/sys/net/ipv4/tcp_allowed_congestion_control lists,"
            + " or have it loaded and added there");
  }

  @Test
  void overNioNoneCanBeChosenAndThatIsSaid() {
    assertRefused(
        "nio",
        "reno",
        "cannot be chosen over this transport (NioSocketChannel); use epoll or io_uring, which"
            + " Linux has, or leave it to the system");
  }

  @Test
  void nullAndNothingLeaveItToTheSystemWhateverTheTransport() {
    ScriptedServer unused = serve("nio");
    Controller controller =
        connect(options().setTcpCongestionControl(null).setTcpCongestionControl(""));
    await(controller.close());
  }
}
