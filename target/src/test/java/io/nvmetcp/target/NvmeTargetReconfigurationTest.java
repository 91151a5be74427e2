package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.target.backend.FileBackend;
import io.nvmetcp.target.session.HostSide;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running target takes other options, with the least change. */
@Timeout(30)
class NvmeTargetReconfigurationTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:test";
  private static final String OTHER = "nqn.2024-01.io.nvmetcp:other";
  private static final String HOST = "nqn.2024-01.io.nvmetcp:host";
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;
  private Vertx vertx;
  private NvmeTarget target;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    target =
        await(
            NvmeTarget.create(vertx, options(NamespaceOptions.memory(1, MIB), nullDevice(2)))
                .start());
  }

  @AfterEach
  void stop() {
    await(target.close());
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> reconfigure(TargetOptions next) {
    return await(target.reconfigure(next)).changes();
  }

  private static NamespaceOptions nullDevice(int id) {
    return NamespaceOptions.nullDevice(id, MIB);
  }

  private static TargetOptions options(NamespaceOptions... namespaces) {
    SubsystemOptions subsystem = new SubsystemOptions(NQN);
    for (NamespaceOptions namespace : namespaces) {
      subsystem.addNamespace(namespace);
    }
    return new TargetOptions().addSubsystem(subsystem);
  }

  private List<String> namespaces() {
    return target.subsystems().getFirst().namespaces().stream()
        .map(each -> each.id() + " " + each.description() + " " + each.sizeBytes())
        .toList();
  }

  @Test
  void theSameOptionsChangeNothing() {
    assertThat(reconfigure(options(NamespaceOptions.memory(1, MIB), nullDevice(2)))).isEmpty();
  }

  @Test
  void saysWhatItDoesNotTakeBeforeTheNextStart() {
    TargetOptions next =
        options(NamespaceOptions.memory(1, MIB), nullDevice(2)).setPort(1).setPolicy("reverse:4");
    next.getSubsystems().getFirst().setModel("other");
    Reconfigured done = await(target.reconfigure(next));
    assertThat(done.changes()).isEmpty();
    assertThat(done.atNextStart())
        .containsExactly("listeners", "policy", "serial or model of " + NQN);
  }

  @Test
  void namespacesComeGrowAndGoAndTheRestIsNotTouched() throws Exception {
    try (HostConnection admin = new HostConnection(target.port(), NQN);
        HostConnection io = new HostConnection(target.port(), NQN)) {
      int cntlid = admin.enable();
      assertThat(io.connect(1, cntlid)).isEqualTo(cntlid);
      byte[] bytes = HostSide.pattern(4096, 1);
      io.host.writeInCapsule(1, 0, bytes, 4096);
      assertThat(io.next().status()).isZero();

      List<String> changes =
          reconfigure(
              options(
                  NamespaceOptions.memory(1, 2 * MIB),
                  NamespaceOptions.file(3, folder.resolve("made.img"), MIB)));
      assertThat(changes)
          .containsExactly(
              "resized namespace 1 of " + NQN + ": memory:2097152, from 1048576 bytes",
              "added namespace 3 of " + NQN + ": file:" + folder + "/made.img,size=1048576",
              "removed namespace 2 of " + NQN + ": null:1048576");
      assertThat(namespaces())
          .containsExactly(
              "1 memory:1048576 2097152", "3 file:" + folder + "/made.img,size=1048576 1048576");

      io.host.read(2, 0, 1, 4096);
      assertThat(io.next().data()).isEqualTo(bytes);
    }
  }

  @Test
  void aFileThatSomebodyMadeLongerGrows() throws Exception {
    Path path = Files.write(folder.resolve("disk.img"), new byte[MIB]);
    TargetOptions next = options(NamespaceOptions.file(1, path, true));
    assertThat(reconfigure(next)).hasSize(2);
    Files.write(path, new byte[3 * MIB]);
    assertThat(reconfigure(next)).hasSize(1).first().asString().contains("resized");
    assertThat(target.subsystems().getFirst().namespaces().getFirst().sizeBytes())
        .isEqualTo(3L * MIB);
  }

  @Test
  void whatIsDefinedAnewIsReplaced() {
    List<String> changes =
        reconfigure(options(NamespaceOptions.memory(1, MIB).setBlockBytes(512), nullDevice(2)));
    assertThat(changes).containsExactly("replaced namespace 1 of " + NQN + ": memory:1048576");
    assertThat(target.subsystems().getFirst().namespaces().getFirst().blockBytes()).isEqualTo(512);
  }

  @Test
  void subsystemsComeAndGo() throws Exception {
    try (HostConnection leaving = new HostConnection(target.port(), NQN)) {
      leaving.enable();
      TargetOptions next =
          new TargetOptions().addSubsystem(new SubsystemOptions(OTHER).addNamespace(nullDevice(1)));
      assertThat(reconfigure(next))
          .containsExactly("added subsystem " + OTHER, "removed subsystem " + NQN);
      assertThat(leaving.socket.getInputStream().read()).isEqualTo(-1);
      try (HostConnection coming = new HostConnection(target.port(), OTHER)) {
        coming.enable();
      }
    }
  }

  @Test
  void aHostThatIsNotAllowedAnyMoreLeavesAndAnAllowedOneStays() throws Exception {
    try (HostConnection host = new HostConnection(target.port(), NQN)) {
      host.enable();
      TargetOptions next = options(NamespaceOptions.memory(1, MIB), nullDevice(2));
      next.getSubsystems()
          .getFirst()
          .setAllowedHosts(AllowedHosts.only(List.of(HOST, HostSide.HOST_NQN)));
      assertThat(reconfigure(next)).containsExactly("allowed 2 hosts in " + NQN);
      host.host.propertyGet(3, 0x1C, false);
      assertThat(host.next().status()).isZero();

      next.getSubsystems().getFirst().setAllowedHosts(AllowedHosts.only(List.of(HOST)));
      assertThat(reconfigure(next)).hasSize(1);
      assertThat(host.socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void whatCannotBeHadLeavesAllAsItWas() throws Exception {
    List<String> before = namespaces();
    Path missing = folder.resolve("missing.img");
    TargetOptions next =
        options(
                NamespaceOptions.memory(1, 2 * MIB),
                NamespaceOptions.file(4, folder.resolve("fresh.img"), MIB),
                NamespaceOptions.file(5, missing, false))
            .addSubsystem(new SubsystemOptions(OTHER));
    assertThatThrownBy(() -> reconfigure(next))
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing.img: no such file");
    assertThat(namespaces()).isEqualTo(before);
    assertThat(target.subsystems()).hasSize(1);
    // What was opened on the way is free again.
    FileBackend.open(folder.resolve("fresh.img"), false, 4096).close().get(10, TimeUnit.SECONDS);

    assertThatThrownBy(
            () ->
                reconfigure(
                    options(NamespaceOptions.memory(1, MIB), NamespaceOptions.memory(1, MIB))))
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has a namespace 1 already");
    assertThat(namespaces()).isEqualTo(before);
  }

  @Test
  void aFileIsNotServedInTwoWaysAtOnce() throws Exception {
    Path path = Files.write(folder.resolve("disk.img"), new byte[MIB]);
    assertThat(reconfigure(options(NamespaceOptions.file(1, path, false)))).hasSize(2);
    assertThatThrownBy(() -> reconfigure(options(NamespaceOptions.file(1, path, true))))
        .cause()
        .hasMessageContaining("already served by this process; what is served already can be");
    assertThat(namespaces()).containsExactly("1 file:" + path + " 1048576");
  }
}
