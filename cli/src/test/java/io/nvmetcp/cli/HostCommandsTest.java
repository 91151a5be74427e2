package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.SmartLog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each command of a host, over real sockets, against a target of this project. */
@Timeout(60)
class HostCommandsTest {
  private static final int BLOCK = HostTarget.BLOCK;

  private static HostTarget target;
  @TempDir Path dir;

  @BeforeAll
  static void start() {
    target = new HostTarget();
  }

  @AfterAll
  static void stop() {
    target.close();
  }

  private static HostRun run(String name, String... more) {
    return run(new byte[0], name, more);
  }

  private static HostRun run(byte[] input, String name, String... more) {
    HostRun run = HostRun.of(input, target.command(name, HostTarget.ONE, more));
    assertThat(run.err()).as("of %s", name).doesNotContain("nvmetcp:");
    assertThat(run.code()).as("of %s: %s", name, run.err()).isZero();
    return run;
  }

  private static JsonObject json(String name, String... more) {
    String[] args = Arrays.copyOf(more, more.length + 2);
    args[more.length] = "-o";
    args[more.length + 1] = "json";
    return new JsonObject(run(name, args).out());
  }

  private static byte[] random(int bytes, long seed) {
    byte[] made = new byte[bytes];
    new SplittableRandom(seed).nextBytes(made);
    return made;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(dir.resolve(name), content);
  }

  // ---- what is there

  @Test
  void discoverPrintsTheLogAsNvmeCliDoes() {
    String[] args = {"discover", "-t", "tcp", "-a", "127.0.0.1", "-s", "" + target.port()};
    HostRun run = HostRun.of(args);
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("Discovery Log Number of Records 4, Generation counter ")
        .contains(
            """
            =====Discovery Log Entry 0======
            trtype:  tcp
            adrfam:  ipv4
            subtype: nvme subsystem
            treq:    not specified, sq flow control disable supported
            portid:  1
            trsvcid: %d
            subnqn:  %s
            traddr:  127.0.0.1
            """
                .formatted(target.port(), HostTarget.ONE))
        .contains("subtype: current discovery subsystem");

    String[] asJson = Arrays.copyOf(args, args.length + 2);
    asJson[args.length] = "-o";
    asJson[args.length + 1] = "json";
    JsonArray records = new JsonObject(HostRun.of(asJson).out()).getJsonArray("records");
    assertThat(records).hasSize(4);
    assertThat(records.getJsonObject(1).getString("subnqn")).isEqualTo(HostTarget.TWO);
    assertThat(records.getJsonObject(1).getString("trsvcid")).isEqualTo("" + target.port());
  }

