package io.nvmetcp.pdu.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no socket of a native transport; those are asked where connections are made. */
class TcpCongestionControlTest {

  @ParameterizedTest
  @ValueSource(strings = {"reno", "cubic", "dctcp", "bbr", "tcp_x-Y9", "a", "fifteen-letters"})
  void takesWhatMayBeAName(String name) {
    assertThat(TcpCongestionControl.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "so much", "sixteen-letters-", "é", "a\0b", "a\n", "../x"})
  void takesNothingElse(String name) {
    assertThat(TcpCongestionControl.isName(name)).isFalse();
  }

  @Test
  void oneThatTheSystemPutInThePlaceOfAnotherIsNamed() {
    assertThat(TcpCongestionControl.difference("dctcp", "dctcp")).isEmpty();
    assertThat(TcpCongestionControl.difference("dctcp", "dctcp-reno"))
        .contains(
            "TCP congestion control 'dctcp': the system uses 'dctcp-reno' in its place; one that"
                + " needs ECN is had only where both ends agreed on that (net.ipv4.tcp_ecn)");
  }

  @Test
  void aChannelThatIsNoSocketOfLinuxIsRefusedAndClosedAfterATrial() {
    EmbeddedChannel channel = new EmbeddedChannel();
    assertThat(TcpCongestionControl.get(channel)).isEmpty();
    assertThat(TcpCongestionControl.set(channel, "")).isEmpty();
    assertThat(TcpCongestionControl.trial(() -> channel, "reno"))
        .contains(
            "TCP congestion control 'reno': cannot be chosen over this transport (EmbeddedChannel);"
                + " use epoll or io_uring, which Linux has, or leave it to the system");
    assertThat(channel.isOpen()).isFalse();
  }
}
