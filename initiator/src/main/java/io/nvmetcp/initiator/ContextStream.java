package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose elements are taken from where they lie, one after the other, while its handler
 * wants some. Everything happens on one context; the methods of {@link ReadStream} may be called on
 * any thread, and what is set after the end is told of it, too.
 */
abstract class ContextStream<T> implements ReadStream<T> {
  private final ContextInternal context;
  private long demand = Long.MAX_VALUE;
  private boolean draining;
  private boolean over;
  private @Nullable Handler<T> handler;
  private @Nullable Handler<Throwable> exceptionHandler;
  private @Nullable Handler<@Nullable Void> endHandler;

  ContextStream(ContextInternal context) {
    this.context = context;
  }

  // ---- what a stream is made of; on the context

  /** Called before an element is looked for; the place to fetch some. */
  void prepare() {}

  /** True if {@link #take} has one. */
  abstract boolean isReady();

  /** Takes the next element. */
  abstract T take();

  /** True if no element will come after those that were taken. */
  abstract boolean isOver();

  /** Why it is over, if that is a failure. */
  @Nullable Throwable failure() {
    return null;
  }

  // ---- what is common to all

  /** Runs on the context: now, if this is its thread. */
  final void onContext(Runnable action) {
    context.emit(ignored -> action.run());
  }

  /** Hands over what is there. On the context; a handler may lead here again. */
  final void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      boolean more = true;
      while (more && handler != null && !over) {
        prepare();
        more = handOver();
      }
    } finally {
      draining = false;
    }
  }

  // True if an element was handed over.
  private boolean handOver() {
    if (isOver()) {
      over = true;
      tellEnd();
      return false;
    }
    Handler<T> to = handler;
    if (to == null || demand == 0 || !isReady()) {
      return false;
    }
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    to.handle(take());
    return true;
  }

  private void tellEnd() {
    Throwable cause = failure();
    Handler<Throwable> failed = exceptionHandler;
    Handler<@Nullable Void> ended = endHandler;
    if (cause != null && failed != null) {
      failed.handle(cause);
    } else if (cause == null && ended != null) {
      ended.handle(null);
    }
  }

  @Override
  @CanIgnoreReturnValue
  public ContextStream<T> handler(@Nullable Handler<T> elementHandler) {
    onContext(
        () -> {
          handler = elementHandler;
          drain();
        });
    return this;
  }

  @Override
  @CanIgnoreReturnValue
  public ContextStream<T> exceptionHandler(@Nullable Handler<Throwable> failureHandler) {
    onContext(
        () -> {
          exceptionHandler = failureHandler;
          if (over && failure() != null) {
            tellEnd();
          }
        });
    return this;
  }

  @Override
  @CanIgnoreReturnValue
  public ContextStream<T> endHandler(@Nullable Handler<@Nullable Void> streamEndHandler) {
    onContext(
        () -> {
          endHandler = streamEndHandler;
          if (over && failure() == null) {
            tellEnd();
          }
        });
    return this;
  }

  @Override
  @CanIgnoreReturnValue
  public ContextStream<T> pause() {
    onContext(() -> demand = 0);
    return this;
  }

  @Override
  @CanIgnoreReturnValue
  public ContextStream<T> resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  @CanIgnoreReturnValue
  public ContextStream<T> fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch of " + amount);
    }
    onContext(
        () -> {
          demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
          drain();
        });
    return this;
  }
}
