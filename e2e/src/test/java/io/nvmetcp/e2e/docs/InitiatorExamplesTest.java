package io.nvmetcp.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.DiscoveryAddress;
import io.nvmetcp.initiator.DiscoveryWatch;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the API documentation run, and every one that is referred to is there. */
@Timeout(60)
class InitiatorExamplesTest {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:examples";
  private static final Pattern SNIPPET =
      Pattern.compile("\\{@snippet\\s+file=\"([^\"]+)\"\\s+region=\"([^\"]+)\"\\s*}");

  private final Vertx vertx = Vertx.vertx();
  private NvmeTarget target;
  private NvmeInitiator initiator;
  private Controller controller;

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing within 20 s", e);
    }
  }

  @BeforeEach
  void connect() {
    SubsystemOptions disks =
        new SubsystemOptions(NQN)
            .addNamespace(NamespaceOptions.memory(1, 1 << 20))
            .addNamespace(NamespaceOptions.memory(2, 1 << 20));
    target = NvmeTarget.create(vertx, new TargetOptions().addSubsystem(disks));
    int port = await(target.start()).port();
    initiator = NvmeInitiator.create(vertx, new InitiatorOptions());
    controller = await(initiator.connect(new SubsystemAddress("127.0.0.1", port, NQN)));
  }

  @AfterEach
  void close() {
    await(controller.close().eventually(target::close));
    await(vertx.close());
    assertThat(initiator.regions().liveRegions()).isZero();
  }

  private Namespace namespace(long id) {
    return controller.namespace(id).orElseThrow();
  }

  @Test
  void discoveryLeadsToAController() {
    Controller found = await(InitiatorExamples.connect(vertx, "127.0.0.1", target.port()));
    assertThat(found.namespaces()).hasSize(2);
    await(found.close());
  }

  @Test
  void buffersAndRangesMoveData() {
    await(InitiatorExamples.buffers(initiator, namespace(1)));
    assertThat(await(namespace(1).read(2, 1)).getString(0, 5)).isEqualTo("hello");
    await(InitiatorExamples.ranges(namespace(1)));
    await(namespace(1).write(0, Buffer.buffer(new byte[4096]).setString(0, "device")));
    await(InitiatorExamples.copyDevice(namespace(1), namespace(2)));
    assertThat(await(namespace(2).read(0, 1)).getString(0, 6)).isEqualTo("device");
    Buffer other = Buffer.buffer(new byte[4096]);
    Throwable cause = catchThrowable(() -> await(namespace(1).compare(0, other)));
    assertThat(InitiatorExamples.differs(cause)).isTrue();
  }

  @Test
  void adminCommandsAnswer() {
    assertThat(await(InitiatorExamples.health(controller)))
        .isEqualTo("100 % spare, keep-alive 10000 ms");
    assertThat(await(InitiatorExamples.passthrough(controller))).isTrue();
  }

  @Test
  void eventsAndFailuresAreTold() {
    List<String> log = new CopyOnWriteArrayList<>();
    InitiatorExamples.events(controller, log::add);
    Buffer data = Buffer.buffer(new byte[4096]);
    assertThat(await(InitiatorExamples.failures(namespace(1), data))).isEqualTo("written");
    await(controller.close());
    assertThat(await(InitiatorExamples.failures(namespace(1), data)))
        .isEqualTo("not written: the controller is closed");
    // The events come on a context of their own: the last one is waited for.
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!log.contains("gone") && System.nanoTime() < deadlineNs) {
      Thread.onSpinWait();
    }
    assertThat(log).last().isEqualTo("gone");
    assertThat(log).anyMatch(line -> line.contains("-> ENDED: closed by this host"));
  }

  @Test
  void aDiscoveryServiceIsWatched() throws InterruptedException {
    BlockingQueue<String> log = new LinkedBlockingQueue<>();
    DiscoveryAddress address = new DiscoveryAddress("127.0.0.1", target.port());
    DiscoveryWatch watch = await(InitiatorExamples.watch(initiator, address, log::add));
    String nqn = "nqn.2026-11.io.nvmetcp:new";
    await(target.addSubsystem(new SubsystemOptions(nqn)));
    assertThat(log.poll(20, TimeUnit.SECONDS)).isEqualTo("new: " + nqn);
    await(watch.close());
  }

  @Test
  void everyExampleThatTheDocumentationRefersToIsThere() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    Path examples = root.resolve("e2e/src/test/java/io/nvmetcp/e2e/docs");
    int found = 0;
    for (String module : List.of("initiator", "target")) {
      try (Stream<Path> files = Files.walk(root.resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
          Matcher snippets = SNIPPET.matcher(text(file));
          while (snippets.find()) {
            found++;
            Path example = examples.resolve(snippets.group(1));
            assertThat(example).exists();
            assertThat(text(example))
                .as("%s refers to it", root.relativize(file))
                .contains("// @start region=\"" + snippets.group(2) + "\"");
          }
        }
      }
    }
    assertThat(found).isGreaterThan(8);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
