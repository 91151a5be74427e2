package io.nvmetcp.cli.decode;

import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Puts one direction of a TCP connection in order: retransmissions are cut away, segments that came
 * early wait. A gap that the capture never fills ends the stream, and is reported.
 */
final class TcpStream {
  private static final int MAX_WAITING_BYTES = 16 << 20;

  private final Consumer<byte[]> bytes;
  private final Consumer<String> problem;
  private final TreeMap<Long, byte[]> early = new TreeMap<>();
  private boolean started;
  private boolean lost;
  private long base;
  // Bytes since the start; sequence numbers wrap, this does not.
  private long next;
  private int waitingBytes;

  TcpStream(Consumer<byte[]> bytes, Consumer<String> problem) {
    this.bytes = bytes;
    this.problem = problem;
  }

  void accept(Segment segment) {
    if (segment.syn()) {
      base = segment.sequence() + 1;
      started = true;
      return;
    }
    byte[] payload = segment.payload();
    if (payload.length == 0 || lost) {
      return;
    }
    if (!started) {
      // The capture began in the middle of the connection.
      base = segment.sequence();
      started = true;
    }
    // The distance to the next byte expected, as a signed 32-bit number, survives the wrap.
    long at = next + (int) (segment.sequence() - (base + next));
    if (at > next) {
      wait(at, payload);
    } else {
      deliver(at, payload);
      drain();
    }
  }

  private void wait(long at, byte[] payload) {
    byte[] before = early.put(at, payload);
    waitingBytes += payload.length - (before == null ? 0 : before.length);
    if (waitingBytes > MAX_WAITING_BYTES) {
      lose();
    }
  }

  private void drain() {
    while (!early.isEmpty() && early.firstKey() <= next) {
      var entry = early.pollFirstEntry();
      waitingBytes -= entry.getValue().length;
      deliver(entry.getKey(), entry.getValue());
    }
  }

  private void deliver(long at, byte[] payload) {
    long known = next - at;
    if (known >= payload.length) {
      return;
    }
    byte[] fresh = known == 0 ? payload : Arrays.copyOfRange(payload, (int) known, payload.length);
    next += fresh.length;
    bytes.accept(fresh);
  }

  private void lose() {
    lost = true;
    early.clear();
    problem.accept("the capture lacks the bytes from %d on".formatted(next));
  }

  /** The capture is over. */
  void end() {
    if (!early.isEmpty() && !lost) {
      lose();
    }
  }
}
