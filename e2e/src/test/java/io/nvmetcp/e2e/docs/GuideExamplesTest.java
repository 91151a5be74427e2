package io.nvmetcp.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.AllowedHosts;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java of the guide is quoted from what is compiled and run here. */
@Timeout(60)
class GuideExamplesTest {
  private static final String NQN = "nqn.2026-11.com.example:disks";
  private static final int BLOCK = 4096;

  private final Vertx vertx = Vertx.vertx();
  private final NvmeInitiator initiator = NvmeInitiator.create(vertx, new InitiatorOptions());

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private Controller connect(int port) throws Exception {
    return await(initiator.connect(new SubsystemAddress("127.0.0.1", port, NQN)));
  }

  @Test
  void aTargetIsDeployedAndItsBlocksAreServedOverHttp() throws Exception {
    int port = await(GuideExamples.serve(vertx));
    Namespace namespace = connect(port).namespaces().getFirst();
    await(namespace.write(42, Buffer.buffer("hello").appendBytes(new byte[BLOCK - 5])));
    JsonObject config =
        new JsonObject()
            .put("host", "127.0.0.1")
            .put("port", port)
            .put("nqn", NQN)
            .put("httpPort", 0)
            .put(
                "initiator",
                new InitiatorOptions().setReconnect(ReconnectOptions.never()).toJson());
    await(vertx.deployVerticle(new BlockServer(), new DeploymentOptions().setConfig(config)));
    Object http = vertx.sharedData().getLocalMap("ports").get("http");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> block = get(client, http, "42");
      assertThat(block.statusCode()).isEqualTo(200);
      assertThat(block.body()).startsWith("hello").hasSize(BLOCK);
      assertThat(get(client, http, "16384").statusCode()).isEqualTo(404);
      assertThat(get(client, http, "first").statusCode()).isEqualTo(404);
      for (String id : List.copyOf(vertx.deploymentIDs())) {
        // That of the target has a port.
        if (vertx.sharedData().getLocalMap("io.nvmetcp.target.ports").get(id) != null) {
          await(vertx.undeploy(id));
        }
      }
      assertThat(get(client, http, "42").statusCode()).isEqualTo(503);
    }
  }

  private static HttpResponse<String> get(HttpClient client, Object port, String block)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/" + block);
    return client.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aTargetIsChanged() throws Exception {
    TargetOptions options =
        new TargetOptions()
            .setPort(0)
            .addSubsystem(
                new SubsystemOptions(NQN)
                    .setAllowedHosts(AllowedHosts.only(List.of("nqn.2026-11.com.example:host")))
                    .addNamespace(NamespaceOptions.memory(1, 1 << 20)));
    NvmeTarget target = await(NvmeTarget.create(vertx, options).start());
    await(GuideExamples.change(target, NQN));
    assertThat(target.subsystems().getFirst().namespaces()).hasSize(1);
    assertThat(target.subsystems().getFirst().allowedHosts().nqns()).hasSize(2);
  }

  @Test
  void aTargetMakesTroubleOnPurpose() throws Exception {
    NvmeTarget target = await(GuideExamples.troubled(vertx, NQN));
    Namespace namespace = connect(target.port()).namespaces().getFirst();
    assertThat(catchThrowable(() -> await(namespace.read(100, 1))))
        .isInstanceOf(NvmeException.CommandFailed.class);
    assertThat(await(namespace.read(100, 1)).length()).isEqualTo(BLOCK);
    List<Future<Buffer>> reads = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      reads.add(namespace.read(i, 1));
    }
    await(Future.all(reads));
    long[] displacement = target.statistics().displacement();
    assertThat(Arrays.stream(displacement).skip(1).sum()).as("out of order").isPositive();
  }

  @Test
  void theGuideQuotesWhatIsRunWordForWord() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    Set<String> regions =
        Set.of("BlockServer", "GuideExamples", "InitiatorExamples").stream()
            .map(name -> root.resolve("e2e/src/test/java/io/nvmetcp/e2e/docs/" + name + ".java"))
            .flatMap(GuideExamplesTest::regions)
            .collect(Collectors.toSet());
    int quotes = 0;
    for (Path file : GuideTest.pages()) {
      GuidePage page = GuidePage.read(file);
      for (GuidePage.Block block : page.blocks("java")) {
        assertThat(regions).as("%s:%d", page.name(), block.line()).contains(block.text());
        quotes++;
      }
    }
    assertThat(quotes).isGreaterThan(4);
  }

  private static Stream<String> regions(Path file) {
    List<String> regions = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.strip().startsWith("// @start")) {
          lines.clear();
        } else if (line.strip().equals("// @end")) {
          regions.add(String.join("\n", lines).stripIndent().strip());
        } else {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(file + " cannot be read", e);
    }
    assertThat(regions).as("%s", file).isNotEmpty();
    return regions.stream();
  }

  @Test
  void theGuideNamesTheArtifactsThatThereAre() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    String parent = Files.readString(root.resolve("pom.xml"));
    GuidePage page = GuidePage.read(root.resolve("docs/guide/embedding.md"));
    List<GuidePage.Block> blocks = page.blocks("xml");
    assertThat(blocks).isNotEmpty();
    for (String line : blocks.getFirst().lines()) {
      String value = line.replaceAll("<[^>]+>", "").strip();
      if (line.contains("<artifactId>")) {
        assertThat(root.resolve(value).resolve("pom.xml")).exists();
      } else if (line.contains("<version>") || line.contains("<groupId>")) {
        assertThat(parent).contains(line.strip());
      }
    }
  }
}
