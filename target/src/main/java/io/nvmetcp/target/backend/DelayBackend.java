package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A slow disk: each operation waits, as long as a {@link Delay} says, before the decorated back end
 * starts it. Nothing is lent while it waits. Operations that wait do not hold each other up, so
 * they overtake: the shorter delay is served first.
 */
public final class DelayBackend extends BackendDecorator {
  private final Delay delay;
  private final BackendTimer timer;
  private final Dice dice;
  private final UseGate waiting = new UseGate(() -> {});

  /**
   * @param inner does the work; owned from now on
   * @param delay how long each operation waits; draws are numbered in the order of arrival
   * @param timer lets the time pass; must outlive this back end
   */
  public DelayBackend(StorageBackend inner, Delay delay, BackendTimer timer) {
    super(inner);
    this.delay = delay;
    this.timer = timer;
    dice = new Dice(delay.seed());
  }

  @Override
  protected void intercept(
      IoKind kind,
      long offsetBytes,
      long lengthBytes,
      Executor sessionThread,
      IoCompletion completion,
      Operation operation) {
    if (!waiting.enter()) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return;
    }
    long delayNs = delay.draw(dice);
    if (delayNs == 0) {
      start(operation, completion);
      return;
    }
    try {
      timer.after(delayNs, () -> goOn(sessionThread, operation, completion));
    } catch (RejectedExecutionException e) {
      waiting.release();
      completion.complete(Status.NAMESPACE_NOT_READY);
    }
  }

  private void goOn(Executor sessionThread, Operation operation, IoCompletion completion) {
    try {
      sessionThread.execute(() -> start(operation, completion));
    } catch (RejectedExecutionException e) {
      // The session and its thread are gone: there is nobody to tell.
      waiting.release();
    }
  }

  // The inner back end counts it from here on.
  private void start(Operation operation, IoCompletion completion) {
    try {
      operation.start(completion);
    } finally {
      waiting.release();
    }
  }

  @Override
  public CompletableFuture<Void> close() {
    return waiting.close().thenCompose(ignored -> super.close());
  }
}
