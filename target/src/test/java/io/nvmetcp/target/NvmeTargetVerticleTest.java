package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.target.backend.FileBackend;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NvmeTargetVerticleTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:verticle";
  private static final String VERTICLE = "io.nvmetcp.target.NvmeTargetVerticle";

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
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

  private static JsonObject config(JsonObject namespace) {
    return new JsonObject()
        .put("port", 0)
        .put(
            "subsystems",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("nqn", NQN)
                        .put("namespaces", new JsonArray().add(namespace.put("id", 1)))));
  }

  @Test
  void isDeployedByNameAndServesUntilItIsUndeployed(@TempDir Path folder) throws Exception {
    Path path = Files.write(folder.resolve("disk.img"), new byte[1 << 20]);
    JsonObject config = config(new JsonObject().put("file", path.toString()));
    String id = await(vertx.deployVerticle(VERTICLE, new DeploymentOptions().setConfig(config)));
    LocalMap<String, Integer> ports = vertx.sharedData().getLocalMap(NvmeTargetVerticle.PORTS);
    try (HostConnection admin = new HostConnection(ports.get(id), NQN)) {
      admin.enable();
      await(vertx.undeploy(id));
      assertThat(admin.socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(ports).isEmpty();
    FileBackend.open(path, false, 4096).close().get(10, TimeUnit.SECONDS);
  }

  @Test
  void isNotDeployedWithAConfigurationThatIsWrong() {
    JsonObject config = config(new JsonObject().put("memory", "1k"));
    assertThatThrownBy(
            () -> await(vertx.deployVerticle(VERTICLE, new DeploymentOptions().setConfig(config))))
        .cause()
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessage(
            "subsystems[0].namespaces[0].memory: 1024 is no positive multiple of the block of 4096"
                + " bytes");
  }

  @Test
  void endsWithItsVertx() throws Exception {
    JsonObject config = config(new JsonObject().put("memory", "1m"));
    String id = await(vertx.deployVerticle(VERTICLE, new DeploymentOptions().setConfig(config)));
    LocalMap<String, Integer> ports = vertx.sharedData().getLocalMap(NvmeTargetVerticle.PORTS);
    try (HostConnection admin = new HostConnection(ports.get(id), NQN)) {
      admin.enable();
      await(vertx.close());
      assertThat(admin.socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
