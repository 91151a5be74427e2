package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.ddp.socket.SocketDevice;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  private final InitiatorOptions options = new InitiatorOptions();

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNumbersOutOfRangeAndKeepsWhatItHad() {
    for (int queues : new int[] {Integer.MIN_VALUE, -1, 0, 1025}) {
      refused(() -> options.setIoQueues(queues));
    }
    for (int entries : new int[] {-128, 0, 1, 3, 100, 65536}) {
      refused(() -> options.setQueueEntries(entries));
    }
    refused(() -> options.setWaitingCommands(-1));
    for (long millis : new long[] {-1, 1L << 32}) {
      refused(() -> options.setKeepAliveMillis(millis));
    }
    for (long millis : new long[] {-1, 0, 1L << 31}) {
      refused(() -> options.setConnectTimeoutMillis(millis));
    }
    for (int r2ts : new int[] {-1, 64}) {
      refused(() -> options.setMaxR2t(r2ts));
    }
    for (int alignment : new int[] {-1, 32}) {
      refused(() -> options.setHostDataAlignment(alignment));
    }
    refused(() -> options.setHostNqn(" "));
    refused(() -> options.setHostNqn("n".repeat(224)));
    for (String algorithm : new String[] {" ", "so much", "reno;", "a".repeat(16), "ren\0"}) {
      refused(() -> options.setTcpCongestionControl(algorithm));
    }
    assertThat(options.getTcpCongestionControl()).isEmpty();
    assertThat(options.getIoQueues()).isEqualTo(2);
    assertThat(options.getQueueEntries()).isEqualTo(128);
    assertThat(options.getWaitingCommands()).isEqualTo(4096);
    assertThat(options.getKeepAliveMillis()).isEqualTo(10_000);
    assertThat(options.getConnectTimeoutMillis()).isEqualTo(10_000);
    assertThat(options.getMaxR2t()).isZero();
    assertThat(options.getHostDataAlignment()).isZero();
  }

  @Test
  void takesTheEndsOfTheRanges() {
    InitiatorOptions same =
        options
            .setIoQueues(1024)
            .setQueueEntries(32768)
            .setWaitingCommands(0)
            .setKeepAliveMillis(0)
            .setConnectTimeoutMillis(1)
            .setHostNqn("n".repeat(223));
    assertThat(same).isSameAs(options);
    assertThat(options.getQueueEntries()).isEqualTo(32768);
    assertThat(options.setQueueEntries(2).getQueueEntries()).isEqualTo(2);
  }

  @Test
  void theHostNqnFollowsTheHostIdentifier() {
    assertThat(options.getHostNqn()).endsWith(options.getHostId().toString());
    UUID id = new UUID(1, 2);
    assertThat(options.setHostId(id).getHostNqn())
        .isEqualTo("nqn.2014-08.org.nvmexpress:uuid:" + id);
  }

  @Test
  void readsDevices() {
    assertThat(DeviceSpec.parse("none")).isEqualTo(DeviceSpec.NONE);
    assertThat(DeviceSpec.parse("socket")).isEqualTo(DeviceSpec.SOCKET);
    assertThat(DeviceSpec.SOCKET.parameter()).isEqualTo(SocketDevice.DEFAULT_THRESHOLD_BYTES);
    assertThat(DeviceSpec.parse("socket:4096"))
        .isEqualTo(new DeviceSpec(DeviceSpec.Kind.SOCKET, 4096));
    assertThat(DeviceSpec.parse("simulated")).isEqualTo(DeviceSpec.parse("simulated:1"));
    assertThat(DeviceSpec.parse("simulated:-9").parameter()).isEqualTo(-9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "simulated,max-io=64k | 1 | 65536 | 0 | simulated:1,max-io=65536",
        "simulated:7,max-io=1m,max-segments=2 | 7 | 1048576 | 2"
            + " | simulated:7,max-io=1048576,max-segments=2",
        "simulated:7,max-segments=1,max-io=4096 | 7 | 4096 | 1"
            + " | simulated:7,max-io=4096,max-segments=1",
      })
  void readsWhatASimulatedNicTakes(
      String text, long seed, int maxIoBytes, int maxSegments, String written) {
    DeviceSpec device = DeviceSpec.parse(text);
    assertThat(device)
        .isEqualTo(new DeviceSpec(DeviceSpec.Kind.SIMULATED, seed, maxIoBytes, maxSegments));
    assertThat(device.text()).isEqualTo(written);
    assertThat(DeviceSpec.parse(written)).isEqualTo(device);
  }

  @Test
  void noOtherDeviceHasLimitsOfOnesOwnMaking() {
    refused(() -> new DeviceSpec(DeviceSpec.Kind.SOCKET, 4096, 65536, 0));
    refused(() -> new DeviceSpec(DeviceSpec.Kind.NONE, 0, 0, 1));
    refused(() -> new DeviceSpec(DeviceSpec.Kind.SIMULATED, 1, 4095, 0));
    refused(() -> new DeviceSpec(DeviceSpec.Kind.SIMULATED, 1, 0, -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "None",
        "none:",
        "none:1",
        "socket:",
        "socket:0",
        "socket:-1",
        "socket:9999999999",
        "simulated:",
        "simulated:x",
        "simulated,",
        "simulated,max-io",
        "simulated,max-io=",
        "simulated,max-io=x",
        "simulated,max-io=4095",
        "simulated,max-io=64g",
        "simulated,max-io=2048m",
        "simulated,max-segments=0",
        "simulated,speed=1",
        "socket,max-io=64k",
        "socket:4096,max-segments=2",
        "none,max-io=64k",
        "nic"
      })
  void refusesWhatIsNoDeviceWithASentence(String text) {
    assertThatThrownBy(() -> DeviceSpec.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is no device: use none, socket");
  }

  @Test
  void refusesAddressesThatCannotBe() {
    refused(() -> new SubsystemAddress("", 4420, "nqn"));
    refused(() -> new SubsystemAddress("host", 0, "nqn"));
    refused(() -> new SubsystemAddress("host", 65536, "nqn"));
    refused(() -> new SubsystemAddress("host", 4420, ""));
    refused(() -> new SubsystemAddress("host", 4420, "n".repeat(224)));
    assertThat(new SubsystemAddress("host", 4420, "nqn").port()).isEqualTo(4420);
  }
}
