package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** What the tests of namespaces without a wire share. */
abstract class FakePortTest {
  static final int BLOCK = FakePort.BLOCK;

  final Vertx vertx = Vertx.vertx();
  final FakePort port = new FakePort(vertx);
  final Namespace namespace = port.namespace();

  static byte[] random(int bytes, long seed) {
    byte[] made = new byte[bytes];
    new SplittableRandom(seed).nextBytes(made);
    return made;
  }

  Region region(int bytes) {
    return port.regions.register(bytes);
  }

  /** Runs an operation on the port's context, where everything happens. */
  <T> Future<T> on(Supplier<Future<T>> operation) {
    return port.home().<Void>succeededFuture().compose(ignored -> operation.get());
  }

  <T> T await(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing within 10 s", e);
    }
  }

  /** Runs an operation to its end. */
  <T> T run(Supplier<Future<T>> operation) {
    return await(on(operation));
  }

  /** Runs an operation that fails; returns why. */
  Throwable failure(Supplier<? extends Future<?>> operation) {
    Future<Throwable> cause =
        on(
            () ->
                operation
                    .get()
                    .transform(
                        done ->
                            done.failed()
                                ? Future.succeededFuture(done.cause())
                                : Future.failedFuture(new AssertionError("it succeeded"))));
    return await(cause);
  }

  /** Runs an action on the port's context and waits for its end. */
  void onContext(Runnable action) {
    Future<Void> done =
        on(
            () -> {
              action.run();
              return Future.succeededFuture();
            });
    await(done);
  }

  @AfterEach
  void nothingIsLeft() {
    onContext(port.pool::close);
    assertThat(port.regions.liveRegions()).isZero();
    await(vertx.close());
  }
}
