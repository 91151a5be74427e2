package io.nvmetcp.target;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.shareddata.LocalMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A target as a verticle: deployed with the JSON that {@link TargetOptions#TargetOptions(
 * io.vertx.core.json.JsonObject)} takes as its configuration, it serves until it is undeployed.
 * Deploy one instance; the event loops are an option of the target.
 *
 * <p>Where it listens stands in the local map {@link #PORTS} of Vert.x's shared data, under its
 * deployment identifier.
 *
 * <p>For example:
 *
 * {@snippet file="GuideExamples.java" region="serve"}
 */
public class NvmeTargetVerticle extends VerticleBase {
  /** Name of the local map: from a deployment identifier to the TCP port of the first listener. */
  public static final String PORTS = "io.nvmetcp.target.ports";

  private volatile @Nullable NvmeTarget target;

  /** Made by Vert.x. */
  public NvmeTargetVerticle() {}

  /**
   * Starts the target.
   *
   * @return fails with an {@link InvalidOptionsException} if the configuration is wrong, and as
   *     {@link NvmeTarget#start} does
   */
  @Override
  public Future<?> start() {
    NvmeTarget made = NvmeTarget.create(vertx, new TargetOptions(config()));
    target = made;
    return made.start().onSuccess(running -> ports().put(deploymentID(), running.port()));
  }

  /** Closes the target. */
  @Override
  public Future<?> stop() {
    NvmeTarget running = target;
    ports().remove(deploymentID());
    return running == null ? Future.succeededFuture() : running.close();
  }

  private LocalMap<String, Integer> ports() {
    return vertx.sharedData().getLocalMap(PORTS);
  }

  /** The target, once the verticle has been started. */
  public Optional<NvmeTarget> target() {
    return Optional.ofNullable(target);
  }
}
