package io.nvmetcp.e2e.proxy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * One way of one connection: takes bytes from a socket, gives them to the other when it is time.
 */
final class Relay {
  // What a bad network may hold; beyond it the sender is stopped.
  static final int HELD_BYTES = 1 << 20;
  // What the other socket may be given before it has sent it.
  private static final int WRITING_BYTES = 256 << 10;
  private static final long NO_TIMER = -1;
  private static final long UNLIMITED = Long.MAX_VALUE;

  private record Piece(Buffer bytes, long leavesNs) {}

  private final Vertx vertx;
  private final NetSocket from;
  private final NetSocket to;
  private final Shaper shaper;
  private final Runnable cut;
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private Weather weather;
  private boolean stalled;
  private boolean ended;
  private boolean closed;
  private boolean paused;
  private int heldBytes;
  private int writingBytes;
  private boolean soon;
  private long passedBytes;
  private long cutAfterBytes = UNLIMITED;
  private long timer = NO_TIMER;

  /**
   * @param cut ends the whole connection at once
   */
  Relay(
      Vertx vertx,
      NetSocket from,
      NetSocket to,
      Weather weather,
      boolean stalled,
      long seed,
      Runnable cut) {
    this.vertx = vertx;
    this.from = from;
    this.to = to;
    this.weather = weather;
    this.stalled = stalled;
    this.cut = cut;
    shaper = new Shaper(seed);
    from.handler(this::take);
    from.endHandler(
        end -> {
          ended = true;
          pass();
        });
    from.exceptionHandler(failure -> cut.run());
  }

  private void take(Buffer buffer) {
    if (closed) {
      return;
    }
    int at = 0;
    while (at < buffer.length()) {
      int length = shaper.pieceBytes(weather, buffer.length() - at);
      long leavesNs = shaper.leavesNs(weather, System.nanoTime());
      pieces.add(new Piece(buffer.slice(at, at + length), leavesNs));
      heldBytes += length;
      at += length;
    }
    pass();
    if (!closed && !paused && heldBytes > HELD_BYTES) {
      paused = true;
      from.pause();
    }
  }

  private void pass() {
    Piece next;
    while (!closed && !stalled && (next = pieces.peek()) != null) {
      long waitNs = next.leavesNs - System.nanoTime();
      if (waitNs > 0) {
        arm(waitNs);
        break;
      }
      if (writingBytes > WRITING_BYTES) {
        break;
      }
      pieces.remove();
      write(next.bytes);
    }
    if (closed) {
      return;
    }
    if (paused && heldBytes <= HELD_BYTES / 2) {
      paused = false;
      from.resume();
    }
    if (ended && pieces.isEmpty()) {
      closed = true;
      // What was written is sent first; the other way ends with it.
      to.end().onComplete(done -> cut.run());
    }
  }

  private void write(Buffer bytes) {
    heldBytes -= bytes.length();
    if (passedBytes + bytes.length() >= cutAfterBytes) {
      int allowed = (int) (cutAfterBytes - passedBytes);
      passedBytes = cutAfterBytes;
      closed = true;
      to.write(bytes.slice(0, allowed)).onComplete(done -> cut.run());
      return;
    }
    passedBytes += bytes.length();
    writingBytes += bytes.length();
    to.write(bytes)
        .onFailure(failure -> cut.run())
        .onSuccess(
            sent -> {
              writingBytes -= bytes.length();
              passSoon();
            });
  }

  // Not within the report of a write, which may come within the write: it would recurse.
  private void passSoon() {
    if (!soon && !pieces.isEmpty()) {
      soon = true;
      vertx.runOnContext(
          now -> {
            soon = false;
            pass();
          });
    }
  }

  private void arm(long waitNs) {
    if (timer == NO_TIMER) {
      long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNs + 999_999));
      timer =
          vertx.setTimer(
              millis,
              id -> {
                timer = NO_TIMER;
                pass();
              });
    }
  }

  void weather(Weather value) {
    weather = value;
  }

  void stall(boolean value) {
    stalled = value;
    pass();
  }

  void cutAfter(long bytes) {
    cutAfterBytes = passedBytes + bytes;
  }

  int heldBytes() {
    return heldBytes;
  }

  long passedBytes() {
    return passedBytes;
  }

  void close() {
    closed = true;
    pieces.clear();
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
  }
}
