package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code nvmetcp target} makes of its options and its file, before it serves anything. */
@Timeout(30)
class TargetCommandTest {
  @TempDir private Path folder;

  private Path config(String json) throws IOException {
    return Files.writeString(folder.resolve("target.json"), json.replace('\'', '"'));
  }

  private static JsonObject printed(String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "target";
    all[1] = "--print-config";
    System.arraycopy(args, 0, all, 2, args.length);
    Captured captured = Captured.run(all);
    assertThat(captured.err()).isEmpty();
    assertThat(captured.code()).isZero();
    return new JsonObject(captured.out());
  }

  @Test
  void printsTheOptionsAsTheFileThatSaysTheSame() throws Exception {
    JsonObject printed =
        printed(
            "--listen",
            "127.0.0.1:4421",
            "--discovery",
            "--advertise",
            "192.0.2.7",
            "--nqn",
            "nqn.2024-01.io.nvmetcp:disk",
            "--ns",
            "memory:1GiB,delay=uniform:1ms:2ms:3,fault=read@5:silence",
            "--ns",
            "file:disk.img,bs=512,ro,id=7",
            "--ns",
            "file:made.img,size=64m,uuid=5b0c1f6e-7a1e-4c0e-8d0e-3f6a2f9f9a10",
            "--allow",
            "nqn.host:a",
            "--allow",
            "nqn.host:b",
            "--policy",
            "shuffle:8:7",
            "--loops",
            "3",
            "--tcp-congestion",
            "reno");
    JsonObject subsystem = printed.getJsonArray("subsystems").getJsonObject(0);
    assertThat(subsystem.getJsonArray("namespaces").encode())
        .isEqualTo(
            """
            [{"id":1,"memory":1073741824,"blockBytes":4096,"delay":"uniform:1ms:2ms:3",\
            "faults":["read@5:silence"]},\
            {"id":7,"file":"disk.img","readOnly":true,"blockBytes":512},\
            {"id":8,"file":"made.img","size":67108864,"blockBytes":4096,\
            "uuid":"5b0c1f6e-7a1e-4c0e-8d0e-3f6a2f9f9a10"}]""");
    assertThat(subsystem.getJsonArray("allowedHosts").encode())
        .isEqualTo("[\"nqn.host:a\",\"nqn.host:b\"]");
    assertThat(printed.getJsonArray("listeners").encode())
        .isEqualTo(
            """
            [{"host":"127.0.0.1","port":4421,"serves":"all","advertisedAddress":"192.0.2.7"},\
            {"host":"127.0.0.1","port":8009,"serves":"discovery",\
            "advertisedAddress":"192.0.2.7"}]""");
    assertThat(printed.getString("policy")).isEqualTo("shuffle:8:7");
    assertThat(printed.getInteger("eventLoops")).isEqualTo(3);
    assertThat(printed.getJsonObject("connections").getString("tcpCongestionControl"))
        .isEqualTo("reno");

    Path file = Files.writeString(folder.resolve("same.json"), printed.encodePrettily());
    assertThat(printed("--config", file.toString())).isEqualTo(printed);
  }

  @Test
  void theCommandLineCountsBeforeTheFile() throws Exception {
    String file =
        config(
                "{'port': 5, 'policy': 'reverse:4', 'eventLoops': 4,"
                    + " 'subsystems': [{'nqn': 'nqn.a'}]}")
            .toString();
    JsonObject plain = printed("--config", file);
    assertThat(plain.getJsonArray("listeners").encode())
        .isEqualTo("[{\"host\":\"127.0.0.1\",\"port\":5,\"serves\":\"all\"}]");
    JsonObject other = printed("--config", file, "--listen", "[::1]:6", "--policy", "in-order");
    assertThat(other.getJsonArray("listeners").encode())
        .isEqualTo("[{\"host\":\"::1\",\"port\":6,\"serves\":\"all\"}]");
    assertThat(other.getString("policy")).isEqualTo("in-order");
    assertThat(other.getInteger("eventLoops")).isEqualTo(4);
    assertThat(printed("--config", config("{}").toString()).getJsonArray("listeners").encode())
        .contains("\"port\":4420");
  }

