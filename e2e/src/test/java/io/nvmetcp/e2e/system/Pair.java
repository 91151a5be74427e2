package io.nvmetcp.e2e.system;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A target and an initiator connected to it; every wait has a bound. */
final class Pair implements AutoCloseable {
  static final String NQN = "nqn.2026-11.io.nvmetcp:e2e";
  private static final long SECONDS = 20;

  private final NvmeTarget target;
  private final NvmeInitiator initiator;
  private final Controller controller;

  /**
   * Connects.
   *
   * @param targetVertx runs the target; stays the caller's
   * @param hostVertx runs the initiator; stays the caller's
   */
  Pair(
      Vertx targetVertx,
      Vertx hostVertx,
      TargetOptions targetOptions,
      InitiatorOptions initiatorOptions,
      List<NamespaceOptions> namespaces)
      throws Exception {
    SubsystemOptions subsystem = new SubsystemOptions(NQN);
    namespaces.forEach(subsystem::addNamespace);
    target = NvmeTarget.create(targetVertx, targetOptions.addSubsystem(subsystem));
    await(target.start());
    initiator = NvmeInitiator.create(hostVertx, initiatorOptions);
    try {
      controller = await(initiator.connect(new SubsystemAddress("127.0.0.1", target.port(), NQN)));
    } catch (Exception e) {
      await(target.close());
      throw e;
    }
  }

  NvmeTarget target() {
    return target;
  }

  NvmeInitiator initiator() {
    return initiator;
  }

  Controller controller() {
    return controller;
  }

  Namespace namespace(long nsid) {
    return controller.namespace(nsid).orElseThrow();
  }

  InitiatorStatistics statistics() throws Exception {
    return await(controller.statistics());
  }

  /** Calls {@code io} on the event loop that owns a queue, so that it goes to that queue. */
  <T> Future<T> on(int queue, Supplier<Future<T>> io) {
    Context context = controller.contexts().get(queue);
    Promise<T> promise = Promise.promise();
    context.runOnContext(_ -> io.get().onComplete(promise));
    return promise.future();
  }

  /** Waits, with a bound. */
  static <T> T await(Future<T> future) throws Exception {
    return future.await(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      await(Future.join(controller.close().eventually(target::close), controller.ended()));
    } catch (Exception e) {
      throw new IllegalStateException("the end was not clean", e);
    }
  }
}
