package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.testing.TcpTimers;
import java.util.OptionalLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The system is asked to look whether a silent controller is still there. */
@Timeout(60)
class SilentControllerTest extends ShellTest {
  private static final int SECONDS = 1000;

  private OptionalLong silence(String transport, int seconds) {
    assumeTrue(TcpTimers.known(), "this system tells no timers");
    int port = serve(transport).address().port();
    Controller controller = connect(options().setTcpKeepAliveSeconds(seconds));
    OptionalLong found = TcpTimers.keepAliveSecondsTo(port);
    // What was sent last is acknowledged first.
    while (seconds > 0 && found.isEmpty()) {
      found = TcpTimers.keepAliveSecondsTo(port);
    }
    await(controller.close());
    return found;
  }

  @ParameterizedTest
  @MethodSource("transports")
  void isAskedForASignOfLife(String transport) {
    OptionalLong found = silence(transport, SECONDS);
    assertThat(found).isPresent();
    // NIO knows the system's time only.
    if (!transport.equals("nio")) {
      assertThat(found.getAsLong()).isBetween(SECONDS / 2L, (long) SECONDS);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void isNeverAskedIfNobodyWantsIt(String transport) {
    assertThat(silence(transport, 0)).isEmpty();
  }
}
