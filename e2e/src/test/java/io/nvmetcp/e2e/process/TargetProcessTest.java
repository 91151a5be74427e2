package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.DiscoveryAddress;
import io.nvmetcp.initiator.DiscoveryChange;
import io.nvmetcp.initiator.DiscoveryOptions;
import io.nvmetcp.initiator.DiscoveryWatch;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.target.backend.FileBackend;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvmetcp target} as a process: signals, a second server, death. */
@Timeout(300)
class TargetProcessTest {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:process";
  private static final int BLOCK = 4096;

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final NvmeInitiator initiator = NvmeInitiator.create(vertx, new InitiatorOptions());

  @BeforeEach
  void signalsAreNeeded() {
    assumeTrue(File.separatorChar == '/', "signals are needed");
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(60, TimeUnit.SECONDS);
  }

  private Controller connect(int port) throws Exception {
    return await(initiator.connect(new SubsystemAddress("127.0.0.1", port, NQN)));
  }

  private void config(Path file, String namespaces) throws IOException {
    Files.writeString(
        file,
        """
        {"port": 0, "subsystems": [{"nqn": "%s", "namespaces": [%s]}]}
        """
            .formatted(NQN, namespaces));
  }

  @Test
  void sighupChangesWhatIsDifferentAndSigtermDrains() throws Exception {
    Path file = folder.resolve("target.json");
    Path made = folder.resolve("made.img");
    config(file, "{\"id\": 1, \"memory\": \"1MiB\"}");
    try (CommandProcess target = CommandProcess.start("target", "--config", file.toString())) {
      Region memory = initiator.regions().register(BLOCK);
      int port = target.awaitPort();
      assertThat(target.awaitOutput("  nvme connect"))
          .isEqualTo("  nvme connect -t tcp -a 127.0.0.1 -s %d -n %s".formatted(port, NQN));
      Controller controller = connect(port);
      Namespace first = controller.namespaces().getFirst();
      memory.segment().setString(0, "still here");
      await(first.write(0, memory.slice(0, BLOCK)));

      config(
          file,
          "{\"id\": 1, \"memory\": \"2MiB\"}, {\"id\": 5, \"file\": \"%s\", \"size\": \"1MiB\"}"
              .formatted(made));
      target.signal("HUP");
      target.awaitError("SIGHUP: resized namespace 1");
      target.awaitError("SIGHUP: added namespace 5");
      assertThat(Files.getPosixFilePermissions(made))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));

      config(file, "{\"id\": 1, \"memory\": 1000}, {\"id\": 5, \"fil\": \"x\"}");
      target.signal("HUP");
      target.awaitError("SIGHUP: " + file + ": subsystems[0].namespaces[0].memory: 1000 is no");
      target.awaitError("SIGHUP: " + file + ": subsystems[0].namespaces[1].fil: unknown");
      target.awaitError("SIGHUP: everything stays as it was");

      // The association that was there all the time, and its data.
      memory.segment().fill((byte) 0);
      await(first.read(0, memory.slice(0, BLOCK)));
      assertThat(memory.segment().getString(0)).isEqualTo("still here");
      Controller late = connect(port);
      assertThat(late.namespaces())
          .extracting(Namespace::id, Namespace::sizeBytes)
          .containsExactly(tuple(1L, 2L << 20), tuple(5L, 1L << 20));
      await(late.close());

