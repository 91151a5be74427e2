package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong is said in one line that names what and where, and nothing is started. */
@Timeout(30)
class BadInputTest {
  @TempDir Path dir;

  @ParameterizedTest(name = "demo {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--bogus | unknown option '--bogus'",
        "extra | unexpected argument 'extra'",
        "--seconds x | '--seconds' & 'x' is no whole number",
        "--seconds 0 | --seconds: 1 to 86400, not 0",
        "--iodepth 0 | --iodepth: 1 to 4096, not 0",
        "--queues 65 | --queues: 1 to 64, not 65",
        "--port 65536 | --port: 0 to 65535, not 65536",
        "--port 22x | '--port' & '22x' is no whole number",
        "--block-size 1024 | --block-size: 512 or 4096, not 1024",
        "--bs 3k | --bs: 3 KiB is not a multiple of the block of 4096 bytes",
        "--bs 4k,6000 | --bs: 6000 B is not a multiple of the block of 4096 bytes",
        "--bs 2m | --bs: 2 MiB & up to 1 MiB",
        "--bs four | '--bs' & 'four' is no size",
        "--bs , | --bs: at least one size",
        "--bs 1m --iodepth 4096 | --bs: 2 queues of 4096 reads of 1 MiB need more than 1 GiB",
        "--bs 128k --size 64k | --bs: 128 KiB is larger than a namespace of 64 KiB",
        "--size 4097 | --size: 4097 B is not a multiple of the block of 4096 bytes",
        "--size 9999999999g | '--size' & '9999999999g' is too large",
        "--policy random | '--policy' & 'random' & accepted: in-order, reverse:N, shuffle:N",
        "--policy reverse | '--policy' & 'reverse' & a value is missing",
        "--policy reverse:0 | '--policy' & a window of 0 responses",
        "--policy shuffle:8:x | '--policy' & seed 'x' is not a number",
        "--policy script:1,1 | '--policy' & 1,1 is not a permutation",
        "--policy | Missing required parameter for option '--policy'",
        "--device nic | '--device' & 'nic' is no device: use none, socket",
        "--device socket:0 | '--device' & 'socket:0' is no device",
        "--device simulated:x | '--device' & 'simulated:x' is no device",
        "--transport rdma | '--transport' & EPOLL, IO_URING, NIO & 'rdma'",
        "--teardown never | '--teardown' & LAZY, EAGER & 'never'",
        "--write | --write goes with --file",
        "--file /dev/null | --file: /dev/null is not a regular file",
      })
  void isRefusedInOneLine(String args, String fragments) {
    assertUsage(Captured.run(("demo " + args).split(" ")), fragments.split(" & "));
  }

  private static void assertUsage(Captured captured, String... fragments) {
    assertThat(captured.errLines()).hasSize(2);
    assertThat(captured.errLines().get(0)).startsWith("nvmetcp: ").contains(fragments);
    assertThat(captured.errLines().get(1)).isEqualTo("Try 'nvmetcp demo --help'.");
    assertThat(captured.out()).isEmpty();
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @Test
  void anUnknownCommandIsCalledOne() {
    Captured captured = Captured.run("dmeo");
    assertThat(captured.errLines())
        .containsExactly("nvmetcp: unknown command 'dmeo'", "Try 'nvmetcp --help'.");
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @Test
  void noCommandAsksForOne() {
    Captured captured = Captured.run();
    assertThat(captured.errLines()).hasSize(2).first().asString().contains("demo");
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @Test
  void namesAFileThatIsMissing() {
    Path missing = dir.resolve("missing.img");
    assertUsage(file(missing), missing + " does not exist");
  }

  @Test
  void namesAFolderGivenAsFile() {
    assertUsage(file(dir), dir + " is not a regular file");
  }

  @Test
  void namesAFileOfOddSize() throws IOException {
    Path odd = Files.write(dir.resolve("odd.img"), new byte[4097]);
    assertUsage(file(odd), odd.toString(), "4097 bytes", "block of 4096 bytes");
  }

  @Test
  void namesAnEmptyFile() throws IOException {
    Path empty = Files.createFile(dir.resolve("empty.img"));
    assertUsage(file(empty), empty.toString(), "0 bytes");
  }

  @Test
  void namesAFileSmallerThanOneRead() throws IOException {
    Path small = Files.write(dir.resolve("small.img"), new byte[8192]);
    assertUsage(file(small), small.toString(), "less than one read of 128 KiB");
  }

  @Test
  void namesAFileThatCannotBeRead() throws IOException {
    Path hidden = Files.write(dir.resolve("hidden.img"), new byte[1 << 20]);
    Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(hidden), "root reads everything");
    assertUsage(file(hidden), hidden + " cannot be read");
  }

  @Test
  void namesAFileThatCannotBeWritten() throws IOException {
    Path fixed = Files.write(dir.resolve("fixed.img"), new byte[1 << 20]);
    Files.setPosixFilePermissions(fixed, PosixFilePermissions.fromString("r--r--r--"));
    assumeFalse(Files.isWritable(fixed), "root writes everything");
    assertUsage(
        Captured.run("demo", "--file", fixed.toString(), "--write"), fixed + " cannot be written");
  }

  private static Captured file(Path path) {
    return Captured.run("demo", "--file", path.toString());
  }

  @Test
  void namesAPortThatIsInUseAndShowsAStackTraceOnlyIfAsked() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = String.valueOf(taken.getLocalPort());
      Captured plain = Captured.run("demo", "--port", port, "--size", "1m");
      assertThat(plain.errLines()).hasSize(1);
      assertThat(plain.errLines().getFirst())
          .startsWith("nvmetcp: ")
          .contains(port, "Address already in use");
      assertThat(plain.out()).isEmpty();
      assertThat(plain.code()).isEqualTo(Main.FAILED);

      Captured debug = Captured.run("demo", "--port", port, "--size", "1m", "--debug");
      assertThat(debug.err()).contains("\tat ");
      assertThat(debug.code()).isEqualTo(Main.FAILED);
    }
    assertThat(temporaryFiles()).isEmpty();
  }

  private static List<Path> temporaryFiles() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("nvmetcp-demo-")).toList();
    }
  }
}
