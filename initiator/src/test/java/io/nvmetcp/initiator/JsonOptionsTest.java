package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.ddp.TeardownMode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Options travel as JSON and back, and whatever is wrong in it is said with its path. */
class JsonOptionsTest {

  /** A class of options, its defaults in JSON, and values that are not the defaults. */
  private record Options(Class<?> type, JsonObject defaults, JsonObject others) {
    Function<JsonObject, JsonObject> thereAndBack() {
      return json -> {
        try {
          Object made = type.getConstructor(JsonObject.class).newInstance(json);
          Object copied = type.getConstructor(type).newInstance(made);
          return (JsonObject) type.getMethod("toJson").invoke(copied);
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(e);
        }
      };
    }

    @Override
    public String toString() {
      return type.getSimpleName();
    }
  }

  static Stream<Options> options() {
    UUID host = new UUID(7, 9);
    return Stream.of(
        new Options(
            InitiatorOptions.class,
            new InitiatorOptions().toJson(),
            new InitiatorOptions()
                .setHostId(host)
                .setHostNqn("nqn.2026-11.io.nvmetcp:host")
                .setHeaderDigest(true)
                .setDataDigest(true)
                .setIoQueues(5)
                .setQueueEntries(64)
                .setWaitingCommands(9)
                .setKeepAliveMillis(1)
                .setTcpKeepAliveSeconds(61)
                .setTcpCongestionControl("reno")
                .setSendBufferBytes(8192)
                .setConnectTimeoutMillis(2)
                .setDisableFlowControl(false)
                .setDevice(DeviceSpec.parse("simulated:-3"))
                .setTeardownMode(TeardownMode.EAGER)
                .setRetries(3)
                .setPolling(true)
                .setCopyMemoryBytes(2 << 20)
                .setHostDataAlignment(31)
                .setMaxR2t(63)
                .setMaxNamespaces(1)
                .setCommandTimeoutMillis(0)
                .setAdminTimeoutMillis(0)
                .setAbortTimeoutMillis(1)
                .setReconnect(ReconnectOptions.never())
                .toJson()),
        new Options(
            ReconnectOptions.class,
            new ReconnectOptions().toJson(),
            new ReconnectOptions()
                .setLossTimeoutMillis(ReconnectOptions.UNLIMITED)
                .setFirstDelayMillis(1)
                .setMaxDelayMillis(2)
                .setFailFastMillis(0)
                .setCommandsWait(false)
                .setReplayReads(false)
                .setReplayWrites(true)
                .setQuiesceMarginMillis(0)
                .toJson()),
        new Options(
            StreamOptions.class,
            new StreamOptions().toJson(),
            new StreamOptions()
                .setFirstBlock(1L << 40)
                .setBlocks(3)
                .setChunkBytes(512)
                .setDepth(1)
                .setFlush(false)
                .toJson()),
        new Options(
            DiscoveryOptions.class,
            new DiscoveryOptions().toJson(),
            new DiscoveryOptions().setMaxDepth(0).setMaxServices(1).setMaxEntries(2).toJson()));
  }