      target.signal("TERM");
      assertThat(target.awaitExit()).isZero();
      assertThat(target.errors())
          .anyMatch(
              line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+ .* event=connect peer=127\\.0.*"))
          .anyMatch(line -> line.contains("event=connect-queue ") && line.contains(" queue=1 "))
          .anyMatch(line -> line.contains("event=disconnect ") && line.contains("reason="))
          .noneMatch(line -> line.contains("\tat "));
      await(controller.close());
      memory.close();
    }
  }

  @Test
  void sigtermTellsDiscoveryAndLetsARunningWriteEnd() throws Exception {
    try (CommandProcess target =
        CommandProcess.start(
            "target",
            "--listen",
            "127.0.0.1:0",
            "--nqn",
            NQN,
            "--ns",
            "memory:1m,delay=fixed:1500ms",
            "--ns",
            "memory:1m")) {
      int port = target.awaitPort();
      DiscoveryWatch watch =
          await(initiator.watch(new DiscoveryAddress("127.0.0.1", port), new DiscoveryOptions()));
      Promise<DiscoveryChange> change = Promise.promise();
      watch.changes().handler(change::tryComplete);
      NvmeInitiator plain =
          NvmeInitiator.create(
              vertx, new InitiatorOptions().setIoQueues(1).setReconnect(ReconnectOptions.never()));
      Region memory = plain.regions().register(2L * BLOCK);
      Controller controller = await(plain.connect(new SubsystemAddress("127.0.0.1", port, NQN)));
      Future<Void> slow = controller.namespace(1).orElseThrow().write(0, memory.slice(0, BLOCK));
      // It came by the same connection, so the write is there too.
      await(controller.namespace(2).orElseThrow().read(0, memory.slice(BLOCK, BLOCK)));
      target.signal("TERM");
      assertThat(await(change.future()).removed()).extracting(DiscoveryEntry::nqn).contains(NQN);
      await(slow);
      assertThat(target.awaitExit()).isZero();
      assertThat(target.errors())
          .anyMatch(line -> line.contains(" queue=1 ") && line.endsWith(" reason=drained"))
          .noneMatch(line -> line.contains("still running"));
      await(watch.close());
      await(controller.close().otherwiseEmpty());
      memory.close();
    }
  }

  @Test
  void aSecondSigtermDoesNotWaitForWhatNeverEnds() throws Exception {
    try (CommandProcess target =
        CommandProcess.start(
            "target",
            "--listen",
            "127.0.0.1:0",
            "--nqn",
            NQN,
            "--drain",
            "3600",
            "--ns",
            "memory:1m,fault=write:silence",
            "--ns",
            "memory:1m")) {
      NvmeInitiator plain =
          NvmeInitiator.create(
              vertx, new InitiatorOptions().setIoQueues(1).setReconnect(ReconnectOptions.never()));
      Region memory = plain.regions().register(2L * BLOCK);
      Controller controller =
          await(plain.connect(new SubsystemAddress("127.0.0.1", target.awaitPort(), NQN)));
      Future<Void> silent = controller.namespace(1).orElseThrow().write(0, memory.slice(0, BLOCK));
      await(controller.namespace(2).orElseThrow().read(0, memory.slice(BLOCK, BLOCK)));
      target.signal("HUP");
      target.awaitError("SIGHUP: there is no --config to read again");
      target.signal("TERM");
      target.signal("TERM");
      assertThat(target.awaitExit()).isEqualTo(143);
      assertThat(await(silent.map("answered").otherwise("lost"))).isEqualTo("lost");
      await(controller.close().otherwiseEmpty());
      memory.close();
    }
  }

  @Test
  void aTargetThatServesNothingSaysWhereItAnswersDiscovery() throws Exception {
    Path file = Files.writeString(folder.resolve("target.json"), "{\"port\": 0}");
    try (CommandProcess target = CommandProcess.start("target", "--config", file.toString())) {
      String port = target.awaitOutput("discovery on 127.0.0.1 port ").replaceFirst(".* ", "");
      assertThat(target.awaitOutput("  nvme discover"))
          .isEqualTo("  nvme discover -t tcp -a 127.0.0.1 -s " + port);
      target.signal("TERM");
      assertThat(target.awaitExit()).isZero();
    }
  }

  /** Each block carries a number that grows; what a Flush answered must be there, or be newer. */
  @Test
  void whatWasFlushedIsThereAfterTheProcessWasKilled() throws Exception {
    int blocks = 64;
    Path disk = Files.write(folder.resolve("disk.img"), new byte[blocks * BLOCK]);
    long[] written = new long[blocks];
    long[] flushed = new long[blocks];
    try (CommandProcess target = serve(disk)) {
      Region memory = initiator.regions().register((long) blocks * BLOCK);
      Controller controller = connect(target.awaitPort());
      Namespace namespace = controller.namespaces().getFirst();
      long number = 0;
      List<Future<Void>> late = new ArrayList<>();
      for (int round = 0; round < 8; round++) {
        List<Future<Void>> writes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          int block = (int) (number * 7 % blocks);
          number++;
          memory.segment().set(ValueLayout.JAVA_LONG, (long) block * BLOCK, number);
          written[block] = number;
          writes.add(namespace.write(block, memory.slice((long) block * BLOCK, BLOCK)));
        }
        await(Future.all(writes));
        long[] covered = written.clone();
        await(namespace.flush());
        flushed = covered;
      }
      // Writes nobody flushed are under way when it dies.
      for (int i = 0; i < 8; i++) {
        late.add(namespace.write(i, memory.slice((long) i * BLOCK, BLOCK)));
      }
      target.kill();
      await(controller.close().otherwiseEmpty());
      await(Future.join(late).otherwiseEmpty());
      memory.close();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(disk)).order(ByteOrder.nativeOrder());
    for (int block = 0; block < blocks; block++) {
      assertThat(bytes.getLong(block * BLOCK))
          .as("block %d", block)
          .isBetween(flushed[block], written[block]);
    }
    assertThat(flushed).doesNotContain(0);
  }

  @Test
  void aTargetThatServesNothingSaysSo() throws Exception {
    Path file = Files.writeString(folder.resolve("target.json"), "{\"subsystems\": []}");
    try (CommandProcess target =
        CommandProcess.start("target", "--listen", "127.0.0.1:0", "--config", file.toString())) {
      target.awaitOutput("serving no subsystem on 127.0.0.1 port ");
      target.signal("TERM");
      assertThat(target.awaitExit()).isZero();
    }
  }

  private CommandProcess serve(Path disk) throws IOException {
    return CommandProcess.start(
        "target", "--listen", "127.0.0.1:0", "--nqn", NQN, "--ns", "file:" + disk);
  }

  @Test
  void aSecondServerIsToldThatAFileIsServed() throws Exception {
    Path disk = Files.write(folder.resolve("disk.img"), new byte[1 << 20]);
    FileBackend ours = FileBackend.open(disk, false, BLOCK);
    // This process tries again in vain; that must not let others in, as closing a file would.
    assertThatThrownBy(() -> FileBackend.open(disk, false, BLOCK))
        .isInstanceOf(IOException.class)
        .hasMessage(disk + ": already served by this process");
    try (CommandProcess second = serve(disk)) {
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.errors())
          .containsExactly("nvmetcp: " + disk + ": in use by another process");
    }
    ours.close().get(10, TimeUnit.SECONDS);
    try (CommandProcess third = serve(disk)) {
      third.awaitOutput("serving ");
      assertThatThrownBy(() -> FileBackend.open(disk, true, BLOCK))
          .isInstanceOf(IOException.class)
          .hasMessage(disk + ": in use by another process");
      third.kill();
    }
    FileBackend.open(disk, false, BLOCK).close().get(10, TimeUnit.SECONDS);
  }
}
