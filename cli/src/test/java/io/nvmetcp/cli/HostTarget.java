package io.nvmetcp.cli;

import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.ReferralOptions;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.backend.BackendDecorator;
import io.nvmetcp.target.backend.FaultRule;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.IoKind;
import io.nvmetcp.target.backend.MemoryBackend;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A target for the commands of a host: a subsystem with one namespace, one with two, of which the
 * second fails two reads of its block 2040, and one whose storage answers when it is told to.
 */
final class HostTarget implements AutoCloseable {
  static final String ONE = "nqn.2026-11.io.nvmetcp:one";
  static final String TWO = "nqn.2026-11.io.nvmetcp:two";
  static final String HELD = "nqn.2026-11.io.nvmetcp:held";
  static final int BLOCK = 4096;
  static final int BLOCKS = 512;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
  private final CountDownLatch heldRead = new CountDownLatch(1);
  private final NvmeTarget target;

  /** Storage that keeps what it is asked to do. */
  private final class Holding extends BackendDecorator {
    Holding() {
      super(new MemoryBackend(1 << 20));
    }

    @Override
    protected void intercept(
        IoKind kind,
        long offsetBytes,
        long lengthBytes,
        Executor sessionThread,
        IoCompletion completion,
        Operation operation) {
      held.add(() -> sessionThread.execute(() -> operation.start(completion)));
      heldRead.countDown();
    }
  }

  HostTarget() {
    SubsystemOptions holding =
        new SubsystemOptions(HELD)
            .addNamespace(NamespaceOptions.custom(1, "held", _ -> new Holding()));
    SubsystemOptions one =
        new SubsystemOptions(ONE)
            .setSerial("SN-ONE")
            .addNamespace(NamespaceOptions.memory(1, (long) BLOCK * BLOCKS));
    SubsystemOptions two =
        new SubsystemOptions(TWO)
            .addNamespace(NamespaceOptions.memory(1, 1 << 20))
            .addNamespace(
                NamespaceOptions.memory(3, 1 << 20)
                    .setBlockBytes(512)
                    .addFault(FaultRule.parse("read@2040:status=0/6:times=2")));
    target =
        NvmeTarget.create(
            vertx,
            new TargetOptions()
                .setMaxTransferBytes(64 << 10)
                .addSubsystem(one)
                .addSubsystem(two)
                .addSubsystem(holding));
    await(target.start());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing within 20 s", e);
    }
  }

  int port() {
    return target.port();
  }

  /** Waits until the storage that answers late was asked for something. */
  void awaitHeldRead() throws InterruptedException {
    if (!heldRead.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("no read within 20 s");
    }
  }

  /** Stops serving a subsystem; done when its storage has nothing to do any more. */
  Future<Void> remove(String nqn) {
    return target.removeSubsystem(nqn);
  }

  /** Lets the storage do what it was asked for. */
  void releaseHeld() {
    Runnable next;
    while ((next = held.poll()) != null) {
      next.run();
    }
  }

  /** Refers hosts to another discovery service. */
  void refer(String address, int port) {
    await(target.setReferrals(List.of(new ReferralOptions(address, port))));
  }

  /** A command line on one of the subsystems. */
  String[] command(String name, String nqn, String... more) {
    List<String> args = new ArrayList<>(List.of(name));
    args.addAll(List.of("-t", "tcp", "-a", "127.0.0.1", "-s", String.valueOf(port()), "-n", nqn));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  @Override
  public void close() {
    await(target.close());
    await(vertx.close());
  }
}