  @Test
  void aReferralThatLeadsNowhereIsAWarning() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    try (HostTarget referring = new HostTarget()) {
      referring.refer("127.0.0.1", port);
      HostRun run = HostRun.of("discover", "-a", "127.0.0.1", "-s", "" + referring.port());
      assertThat(run.code()).isZero();
      assertThat(run.out()).contains("subtype: referral\n").contains("trsvcid: " + port + "\n");
      assertThat(run.errLines()).hasSize(1);
      assertThat(run.errLines().getFirst())
          .startsWith("nvmetcp: referral to 127.0.0.1 port " + port + ": cannot connect to");
      run =
          HostRun.of(
              "discover", "-a", "127.0.0.1", "-s", "" + referring.port(), "--max-referrals", "0");
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void connectCheckSaysWhatWasAgreed() {
    assertThat(run("connect-check", "-g", "-G", "-i", "2", "-Q", "32").out())
        .contains("connected   " + HostTarget.ONE + " in ")
        .contains("serial SN-ONE")
        .contains("namespaces  1\n")
        .contains("queues      2 of 32 entries")
        .contains("digests     header on, data on")
        .contains("limits      64.0 KiB a command");
    JsonObject json = json("connect-check");
    assertThat(json.getString("sn")).isEqualTo("SN-ONE");
    assertThat(json.getInteger("io_queues")).isOne();
    assertThat(json.getBoolean("hdr_digest")).isFalse();
    assertThat(json.getInteger("max_transfer_bytes")).isEqualTo(64 << 10);
  }

  @Test
  void listShowsTheNamespacesOfASubsystemOrOfAll() {
    assertThat(run("list").out().lines())
        .hasSize(3)
        .last()
        .asString()
        .startsWith("127.0.0.1:%d/1".formatted(target.port()))
        .contains("SN-ONE", "0x1", "2.10 MB /   2.10 MB", "4.10 kB +  0 B");
    JsonObject device = json("list").getJsonArray("Devices").getJsonObject(0);
    assertThat(device.getLong("PhysicalSize")).isEqualTo(HostTarget.BLOCKS * BLOCK);
    assertThat(device.getInteger("SectorSize")).isEqualTo(BLOCK);
    assertThat(device.getString("SubsystemNQN")).isEqualTo(HostTarget.ONE);

    HostRun all =
        HostRun.of("list", "-a", "127.0.0.1", "-s", "" + target.port(), "--output-format", "json");
    assertThat(new JsonObject(all.out()).getJsonArray("Devices")).hasSize(4);
  }

  @Test
  void identifyPrintsTheFieldsUnderTheirNames() {
    assertThat(run("id-ctrl").out())
        .startsWith("NVME Identify Controller:\n")
        .contains("\nsn        : SN-ONE\n")
        .contains("\nmn        : vertx-nvme-tcp\n")
        .contains("\nmdts      : 4\n")
        .contains("\nsubnqn    : " + HostTarget.ONE + "\n");
    JsonObject json = json("id-ctrl");
    assertThat(json.getString("sn")).isEqualTo("SN-ONE");
    assertThat(json.getInteger("mdts")).isEqualTo(4);
    assertThat(json.getInteger("ver")).isPositive();

    assertThat(run("id-ns").out())
        .startsWith("NVME Identify Namespace 1:\nnsze     : 0x200\n")
        .contains("lbaf  0 : ms:0   lbads:12 rp:0 (in use)\n");
    assertThat(json("id-ns", "--namespace-id", "0x1").getLong("nsze")).isEqualTo(HostTarget.BLOCKS);
  }

  @Test
  void getLogPrintsWhatItKnowsAndBytesOfTheRest() {
    assertThat(run("get-log", "--log-id", "2").out()).containsPattern("avail_spare +: 100\n");
    assertThat(json("get-log", "--log-id", "0x2").getInteger("avail_spare")).isEqualTo(100);
    assertThat(run("get-log", "--log-id", "5").out())
        .contains("io_cmds:\n")
        .contains("05: 00000001 (Compare)\n");
    assertThat(run("get-log", "--log-id", "2", "--log-len", "16", "--lpo", "4").out())
        .startsWith("log-id:0x2\n       0  1  2")
        .contains("0000: ");
    byte[] raw = run("get-log", "--log-id", "2", "-b").bytes();
    assertThat(raw).hasSize(SmartLog.BYTES);
    assertThat(SmartLog.decode(raw).availableSparePercent()).isEqualTo(100);
  }

  @Test
  void getFeaturePrintsTheValueAndWhatItMeans() {
    assertThat(run("get-feature", "-f", "7").out())
        .isEqualTo("get-feature:0x07 (Number of Queues), Current value:0x00000000\n");
    assertThat(run("get-feature", "-f", "0x0f", "-H", "-k", "7").out())
        .isEqualTo(
            "get-feature:0x0f (Keep Alive Timer), Current value:0x00001b58\n"
                + "\ttimeout in ms: 7000\n");
    String id = "0f14e3e6-8b5b-4d8a-9d2a-7d1c2b3a4f5e";
    assertThat(
            json("get-feature", "--feature-id", "0x81", "-I", id)
                .getJsonObject("meaning")
                .getString("host identifier"))
        .isEqualTo(id);
  }

  // ---- data

  @Test
  void aFileIsWrittenReadBackAndCompared() throws Exception {
    byte[] content = random(100 * BLOCK, 1);
    Path image = file("image", content);
    assertThat(run("write", "--data", image.toString(), "--start-block", "7", "-f").out())
        .startsWith("written 409600 bytes (400.0 KiB), 100 blocks at 7 of namespace 1, in ")
        .contains("\n" + sha256(content) + "  sha256\n");
    Path back = dir.resolve("back");
    assertThat(
            run(
                    "read",
                    "--data",
                    back.toString(),
                    "--start-block",
                    "7",
                    "--data-size",
                    "400k",
                    "-G",
                    "--checksum",
                    "crc32c")
                .out())
        .startsWith("read 409600 bytes")
        .contains("  crc32c\n");
    assertThat(back).hasBinaryContent(content);
    assertThat(run("compare", "--data", image.toString(), "--start-block", "7").out())
        .startsWith("compared 409600 bytes");
    run("flush");

    content[57 * BLOCK + 5]++;
    HostRun other =
        HostRun.of(
            target.command(
                "compare",
                HostTarget.ONE,
                "--data",
                file("other", content).toString(),
                "--start-block",
                "7",
                "--chunk",
                "64k"));
    assertThat(other.code()).isEqualTo(Main.DIFFERENT);
    assertThat(other.errLines())
        .containsExactly("nvmetcp: block 64 of namespace 1 differs from " + dir.resolve("other"));
  }

  @Test
  void standardStreamsCarryDataAndTheSummaryKeepsOutOfTheWay() throws Exception {
    byte[] content = random(9 * BLOCK, 2);
    JsonObject written =
        new JsonObject(
            run(content, "write", "--start-block", "200", "--chunk", "8k", "-o", "json").out());
    assertThat(written.getLong("bytes")).isEqualTo(content.length);
    assertThat(written.getString("sha256")).isEqualTo(sha256(content));
    HostRun read = run("read", "--start-block", "200", "-c", "8");
    assertThat(read.bytes()).isEqualTo(content);
    assertThat(read.err()).startsWith("read 36864 bytes").contains(sha256(content));
    run(content, "compare", "--start-block", "200", "--iodepth", "1", "--chunk", "4k");
  }

  @Test
  void theWholeNamespaceIsReadByDefault() throws Exception {
    Path image = dir.resolve("whole");
    run("read", "--data", image.toString(), "--checksum", "none");
    assertThat(image).hasSize((long) HostTarget.BLOCKS * BLOCK);
  }

  @Test
  void zeroTrimAndCopyChangeBlocksWhereTheyShould() throws Exception {
    byte[] content = random(40 * BLOCK, 3);
    run(content, "write", "--start-block", "300");
    assertThat(run("zero", "--start-block", "300", "-c", "3").out())
        .isEqualTo("NVMe Write Zeroes: success, 4 blocks at 300 of namespace 1\n");
    Arrays.fill(content, 0, 4 * BLOCK, (byte) 0);
    assertThat(run("trim", "--slbs", "310,320", "--blocks", "2,1").out())
        .isEqualTo("NVMe DSM: success, 3 blocks in 2 ranges of namespace 1\n");
    Arrays.fill(content, 10 * BLOCK, 12 * BLOCK, (byte) 0);
    Arrays.fill(content, 20 * BLOCK, 21 * BLOCK, (byte) 0);
    assertThat(run("copy", "--slbs", "335", "--blocks", "5", "--sdlba", "304", "-f").out())
        .isEqualTo("NVMe Copy: success, 5 blocks to 304 of namespace 1\n");
    System.arraycopy(content, 35 * BLOCK, content, 4 * BLOCK, 5 * BLOCK);
    assertThat(json("zero", "--start-block", "339", "--data-size", "4k", "--deac"))
        .isEqualTo(new JsonObject().put("nsid", 1).put("start_block", 339).put("blocks", 1));
    Arrays.fill(content, 39 * BLOCK, 40 * BLOCK, (byte) 0);
    run(content, "compare", "--start-block", "300");
  }

  @Test
  void aReadThatFailsIsTriedAgainIfAskedFor() {
    String[] block = {"--namespace-id", "3", "--start-block", "2040", "--block-count", "0"};
    HostRun once = HostRun.of(target.command("read", HostTarget.TWO, block));
    assertThat(once.code()).isEqualTo(Main.REFUSED);
    assertThat(once.err()).contains("Internal Error (0/06h)");
    String[] again = Arrays.copyOf(block, block.length + 2);
    again[block.length] = "--retries";
    again[block.length + 1] = "1";
    assertThat(HostRun.of(target.command("read", HostTarget.TWO, again)).code()).isZero();
  }
}
