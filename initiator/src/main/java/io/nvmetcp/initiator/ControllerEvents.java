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
    listening.forEach(Stream::end);
  }

  private final class Stream extends ContextStream<ControllerEvent> {
    private final ArrayDeque<ControllerEvent> kept = new ArrayDeque<>();
    private long missed;
    private boolean noMore;

    Stream(ContextInternal context) {
      super(context);
    }

    void offer(ControllerEvent event) {
      onContext(
          () -> {
            if (kept.size() == KEPT) {
              kept.remove();
              missed++;
            }
            kept.add(event);
            drain();
          });
    }

    void end() {
      onContext(
          () -> {
            noMore = true;
            drain();
          });
    }

    @Override
    @CanIgnoreReturnValue
    public Stream handler(@Nullable Handler<ControllerEvent> eventHandler) {
      if (eventHandler == null) {
        listening.remove(this);
        onContext(kept::clear);
      } else if (!listening.contains(this)) {
        // At once, so that no event is missed from here on; what comes waits for the handler.
        listening.add(this);
      }
      super.handler(eventHandler);
      if (ended) {
        // It may have come before this stream listened.
        end();
      }
      return this;
    }

    @Override
    boolean isReady() {
      return !kept.isEmpty();
    }

    @Override
    ControllerEvent take() {
      if (missed == 0) {
        return kept.remove();
      }
      long count = missed;
      missed = 0;
      return new ControllerEvent.Missed(count);
    }

    @Override
    boolean isOver() {
      boolean over = noMore && kept.isEmpty();
      if (over) {
        listening.remove(this);
      }
      return over;
    }
  }
}
