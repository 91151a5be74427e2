package io.nvmetcp.pdu.stream;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A source of buffers under a test's control; delivers within {@link #fetch} or {@link #push}. */
final class FakeSource implements ReadStream<Buffer> {
  private final ArrayDeque<Buffer> queue = new ArrayDeque<>();
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> endHandler;
  private long demand = Long.MAX_VALUE;
  private boolean ended;
  private boolean endTold;
  private int delivered;

  /** Buffers handed over so far. */
  int delivered() {
    return delivered;
  }

  /** Buffers that wait for demand. */
  int waiting() {
    return queue.size();
  }

  void push(Buffer buffer) {
    queue.add(buffer);
    flow();
  }

  void finish() {
    ended = true;
    flow();
  }

  private void flow() {
    while (demand > 0 && !queue.isEmpty() && handler != null) {
      if (demand != Long.MAX_VALUE) {
        demand--;
      }
      delivered++;
      handler.handle(queue.remove());
    }
    if (ended && queue.isEmpty() && !endTold && endHandler != null) {
      endTold = true;
      endHandler.handle(null);
    }
  }

  @Override
  public FakeSource exceptionHandler(@Nullable Handler<Throwable> failureHandler) {
    return this;
  }

  @Override
  public FakeSource handler(@Nullable Handler<Buffer> bufferHandler) {
    handler = bufferHandler;
    flow();
    return this;
  }

  @Override
  public FakeSource pause() {
    demand = 0;
    return this;
  }

  @Override
  public FakeSource resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public FakeSource fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    flow();
    return this;
  }

  @Override
  public FakeSource endHandler(@Nullable Handler<Void> streamEndHandler) {
    endHandler = streamEndHandler;
    return this;
  }
}
