package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.nvmetcp.testing.wire.WatchedTransport;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The send buffers of a host's connections, as their sockets tell them. */
class SendBufferShellTest extends ShellTest {
  private static final int BYTES = 24 * 1024;

  @ParameterizedTest
  @MethodSource("transports")
  void everyConnectionHasTheOneThatWasChosen(String name) {
    WatchedTransport transport = new WatchedTransport(Objects.requireNonNull(transport(name)));
    ScriptedServer unused = serve(transport);
    Controller controller = connect(options().setIoQueues(2).setSendBufferBytes(BYTES));
    List<Channel> sockets = transport.connecting();
    assertThat(sockets).hasSize(3);
    // Linux keeps as much again for itself; the native transports tell that too.
    assertThat(sockets)
        .extracting(each -> each.config().getOption(ChannelOption.SO_SNDBUF))
        .allMatch(bytes -> bytes == BYTES || bytes == 2 * BYTES);
    await(controller.close());
  }
}
