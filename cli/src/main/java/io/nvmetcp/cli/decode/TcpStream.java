package io.nvmetcp.cli.decode;

import java.util.Arrays;
import java.util.TreeMap;

/**
 * Puts one direction of a TCP connection in order: retransmissions are cut away, segments that came
 * early wait. A gap that the capture never fills ends the stream, and is reported.
 */
final class TcpStream {
  /** Takes what the stream yields. */
  interface Listener {
    /** The next bytes. */
    void bytes(byte[] bytes);

    /** The stream cannot go on; nothing follows. */
    void lost(String reason);
  }

  private static final int MAX_WAITING_BYTES = 16 << 20;
  // What a segment costs beside its payload, which may be empty.
  private static final int SEGMENT_BYTES = 256;

  private final Listener listener;
  private final TreeMap<Long, Segment> early = new TreeMap<>();
  private boolean started;
  private boolean lost;
  private long base;
  // Bytes since the start; sequence numbers wrap, this does not.
  private long next;
  private int waitingBytes;

  TcpStream(Listener listener) {
    this.listener = listener;
  }

  void accept(Segment segment) {
    if (segment.syn()) {
      if (!started) {
        base = segment.sequence() + 1;
        started = true;
      }
      return;
    }
    int length = segment.payload().length;
    if (length + segment.missingBytes() == 0 || lost) {
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
      wait(at, segment);
    } else {
      deliver(at, segment);
      drain();
    }
  }

  private void wait(long at, Segment segment) {
    int length = segment.payload().length;
    Segment before = early.get(at);
    if (before != null && before.payload().length >= length) {
      return;
    }
    early.put(at, segment);
    waitingBytes += length - (before == null ? -SEGMENT_BYTES : before.payload().length);
    if (waitingBytes > MAX_WAITING_BYTES) {
      lose("the capture lacks the bytes that follow");
    }
  }

  private void drain() {
    while (!lost && !early.isEmpty() && early.firstKey() <= next) {
      var entry = early.pollFirstEntry();
      waitingBytes -= SEGMENT_BYTES + entry.getValue().payload().length;
      deliver(entry.getKey(), entry.getValue());
    }
  }

  private void deliver(long at, Segment segment) {
    byte[] payload = segment.payload();
    long known = next - at;
    if (known < payload.length) {
      byte[] fresh =
          known == 0 ? payload : Arrays.copyOfRange(payload, (int) known, payload.length);
      next += fresh.length;
      listener.bytes(fresh);
    }
    if (segment.missingBytes() > 0 && next < at + payload.length + segment.missingBytes()) {
      lose("the capture cut its packets short; record with a larger snap length");
    }
  }

  private void lose(String reason) {
    lost = true;
    early.clear();
    listener.lost(reason);
  }

  /** The capture is over. */
  void end() {
    if (!early.isEmpty() && !lost) {
      lose("the capture lacks the bytes that follow");
    }
  }
}
