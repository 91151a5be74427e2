package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Hands each event of a controller to everybody who listens. For any thread. */
final class ControllerEvents {
  /** Events that a paused stream keeps. */
  static final int KEPT = 256;

  private final List<Stream> listening = new CopyOnWriteArrayList<>();
  private volatile boolean ended;

  /** A stream of its own, whose handlers run on {@code context}. */
  ReadStream<ControllerEvent> stream(ContextInternal context) {
    return new Stream(context);
  }

  /** Tells everybody. */
  void publish(ControllerEvent event) {
    listening.forEach(stream -> stream.offer(event));
  }

  /** There will be no more events. */
  void end() {
    ended = true;
    listening.forEach(Stream::offerEnd);
  }

  private final class Stream implements ReadStream<ControllerEvent> {
    private final ContextInternal context;
    private final ArrayDeque<ControllerEvent> kept = new ArrayDeque<>();
    private long missed;
    private long demand = Long.MAX_VALUE;
    private boolean noMore;
    private boolean over;
    private boolean draining;
    private @Nullable Handler<ControllerEvent> handler;
    private @Nullable Handler<@Nullable Void> endHandler;

    Stream(ContextInternal context) {
      this.context = context;
    }

    @CanIgnoreReturnValue
    private Stream on(Runnable action) {
      context.emit(ignored -> action.run());
      return this;
    }

    void offer(ControllerEvent event) {
      on(
          () -> {
            if (kept.size() == KEPT) {
              kept.remove();
              missed++;
            }
            kept.add(event);
            drain();
          });
    }

    void offerEnd() {
      on(
          () -> {
            noMore = true;
            drain();
          });
    }

    @Override
    public Stream handler(@Nullable Handler<ControllerEvent> eventHandler) {
      // At once, so that no event is missed from here on; what comes waits for the handler.
      if (eventHandler == null) {
        listening.remove(this);
      } else if (!listening.contains(this)) {
        listening.add(this);
      }
      on(
          () -> {
            handler = eventHandler;
            if (eventHandler == null) {
              kept.clear();
            }
          });
      // The end may have come before this stream listened.
      return ended ? on(() -> noMore = true).on(this::drain) : on(this::drain);
    }

    @Override
    public Stream exceptionHandler(@Nullable Handler<Throwable> failureHandler) {
      // Events do not fail.
      return this;
    }

    @Override
    public Stream endHandler(@Nullable Handler<@Nullable Void> streamEndHandler) {
      return on(
          () -> {
            endHandler = streamEndHandler;
            if (over) {
              tellEnd();
            }
          });
    }

    @Override
    public Stream pause() {
      return on(() -> demand = 0);
    }

    @Override
    public Stream resume() {
      return fetch(Long.MAX_VALUE);
    }

    @Override
    public Stream fetch(long amount) {
      if (amount < 0) {
        throw new IllegalArgumentException("fetch of " + amount);
      }
      return on(
          () -> {
            demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
            drain();
          });
    }

    private void drain() {
      if (draining) {
        return;
      }
      draining = true;
      try {
        while (emitNext()) {
          // One at a time: the handler may pause.
        }
      } finally {
        draining = false;
      }
    }

    private void tellEnd() {
      Handler<@Nullable Void> told = endHandler;
      if (told != null) {
        told.handle(null);
      }
    }

    private boolean emitNext() {
      Handler<ControllerEvent> to = handler;
      if (to == null || over) {
        return false;
      }
      if (kept.isEmpty()) {
        if (noMore) {
          over = true;
          listening.remove(this);
          tellEnd();
        }
        return false;
      }
      if (demand == 0) {
        return false;
      }
      if (demand != Long.MAX_VALUE) {
        demand--;
      }
      if (missed > 0) {
        long count = missed;
        missed = 0;
        to.handle(new ControllerEvent.Missed(count));
      } else {
        to.handle(kept.remove());
      }
      return true;
    }
  }
}