  @Test
  void theCongestionControlOfTheCommandLineLeavesTheRestOfTheConnectionsToTheFile()
      throws Exception {
    String file =
        config("{'connections': {'pollMicros': 7, 'tcpCongestionControl': 'cubic'}}").toString();
    String[] chosen = {"--config", file, "--tcp-congestion", "reno"};
    JsonObject connections = printed(chosen).getJsonObject("connections");
    assertThat(connections.getString("tcpCongestionControl")).isEqualTo("reno");
    assertThat(connections.getInteger("pollMicros")).isEqualTo(7);
    assertThat(printed("--config", file).getJsonObject("connections").getValue("pollMicros"))
        .isEqualTo(7);
    Path wrong = config("{'connections': 7}");
    assertThat(
            Captured.run("target", "--config", wrong.toString(), "--tcp-congestion", "reno")
                .errLines())
        .containsExactly("nvmetcp: " + wrong + ": connections: 7 is not an object");
  }

  @Test
  void listensInSeveralPlaces() {
    JsonObject printed =
        printed("--ns", "null:1m", "--listen", "127.0.0.1:5", "--listen", "[::1]:6", "--discovery");
    assertThat(printed.getJsonArray("listeners").encode())
        .isEqualTo(
            """
            [{"host":"127.0.0.1","port":5,"serves":"all"},{"host":"::1","port":6,"serves":"all"},\
            {"host":"127.0.0.1","port":8009,"serves":"discovery"}]""");
  }

  @Test
  void pathsAreThoseOfTheFile() throws Exception {
    Path file = config("{'port': 70000, 'host': 7, 'connections': {'cpda': 32, 'cpdb': 1}}");
    Captured captured = Captured.run("target", "--config", file.toString());
    assertThat(captured.errLines())
        .containsExactlyInAnyOrder(
            "nvmetcp: " + file + ": host: 7 is not a text",
            "nvmetcp: " + file + ": port: 70000 is not between 0 and 65535",
            "nvmetcp: " + file + ": connections.cpda: 32 is not between 0 and 31",
            "nvmetcp: "
                + file
                + ": connections.cpdb: unknown; there are cpda, dataTimeoutMillis,"
                + " icReqTimeoutMillis, maxR2tBytes, maxR2ts, memoryBytes, pollMicros, sendBufferBytes, strict, tcpCongestionControl, tcpKeepAliveSeconds, turnBytes, turnCommands, writeWindowBytes");
  }

