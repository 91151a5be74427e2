package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a host's command, or goes wrong with it, is one line and an exit code. */
@Timeout(60)
class HostBadInputTest {
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

  private static void assertUsage(HostRun run, String command, String... fragments) {
    assertThat(run.errLines()).as(run.err()).hasSize(2);
    assertThat(run.errLines().get(0)).startsWith("nvmetcp: ").contains(fragments);
    assertThat(run.errLines().get(1)).isEqualTo("Try 'nvmetcp " + command + " --help'.");
    assertThat(run.bytes()).isEmpty();
    assertThat(run.code()).isEqualTo(Main.USAGE);
  }

  private static void assertFailed(HostRun run, int code, String... fragments) {
    assertThat(run.errLines()).as(run.err()).hasSize(1);
    assertThat(run.errLines().getFirst()).startsWith("nvmetcp: ").contains(fragments);
    assertThat(run.code()).isEqualTo(code);
  }

  // ---- seen before anything is connected

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "discover | Missing required option: '--traddr=ADDRESS'",
        "discover -a h -t rdma | --transport: tcp is the only one, not 'rdma'",
        "discover -a h -s 99999 | port 99999 is not between 1 and 65535",
        "discover -a h -s x | '--trsvcid' & 'x' is no whole number",
        "discover -a h --max-referrals 99 | --max-referrals: referral depth: 0 to 16, not 99",
        "discover -a h -o xml | '--output-format' & NORMAL, JSON & 'xml'",
        "connect-check -a h | Missing required option: '--nqn=NQN'",
        "connect-check -a h -n n -Q 100 | --queue-size: queue entries: a power of two",
        "connect-check -a h -n n -i 0 | --nr-io-queues: I/O queues: 1 to 1024, not 0",
        "connect-check -a h -n n -k -1 | --keep-alive-tmo: 0 to 4294967 seconds, not -1",
        "read -a h -n n --ctrl-loss-tmo -2 | --ctrl-loss-tmo (-1: no limit): 0 to 2000000 seconds",
        "read -a h -n n --reconnect-delay 3601 | --reconnect-delay: 1 to 3600 seconds, not 3601",
        "connect-check -a h -n n --connect-timeout 0 | --connect-timeout: connect timeout: 1 to",
        "connect-check -a h -n n --hpda 32 | --hpda: host data alignment: 0 to 31, not 32",
        "connect-check -a h -n n --maxr2t 64 | --maxr2t: MAXR2T: 0 to 63, not 64",
        "read -a h -n n --tcp-congestion re/no | --tcp-congestion: TCP congestion control: 1 to 15",
        "connect-check -a h -n n -I 12 | '--hostid' & '12' is no UUID",
        "id-ns -a h -n n --namespace-id one | '--namespace-id' & 'one' is no number: decimal, or 0x",
        "get-log -a h -n n --log-id 0x100 | --log-id: 0 to 0xff, not 256",
        "get-log -a h -n n --log-id 0xc0 | --log-len: page 0xc0 has no size that is known",
        "get-log -a h -n n --log-id 2 -l 6 | log length: a multiple of 4, up to 64 MiB, not 6",
        "get-log -a h -n n --log-id 2 -O 3 | log offset: a multiple of 4, not 3",
        "get-feature -a h -n n -f 256 | --feature-id: 0 to 0xff, not 256",
        "get-feature -a h -n n -f 1 --sel 4 | --sel: 0 to 3, not 4",
        "read -a h -n n -c -1 | --block-count: 0 or more, not -1",
        "read -a h -n n -c 1 -z 4k | --block-count and --data-size say the same",
        "read -a h -n n -z four | '--data-size' & 'four' is no size",
        "read -a h -n n -z 0 | --data-size: at least one block, not 0",
        "read -a h -n n --start-block -1 | --start-block: 0 or more, not -1",
        "read -a h -n n --chunk 17m | --chunk: 512 bytes to 16 MiB, not 17 MiB",
        "read -a h -n n --iodepth 0 | --iodepth: 1 to 256, not 0",
        "read -a h -n n --checksum md5 | '--checksum' & SHA256, CRC32C, NONE & 'md5'",
        "read -a h -n n -d / | --data: / is a folder",
        "zero -a h -n n | which blocks? Give --block-count, --data-size or --all",
        "zero -a h -n n --all -c 1 | which blocks? Give --block-count, --data-size or --all",
        "trim -a h -n n | which blocks? Give --slbs and --blocks, or --all",
        "trim -a h -n n --slbs 1,2 --blocks 3 | --slbs has 2 numbers and --blocks 1",
        "trim -a h -n n --slbs 1 --blocks 0 | 0 blocks at 1 are no range",
        "copy -a h -n n --sdlba 5 | which blocks? Give --slbs and --blocks",
        "completion fish | BASH, ZSH & 'fish'",
      })
  void isRefusedInOneLine(String args, String fragments) {
    String[] words = args.split(" ");
    assertUsage(HostRun.of(words), words[0], fragments.split(" & "));
  }

  // ---- the way to the controller

  @Test
  void aRefusedConnectionIsNotConnected() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    for (String command : new String[] {"discover", "list"}) {
      assertFailed(
          HostRun.of(command, "-a", "127.0.0.1", "-s", "" + port),
          Main.NEVER_SENT,
          "cannot connect to 127.0.0.1 port " + port,
          "Connection refused");
    }
  }

  @Test
  void aServerThatSaysNothingIsGivenUpInTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertFailed(
          HostRun.of(
              "connect-check",
              "-a",
              "127.0.0.1",
              "-s",
              "" + silent.getLocalPort(),
              "-n",
              "nqn.x",
              "--connect-timeout",
              "1"),
          Main.NEVER_SENT,
          "within 1000 ms: waited for the ICResp");
    }
  }

  @Test
  void aConnectionThatIsLostUnderACommandLeavesItsOutcomeUnknown() throws Exception {
    CompletableFuture<HostRun> run =
        CompletableFuture.supplyAsync(() -> HostRun.of(target.command("read", HostTarget.HELD)));
    target.awaitHeldRead();
    Future<Void> removed = target.remove(HostTarget.HELD);
    assertFailed(run.get(30, TimeUnit.SECONDS), Main.UNKNOWN, "the controller");
    target.releaseHeld();
    HostTarget.await(removed);
  }

  @Test
  void aCongestionControlThatNobodyHasIsNotConnected() {
    assertFailed(
        HostRun.of(
            target.command("connect-check", HostTarget.ONE, "--tcp-congestion", "no-such-one")),
        Main.NEVER_SENT,
        "cannot connect to 127.0.0.1 port " + target.port(),
        ": TCP congestion control 'no-such-one': ");
  }

  @Test
  void anUnknownSubsystemIsNamedAsTheReason() {
    assertFailed(
        HostRun.of(target.command("connect-check", "nqn.2026-11.io.nvmetcp:nobody")),
        Main.NEVER_SENT,
        "cannot connect to 127.0.0.1 port " + target.port(),
        "Connect Invalid Parameters",
        "SUBNQN");
  }

  // ---- namespaces and ranges

  @Test
  void aNamespaceThatIsNotThereOrNotTheOnlyOneIsAskedFor() {
    assertUsage(
        HostRun.of(target.command("flush", HostTarget.TWO)),
        "flush",
        "--namespace-id: which one? There are 1, 3");
    assertUsage(
        HostRun.of(target.command("flush", HostTarget.TWO, "--namespace-id", "2")),
        "flush",
        "--namespace-id: there is no namespace 2; there are 1, 3");
    assertFailed(
        HostRun.of(target.command("id-ns", HostTarget.TWO, "--namespace-id", "2")),
        Main.FAILED,
        "namespace 2 is not active");
    assertFailed(
        HostRun.of(target.command("id-ns", HostTarget.TWO, "--namespace-id", "0")),
        Main.REFUSED,
        "Invalid Namespace or Format (0/0Bh, DNR)");
  }

  @Test
  void rangesBeyondTheNamespaceAreRefused() {
    String[] where = {"--start-block", "510"};
    assertUsage(
        HostRun.of(target.command("read", HostTarget.ONE, "--start-block", "510", "-c", "2")),
        "read",
        "3 blocks at 510 do not lie in namespace 1 of 512 blocks");
    assertUsage(
        HostRun.of(target.command("read", HostTarget.ONE, "--start-block", "512")),
        "read",
        "--start-block: 512 does not lie in namespace 1 of 512 blocks");
    assertUsage(
        HostRun.of(target.command("zero", HostTarget.ONE, where[0], where[1], "-z", "1m")),
        "zero",
        "256 blocks at 510 do not lie in namespace 1");
    assertUsage(
        HostRun.of(target.command("trim", HostTarget.ONE, "--slbs", "510", "--blocks", "3")),
        "trim",
        "3 blocks at 510 do not lie in namespace 1");
    assertFailed(
        HostRun.of(
            target.command("copy", HostTarget.ONE, "--slbs", "0", "--blocks", "3", "--sdlba", "1")),
        Main.FAILED,
        "the source of 3 blocks at 0 overlaps the destination, 3 blocks at 1");
  }

  // ---- files

  private HostRun write(byte[] input, String... more) {
    return HostRun.of(input, target.command("write", HostTarget.ONE, more));
  }

  private Path file(int bytes) throws IOException {
    return Files.write(dir.resolve("file"), new byte[bytes]);
  }

  @Test
  void sizesThatAreNoWholeBlocksAreRefusedBeforeAnythingIsWritten() throws IOException {
    Path odd = file(BLOCK + 1);
    assertUsage(
        write(new byte[0], "-d", odd.toString()),
        "write",
        "--data: " + odd + " has 4097 bytes, which is no multiple of the block of 4096 bytes");
    assertUsage(
        write(new byte[0], "-d", odd.toString(), "-z", "5000"),
        "write",
        "--data-size: 5000 B is not a multiple of the block of 4096 bytes");
    assertUsage(write(new byte[0], "-d", file(0).toString()), "write", "has 0 bytes");
  }

  @Test
  void aFileThatIsMissingShortOrTooLargeIsNamed() throws IOException {
    Path missing = dir.resolve("missing");
    assertUsage(
        write(new byte[0], "-d", missing.toString()),
        "write",
        "--data: " + missing + " does not exist");
    assertUsage(write(new byte[0], "-d", dir.toString()), "write", dir + " is a folder");
    Path two = file(2 * BLOCK);
    assertUsage(
        write(new byte[0], "-d", two.toString(), "-c", "2"),
        "write",
        two + " has 8192 bytes, fewer than the 12288 that are asked for");
    assertUsage(
        write(new byte[0], "-d", two.toString(), "--start-block", "511"),
        "write",
        two + " has 8192 bytes, more than the 4096 that there is room for");
    Path nowhere = dir.resolve("no/such/folder");
    assertFailed(
        HostRun.of(target.command("read", HostTarget.ONE, "-d", nowhere.toString(), "-c", "0")),
        Main.FAILED,
        nowhere + ": there is no such folder");
  }

  @Test
  void anInputThatEndsTooSoonOrTooLateIsSaid() {
    assertFailed(
        write(new byte[BLOCK + 5]),
        Main.FAILED,
        "standard input ends within a block: 5 bytes are left over after 1 blocks of 4096 bytes");
    assertFailed(
        write(new byte[BLOCK], "-c", "1"),
        Main.FAILED,
        "standard input ends after 4096 of 8192 bytes");
    assertFailed(
        write(new byte[2 * BLOCK], "--start-block", "511"),
        Main.FAILED,
        "standard input has more than the 4096 bytes that there is room for");
  }

  @Test
  void aFullDiskIsSaidForFilesAndForStandardOutput() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no full device");
    assertFailed(
        HostRun.of(target.command("read", HostTarget.ONE, "-d", full.toString())),
        Main.FAILED,
        "/dev/full: No space left on device");
    try (OutputStream out = new FileOutputStream(full.toFile())) {
      assertFailed(
          HostRun.into(out, target.command("read", HostTarget.ONE)),
          Main.FAILED,
          "standard output cannot be written");
      assertFailed(
          HostRun.into(out, target.command("id-ctrl", HostTarget.ONE)),
          Main.FAILED,
          "standard output cannot be written");
    }
  }

  @Test
  void anAnswerOfTheControllerHasItsNameAndItsCode() {
    assertFailed(
        HostRun.of(target.command("get-log", HostTarget.ONE, "--log-id", "0xc0", "-l", "64")),
        Main.REFUSED,
        "Invalid Log Page (1/09h");
    assertFailed(
        HostRun.of(target.command("get-feature", HostTarget.ONE, "-f", "0xc0")),
        Main.REFUSED,
        "Invalid Field in Command");
  }
}
