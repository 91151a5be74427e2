package io.nvmetcp.e2e.load;

import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.loadgen.job.JobList;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.run.AddressTarget;
import io.nvmetcp.loadgen.run.LoadOptions;
import io.nvmetcp.loadgen.run.LoadResult;
import io.nvmetcp.loadgen.run.LoadRun;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A target in this process, and jobs that run on it; every wait has a bound. */
final class LoadBench implements AutoCloseable {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:load";
  private static final long SECONDS = 60;

  private final Vertx targetVertx = vertx();
  private final Vertx hostVertx = vertx();
  private final NvmeTarget target;

  LoadBench(TargetOptions options, NamespaceOptions... namespaces) throws Exception {
    var subsystem = new SubsystemOptions(NQN);
    for (NamespaceOptions namespace : namespaces) {
      subsystem.addNamespace(namespace);
    }
    target = NvmeTarget.create(targetVertx, options.addSubsystem(subsystem));
    await(target.start());
  }

  private static Vertx vertx() {
    return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
  }

  NvmeTarget target() {
    return target;
  }

  LoadRun load(LoadOptions options, JobSpec... jobs) {
    var address = new SubsystemAddress("127.0.0.1", target.port(), NQN);
    return new LoadRun(
        hostVertx,
        new AddressTarget(hostVertx, address, more -> {}),
        new JobList(List.of(jobs)),
        options);
  }

  LoadResult run(JobSpec... jobs) throws Exception {
    return await(load(LoadOptions.defaults(), jobs).start());
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.await(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      await(target.close());
      await(Future.join(hostVertx.close(), targetVertx.close()));
    } catch (Exception e) {
      throw new IllegalStateException("the end was not clean", e);
    }
  }
}