  @ParameterizedTest
  @MethodSource("options")
  void everySetterHasAFieldOfItsName(Options options) {
    Set<String> setters =
        Arrays.stream(options.type().getMethods())
            .map(Method::getName)
            .filter(name -> name.startsWith("set"))
            .map(name -> name.substring(3, 4).toLowerCase(Locale.ROOT) + name.substring(4))
            .collect(Collectors.toSet());
    assertThat(setters).isNotEmpty();
    assertThat(options.defaults().fieldNames()).isEqualTo(setters);
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyValueTravels(Options options) {
    for (String field : options.defaults().fieldNames()) {
      assertThat(options.others().getValue(field))
          .as("the test's value of " + field)
          .isNotEqualTo(options.defaults().getValue(field));
    }
    assertThat(options.thereAndBack().apply(options.others())).isEqualTo(options.others());
    // As text, too: numbers may come back in another type.
    JsonObject parsed = new JsonObject(options.others().encode());
    assertThat(options.thereAndBack().apply(parsed)).isEqualTo(options.others());
  }

  @Test
  void whatIsAbsentKeepsItsDefault() {
    assertThat(new StreamOptions(new JsonObject()).toJson())
        .isEqualTo(new StreamOptions().toJson());
    InitiatorOptions options = new InitiatorOptions(new JsonObject().put("ioQueues", 7));
    assertThat(options.getIoQueues()).isEqualTo(7);
    assertThat(options.getQueueEntries()).isEqualTo(new InitiatorOptions().getQueueEntries());
  }

  @Test
  void theHostNqnFollowsAHostIdentifierUnlessItIsGivenToo() {
    UUID id = new UUID(1, 2);
    JsonObject json = new JsonObject().put("hostId", id.toString());
    assertThat(new InitiatorOptions(json).getHostNqn()).endsWith(":uuid:" + id);
    json.put("hostNqn", "nqn.mine");
    assertThat(new InitiatorOptions(json).getHostNqn()).isEqualTo("nqn.mine");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ioqueues | 3 | unknown; there are hostId, hostNqn, headerDigest",
        "ioQueues | 0 | I/O queues: 1 to 1024, not 0",
        "ioQueues | 99999999999 | 99999999999 is too large",
        "ioQueues | 1.5 | a whole number, not 1.5",
        "ioQueues | \"2\" | a whole number, not '2'",
        "ioQueues | [] | a whole number, not a list",
        "headerDigest | \"yes\" | true or false, not 'yes'",
        "hostNqn | 7 | a string, not 7",
        "hostNqn | {} | a string, not an object",
        "hostId | \"x\" | Invalid UUID string: x",
        "device | \"nic\" | 'nic' is no device: use none, socket",
        "teardownMode | \"never\" | one of lazy, eager, not 'never'",
        "tcpCongestionControl | \"so much\" | TCP congestion control: 1 to 15 letters, digits, '_' or"
            + " '-', not 'so much'",
        "keepAliveMillis | -1 | keep-alive timeout: 0 to 2^32-1 ms, not -1",
      })
  void whatIsWrongIsSaidWithItsPath(String field, String value, String reason) {
    JsonObject json = new JsonObject("{\"" + field + "\": " + value + "}");
    assertThatThrownBy(() -> new InitiatorOptions(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("option '" + field + "': " + reason);
  }

  @Test
  void addressesTravelWithTheirUsualPorts() {
    JsonObject json = new JsonObject().put("host", "10.0.0.1").put("nqn", "nqn.a");
    SubsystemAddress address = new SubsystemAddress(json);
    assertThat(address).isEqualTo(new SubsystemAddress("10.0.0.1", 4420, "nqn.a"));
    assertThat(address).isEqualTo(new SubsystemAddress("10.0.0.1", "nqn.a"));
    assertThat(new SubsystemAddress(address.toJson())).isEqualTo(address);

    DiscoveryAddress service = new DiscoveryAddress(new JsonObject().put("host", "::1"));
    assertThat(service).isEqualTo(new DiscoveryAddress("::1", 8009));
    assertThat(new DiscoveryAddress(service.toJson())).isEqualTo(service);
    assertThat(service).hasToString("[::1]:8009");
  }

  @Test
  void addressesSayWhatTheyLack() {
    assertThatThrownBy(() -> new SubsystemAddress(new JsonObject().put("host", "a")))
        .hasMessage("option 'nqn': missing");
    assertThatThrownBy(
            () -> new SubsystemAddress(new JsonObject().put("host", "a").put("port", 70_000)))
        .hasMessage("option 'nqn': missing");
    assertThatThrownBy(
            () -> new DiscoveryAddress(new JsonObject().put("host", "a").put("nqn", "b")))
        .hasMessage("option 'nqn': unknown; there are host, port");
    assertThatThrownBy(
            () -> new DiscoveryAddress(new JsonObject().put("host", "a").put("port", 70_000)))
        .hasMessage("port 70000 is not between 1 and 65535");
    assertThatThrownBy(
            () ->
                new DiscoveryAddress(
                    new JsonObject().put("host", "a").put("port", new JsonArray())))
        .hasMessage("option 'port': a whole number, not a list");
  }
}
