package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmetcp.target.backend.Delay;
import io.nvmetcp.target.backend.FaultRule;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options from JSON, and everything that can be wrong with it, each with its place. */
class TargetJsonTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:disk";

  private static List<String> problems(String json) {
    InvalidOptionsException thrown =
        catchThrowableOfType(
            InvalidOptionsException.class, () -> new TargetOptions(new JsonObject(json)));
    assertThat(thrown).as("accepted: %s", json).isNotNull();
    return thrown.problems();
  }

  private static TargetOptions full() {
    return new TargetOptions()
        .addListener(
            new ListenerOptions("0.0.0.0", 4420)
                .setServes(ListenerOptions.Serves.NVM)
                .setAdvertisedAddress("192.0.2.7")
                .setAdvertisedPort(14420))
        .addListener(ListenerOptions.discovery("::"))
        .setEventLoops(3)
        .setDigests(false, true)
        .setPolicy("ns1=reverse:4;r2t:small-first;in-order")
        .setSuccess(TargetOptions.Success.NEVER)
        .setMaxConnections(77)
        .setQueueEntries(64)
        .setIoQueues(4)
        .setInCapsuleBytes(4096)
        .setMaxTransferBytes(1 << 17)
        .setMaxH2cDataBytes(1 << 16)
        .setMaxDataPduBytes(1 << 15)
        .setTransferMemoryBytes(1L << 33)
        .setConnectTimeout(Duration.ofMillis(1234))
        .setLingerTimeout(Duration.ofMillis(567))
        .setConnections(
            new ConnectionOptions()
                .setCpda(3)
                .setStrict(true)
                .setMaxR2tBytes(8192)
                .setMaxR2ts(2)
                .setWriteWindowBytes(1 << 19)
                .setMemoryBytes(1 << 22)
                .setTurnCommands(9)
                .setTurnBytes(65536)
                .setSendBufferBytes(8192)
                .setTcpKeepAliveSeconds(97)
                .setTcpCongestionControl("reno")
                .setIcReqTimeout(Duration.ofMillis(99))
                .setDataTimeout(Duration.ofMillis(98)))
        .addReferral(new ReferralOptions("192.0.2.8", 8009))
        .addSubsystem(
            new SubsystemOptions(NQN)
                .setSerial("S1")
                .setModel("M1")
                .setAllowedHosts(AllowedHosts.only(List.of("nqn.host:b", "nqn.host:a")))
                .addNamespace(
                    NamespaceOptions.memory(1, 1 << 20)
                        .setBlockBytes(512)
                        .setUuid(UUID.fromString("5b0c1f6e-7a1e-4c0e-8d0e-3f6a2f9f9a10"))
                        .setNguid("0123456789abcdef0123456789abcdef")
                        .setEui64("0123456789abcdef")
                        .setDelay(Delay.parse("uniform:1ms:2ms:3"))
                        .addFault(FaultRule.parse("read@5:status=2/81:times=1"))
                        .addFault(FaultRule.parse("write:silence")))
                .addNamespace(NamespaceOptions.file(2, Path.of("disk.img"), true))
                .addNamespace(NamespaceOptions.file(3, Path.of("made.img"), 8192))
                .addNamespace(NamespaceOptions.nullDevice(1024, 4096)));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    JsonObject json = full().toJson();
    assertThat(new TargetOptions(json).toJson()).isEqualTo(json);
    assertThat(new TargetOptions(new JsonObject(json.encode())).toJson()).isEqualTo(json);
    JsonObject plain = new TargetOptions().toJson();
    assertThat(new TargetOptions(plain).toJson()).isEqualTo(plain);
    assertThat(new TargetOptions(new JsonObject()).toJson()).isEqualTo(plain);
  }

  @Test
  void everyOptionIsRead() {
    TargetOptions options = new TargetOptions(full().toJson());
    assertThat(options)
        .usingRecursiveComparison()
        .ignoringFields("subsystems", "listeners", "referrals")
        .isEqualTo(full());
    assertThat(options.getSubsystems())
        .usingRecursiveComparison()
        .isEqualTo(full().getSubsystems());
    assertThat(options.getListeners()).usingRecursiveComparison().isEqualTo(full().getListeners());
    assertThat(options.getReferrals()).usingRecursiveComparison().isEqualTo(full().getReferrals());
  }

  @Test
  void sizesMayBeTexts() {
    NamespaceOptions read =
        NamespaceOptions.fromJson(new JsonObject().put("id", 7).put("memory", "64MiB"));
    assertThat(read.toJson().getLong("memory")).isEqualTo(64L << 20);
    assertThat(
            new TargetOptions(new JsonObject().put("maxTransferBytes", "128k"))
                .getMaxTransferBytes())
        .isEqualTo(131072);
    assertThat(NamespaceOptions.fromJson(read.toJson()).toJson()).isEqualTo(read.toJson());
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnceAndInOrder() {
    assertThat(
            problems(
                """
                {"port": 70000, "eventLoops": "two", "polcy": "in-order", "policy": "random",
                 "connections": {"cpda": 32},
                 "subsystems": [
                   {"nqn": "disk", "namespaces": [
                     {"id": 1, "memory": "1GiB"},
                     {"id": 1, "file": "a.img", "blockBytes": 513},
                     {"id": 2000, "memory": 1000}]},
                   {"nqn": "%s", "allowedHosts": ["nqn.a", "b"]},
                   {"nqn": "%s", "allowedHosts": "some"}, 5]}
                """
                    .formatted(NQN, NQN)))
        .containsExactly(
            "port: 70000 is not between 0 and 65535",
            "eventLoops: 'two' is not a whole number",
            "policy: policy 'random': unknown policy 'random' (accepted: "
                + io.nvmetcp.target.schedule.SchedulePolicy.FORMS
                + ")",
            "connections.cpda: 32 is not between 0 and 31",
            "subsystems[0].nqn: 'disk' is not an NQN: nqn.yyyy-mm.reverse.domain:name, at most 223"
                + " bytes",
            "subsystems[0].namespaces[1].id: 1 is namespaces[0] already",
            "subsystems[0].namespaces[1].blockBytes: 513 is neither 512 nor 4096",
            "subsystems[0].namespaces[2].id: 2000 is not between 1 and 1024",
            "subsystems[0].namespaces[2].memory: 1000 is no positive multiple of the block of 4096"
                + " bytes",
            "subsystems[1].allowedHosts[1]: 'b' is not an NQN: nqn.yyyy-mm.reverse.domain:name, at"
                + " most 223 bytes",
            "subsystems[2].nqn: '" + NQN + "' is subsystems[1] already",
            "subsystems[2].allowedHosts: 'some' is neither 'any' nor a list of NQNs",
            "subsystems[3]: 5 is not an object",
            "polcy: unknown; there are advertisedAddress, connectTimeoutMillis, connections,"
                + " dataDigest, eventLoops, headerDigest, host, inCapsuleBytes, ioQueues,"
                + " lingerTimeoutMillis, listeners, maxConnections, maxDataPduBytes,"
                + " maxH2cDataBytes, maxTransferBytes, policy, port, queueEntries, referrals,"
                + " subsystems, success, transferMemoryBytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'port': 4420.5} | port: 4420.5 is not a whole number of this size",
        "{'port': 99999999999} | port: 99999999999 is too large",
        "{'port': true} | port: true is not a whole number",
        "{'port': 1, 'listeners': []} | port: is said by listeners already",
        "{'listeners': [{'port': -1}]} | listeners[0].port: -1 is not between 0 and 65535",
        "{'listeners': [{'port': 5}, {'port': 6}, {'port': 5}]} | listeners[2].port: 127.0.0.1:5 is"
            + " listeners[0] already",
        "{'advertisedAddress': 'host.example'} | advertisedAddress: 'host.example' is not an IP"
            + " address",
        "{'listeners': [{'advertisedAddress': 'fe80::1%lo'}]} | listeners[0].advertisedAddress:"
            + " 'fe80::1%lo' is not an IP address",
        "{'subsystems': [{'nqn': 'nqn.2014-08.org.nvmexpress.discovery'}]} | subsystems[0].nqn:"
            + " 'nqn.2014-08.org.nvmexpress.discovery' is the name of discovery",
        "{'listeners': [{'serves': 'none'}]} | listeners[0].serves: 'none' is none of all, nvm,"
            + " discovery",
        "{'listeners': {}} | listeners: an object is not a list",
        "{'success': 'sometimes'} | success: 'sometimes' is none of auto, never, always",
        "{'headerDigest': 'on'} | headerDigest: 'on' is not true or false",
        "{'inCapsuleBytes': 100} | inCapsuleBytes: 100 is no multiple of 16",
        "{'maxTransferBytes': 12288} | maxTransferBytes: 12288 is no power of two",
        "{'maxTransferBytes': '1x'} | maxTransferBytes: '1x' is no size: write bytes, or a number"
            + " with k, m, g or t",
        "{'maxH2cDataBytes': 4098} | maxH2cDataBytes: 4098 is no multiple of 4",
        "{'transferMemoryBytes': 1} | transferMemoryBytes: 1 bytes are less than 1 MiB",
        "{'connectTimeoutMillis': 0} | connectTimeoutMillis: 0 is below 1",
        "{'referrals': [{'port': 1}]} | referrals[0].address: missing",
        "{'referrals': [{'address': 'a', 'port': 0}]} | referrals[0].port: 0 is not between 1 and"
            + " 65535",
        "{'connections': [1]} | connections: a list is not an object",
        "{'subsystems': [{}]} | subsystems[0].nqn: missing",
        "{'subsystems': [{'nqn': 'nqn.a', 'serial': ''}]} | subsystems[0].serial: '' is not 1 to 20"
            + " printable ASCII characters",
        "{'subsystems': [{'nqn': 'nqn.a', 'namespaces': ['memory']}]} |"
            + " subsystems[0].namespaces[0]: 'memory' is not an object",
      })
  void saysWhereAndWhy(String json, String problem) {
    assertThat(problems(json.replace('\'', '"'))).containsExactly(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'memory': 4096} | id: missing",
        "{'id': 1} | one of memory, file and null is needed, not 0",
        "{'id': 1, 'memory': 4096, 'null': 4096} | one of memory, file and null is needed, not 2",
        "{'id': 1, 'memory': 4096, 'readOnly': true} | readOnly: goes with file only",
        "{'id': 1, 'file': 'a', 'size': 4096, 'readOnly': true} | size: a read-only file keeps the"
            + " size that it has",
        "{'id': 1, 'file': 'a', 'size': 1000} | size: 1000 is no positive multiple of the block of"
            + " 4096 bytes",
        "{'id': 1, 'null': 0} | null: 0 is no positive multiple of the block of 4096 bytes",
        "{'id': 1, 'memory': 4096, 'uuid': 'x'} | uuid: 'x' is no UUID",
        "{'id': 1, 'memory': 4096, 'custom': 'x'} | custom: unknown; there are blockBytes, delay,"
            + " eui64, faults, file, id, memory, nguid, null, readOnly, size, uuid",
      })
  void saysWhatIsWrongWithANamespace(String json, String problem) {
    InvalidOptionsException thrown =
        catchThrowableOfType(
            InvalidOptionsException.class,
            () -> NamespaceOptions.fromJson(new JsonObject(json.replace('\'', '"'))));
    assertThat(thrown.problems()).containsExactly(problem);
  }

  @Test
  void wrongTextsOfANamespaceAreQuoted() {
    InvalidOptionsException thrown =
        catchThrowableOfType(
            InvalidOptionsException.class,
            () ->
                NamespaceOptions.fromJson(
                    new JsonObject(
                        """
                        {"id": 1, "memory": 4096, "delay": "slow", "faults": ["read", "x:silence"],
                         "nguid": "12", "eui64": "0000000000000000"}
                        """)));
    assertThat(thrown.problems())
        .hasSize(5)
        .anySatisfy(line -> assertThat(line).startsWith("delay: delay 'slow': unknown shape"))
        .anySatisfy(line -> assertThat(line).startsWith("faults[0]: fault 'read': there is"))
        .anySatisfy(line -> assertThat(line).startsWith("faults[1]: fault 'x:silence': 'x' is no"))
        .anySatisfy(line -> assertThat(line).startsWith("nguid: "))
        .anySatisfy(line -> assertThat(line).startsWith("eui64: "));
    assertThat(thrown).hasMessageContaining("; eui64: ");
  }
}