  @Test
  void everythingThatIsWrongWithAFileIsALineOfItsOwn() throws Exception {
    Path file =
        config(
            "{'subsystems': [{'nqn': 'nqn.a', 'namespaces': ["
                + "{'id': 1, 'memory': '1GiB'}, {'id': 2, 'memory': 4096, 'blockBytes': 513}]}],"
                + " 'listeners': [{'port': 70000}]}");
    Captured captured = Captured.run("target", "--config", file.toString());
    assertThat(captured.errLines())
        .containsExactly(
            "nvmetcp: " + file + ": listeners[0].port: 70000 is not between 0 and 65535",
            "nvmetcp: "
                + file
                + ": subsystems[0].namespaces[1].blockBytes: 513 is neither 512 nor 4096");
    assertThat(captured.out()).isEmpty();
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"port\": } | line 1, column 10: Unexpected character ('}' (code 125))",
        "nothing | line 1, column 1: Unrecognized token 'nothing'",
        "[] | not a JSON object",
        "{} {} | Unexpected trailing token",
        "{\"connections\": {\"cpda\": 1, \"cpda\": 2}} | line 1, column 35: Duplicate field 'cpda'",
      })
  void saysWhereAFileIsNoJson(String json, String why) throws Exception {
    Path file = Files.writeString(folder.resolve("target.json"), json);
    Captured captured = Captured.run("target", "--config", file.toString());
    assertThat(captured.errLines()).containsExactly("nvmetcp: " + file + ": " + why);
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @Test
  void saysThatThereIsNoFile() {
    Path missing = folder.resolve("missing.json");
    Captured captured = Captured.run("target", "--config", missing.toString());
    assertThat(captured.errLines()).containsExactly("nvmetcp: " + missing + ": no such file");
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @ParameterizedTest(name = "target {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--print-config | nothing to serve: give --ns NAMESPACE, or --config FILE",
        "--ns disk | '--ns' & 'disk': there is no colon; use memory:SIZE",
        "--ns tape:1g | 'tape' is no kind",
        "--ns file: | the path is missing",
        "--ns memory: | the size is missing",
        "--ns memory:1000 | memory: 1000 is no positive multiple of the block of 4096 bytes",
        "--ns memory:1q | memory: '1q' is no size",
        "--ns memory:1m,bs=513 | blockBytes: 513 is neither 512 nor 4096",
        "--ns memory:1m,bs=x | 'bs=x' has no number",
        "--ns memory:1m,ro | readOnly: goes with file only",
        "--ns memory:1m,fast | 'fast' means nothing",
        "--ns memory:1m,speed=9 | 'speed=9' means nothing",
        "--ns memory:1m,id=0 | id: 0 is not between 1 and 1024",
        "--ns memory:1m,uuid=1 | uuid: '1' is no UUID",
        "--ns memory:1m,delay=long | delay: delay 'long': unknown shape 'long'",
        "--ns memory:1m,fault=read | faults[0]: fault 'read': there is neither",
        "--ns memory:1m --ns memory:1m,id=1 | --ns: two namespaces have the identifier 1",
        "--ns memory:1m --nqn disk | --nqn: 'disk' is not an NQN",
        "--ns memory:1m --allow host | --allow: 'host' is not an NQN",
        "--ns memory:1m --advertise a.b | --advertise: 'a.b' is not an IP address",
        "--ns memory:1m --listen 4420 | --listen: '4420' is not ADDRESS:PORT",
        "--ns memory:1m --listen 127.0.0.1:x | 'x' is no port",
        "--ns memory:1m --listen 127.0.0.1:70000 | --listen: 70000 is not between 0 and 65535",
        "--ns memory:1m --listen [::1]:1 --listen a:-1 | --listen: -1 is not between 0 and 65535",
        "--ns memory:1m --listen a:1 --listen a:1 | --listen: a:1 is said already",
        "--ns memory:1m --listen a:1 --discovery 1 | --discovery: a:1 is said already",
        "--ns memory:1m --listen a:1 --listen b:1 --discovery -1 | --discovery: -1 is not between",
        "--ns memory:1m --discovery 70000 | --discovery: 70000 is not between 0 and 65535",
        "--ns memory:1m --loops 0 | --loops: 0 is not between 1 and 256",
        "--ns memory:1m --tcp-congestion a.b | --tcp-congestion: TCP congestion control: 1 to 15",
        "--ns memory:1m --drain -1 | --drain: 0 to 3600, not -1",
        "--ns memory:1m --policy random | '--policy' & unknown policy 'random'",
        "--config a.json --ns memory:1m | --config goes without --nqn, --ns and --allow",
      })
  void isRefusedInOneLine(String args, String fragments) {
    Captured captured = Captured.run(("target " + args).split(" "));
    assertThat(captured.errLines()).hasSize(2);
    assertThat(captured.errLines().get(0)).startsWith("nvmetcp: ").contains(fragments.split(" & "));
    assertThat(captured.errLines().get(1)).isEqualTo("Try 'nvmetcp target --help'.");
    assertThat(captured.out()).isEmpty();
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @Test
  void aCongestionControlThatCannotBeHadIsSaidAtTheStart() {
    String[] args = {"target", "--listen", "127.0.0.1:0", "--ns", "null:1m", "--transport", "nio"};
    String[] more = Arrays.copyOf(args, args.length + 2);
    more[args.length] = "--tcp-congestion";
    more[args.length + 1] = "reno";
    Captured captured = Captured.run(more);
    assertThat(captured.errLines())
        .containsExactly(
            "nvmetcp: TCP congestion control 'reno': cannot be chosen over this transport"
                + " (NioSocketChannel); use epoll or io_uring, which Linux has, or leave it to the"
                + " system");
    assertThat(captured.out()).isEmpty();
    assertThat(captured.code()).isEqualTo(Main.FAILED);
  }

  @Test
  void saysInOneLineWhatCannotBeHad() throws Exception {
    Path missing = folder.resolve("missing.img");
    Captured noFile = Captured.run("target", "--listen", "127.0.0.1:0", "--ns", "file:" + missing);
    assertThat(noFile.errLines())
        .containsExactly("nvmetcp: " + missing + ": no such file; size=SIZE makes one");
    assertThat(noFile.code()).isEqualTo(Main.FAILED);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String where = "127.0.0.1:" + taken.getLocalPort();
      Captured noPort = Captured.run("target", "--listen", where, "--ns", "null:1m");
      assertThat(noPort.errLines())
          .containsExactly("nvmetcp: cannot listen on " + where + ": Address already in use");
      assertThat(noPort.code()).isEqualTo(Main.FAILED);
    }
  }
}
