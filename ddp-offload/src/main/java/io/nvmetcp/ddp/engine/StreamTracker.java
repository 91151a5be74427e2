package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.PduShape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Walks an in-order stream by its framing and says of each stretch what it is. It keeps headers
 * only. A header that the framing does not believe ends the tracking: everything after it is {@link
 * Part#OTHER}, and the protocol above, which reads the same bytes, decides.
 */
public final class StreamTracker {
  /** What a stretch of the stream is. */
  public enum Part {
    /** Headers, padding, and everything once tracking has ended. */
    OTHER,
    /** Data of the current PDU. */
    PAYLOAD,
    /** The data digest of the current PDU. */
    DIGEST
  }

  private enum State {
    AWAIT_PREFIX,
    AWAIT_HEADER,
    AWAIT_DATA_START,
    AWAIT_PAYLOAD,
    AWAIT_DIGEST,
    AWAIT_PDU_END,
    LOST
  }

  private static final int DIGEST_BYTES = 4;

  private final Framing framing;
  private final byte[] header;
  private final PduShape shape = new PduShape();
  private State state = State.AWAIT_PREFIX;
  private int filled;
  private int headerBytes;
  private long passed;
  private boolean started;
  // PDUs without data since the last one with data, and before it.
  private int bare;
  private int bareBefore;

  /** A tracker at the start of a stream. */
  public StreamTracker(Framing framing) {
    this.framing = framing;
    header = new byte[framing.maxHeaderBytes()];
  }

  /** What the next byte of the stream is. */
  public Part part() {
    return switch (state) {
      case AWAIT_PAYLOAD -> Part.PAYLOAD;
      case AWAIT_DIGEST -> Part.DIGEST;
      case AWAIT_PREFIX, AWAIT_HEADER, AWAIT_DATA_START, AWAIT_PDU_END, LOST -> Part.OTHER;
    };
  }

  /** The PDU whose header was read last. */
  public PduShape shape() {
    return shape;
  }

  /** Where in the PDU's data the next payload byte belongs; only within payload. */
  public int payloadOffset() {
    return (int) (passed - shape.dataStart);
  }

  /** Payload bytes of this PDU still to come; only within payload. */
  public int payloadLeft() {
    return shape.dataBytes - payloadOffset();
  }

  /** Digest bytes of this PDU already passed; only within the digest. */
  public int digestOffset() {
    return (int) (passed - shape.dataStart - shape.dataBytes);
  }

  /**
   * Bytes to the end of the PDU under way, 0 between two. Within a header that is not all here yet,
   * those that are missing are not counted, and those that are here count as negative.
   */
  public long pduLeft() {
    return switch (state) {
      case AWAIT_PREFIX, AWAIT_HEADER -> -filled;
      case AWAIT_DATA_START, AWAIT_PAYLOAD, AWAIT_DIGEST, AWAIT_PDU_END -> shape.pduBytes - passed;
      case LOST -> 0;
    };
  }

  /** True between two PDUs: nothing of the next one has come yet. */
  public boolean between() {
    return state == State.AWAIT_PREFIX && filled == 0;
  }

  /** PDUs without data that came between the last two with data. */
  public int bareBefore() {
    return bareBefore;
  }

  /** True once, right after a header with data was read. */
  public boolean takeStarted() {
    boolean was = started;
    started = false;
    return was;
  }

  /**
   * Passes over the next stretch, which is all of one {@link #part()}.
   *
   * @return its length, at most {@code available}
   */
  public int advance(MemorySegment bytes, long offset, int available) {
    return switch (state) {
      case AWAIT_PREFIX, AWAIT_HEADER -> gather(bytes, offset, available);
      case AWAIT_DATA_START -> skip(available, shape.dataStart);
      case AWAIT_PAYLOAD -> skip(available, shape.dataStart + (long) shape.dataBytes);
      case AWAIT_DIGEST ->
          skip(available, shape.dataStart + (long) shape.dataBytes + shape.digestBytes);
      case AWAIT_PDU_END -> skip(available, shape.pduBytes);
      case LOST -> available;
    };
  }

  /** True once a header was not believed, or was missed. */
  public boolean lost() {
    return state == State.LOST;
  }

  /** The next byte is the first of a header, whatever was before. */
  public void restart() {
    state = State.AWAIT_PREFIX;
    filled = 0;
    started = false;
  }

  /**
   * Bytes of the stream were not seen. If a header was among them, tracking is lost.
   *
   * @return how many of them were payload of the PDU under way
   */
  public int miss(int count) {
    boolean inBody =
        switch (state) {
          case AWAIT_PREFIX, AWAIT_HEADER, LOST -> false;
          case AWAIT_DATA_START, AWAIT_PAYLOAD, AWAIT_DIGEST, AWAIT_PDU_END -> true;
        };
    if (!inBody) {
      state = State.LOST;
      return 0;
    }
    long until = passed + count;
    long payload =
        Math.min(until, shape.dataStart + (long) shape.dataBytes)
            - Math.max(passed, shape.dataStart);
    if (until > shape.pduBytes) {
      state = State.LOST;
    } else {
      passed = until;
      settle();
    }
    return shape.dataBytes == 0 ? 0 : (int) Math.max(0, payload);
  }

  /**
   * Passes over what follows a header, data and all, up to the end of its PDU.
   *
   * @return how far, at most {@code available}; 0 if the next byte is a header's
   */
  public int skipBody(int available) {
    return switch (state) {
      case AWAIT_DATA_START, AWAIT_PAYLOAD, AWAIT_DIGEST, AWAIT_PDU_END ->
          skip(available, shape.pduBytes);
      case AWAIT_PREFIX, AWAIT_HEADER, LOST -> 0;
    };
  }

  /** Passes over {@code count} payload bytes that lie elsewhere; at most what is left. */
  public void advancePayload(int count) {
    if (state != State.AWAIT_PAYLOAD || count > payloadLeft()) {
      throw new IllegalStateException(count + " bytes are not all payload");
    }
    skip(count, shape.dataStart + (long) shape.dataBytes);
  }

  // As much of the header as is here; all of it at once, if it is.
  private int gather(MemorySegment bytes, long offset, int available) {
    int step = 0;
    do {
      int wanted = state == State.AWAIT_PREFIX ? framing.prefixBytes() : headerBytes;
      int part = Math.min(available - step, wanted - filled);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset + step, header, filled, part);
      filled += part;
      step += part;
      if (filled < wanted) {
        return step;
      }
      headerProgress();
    } while (state == State.AWAIT_HEADER);
    return step;
  }

  private void headerProgress() {
    if (state == State.AWAIT_PREFIX) {
      headerBytes = framing.headerBytes(header);
      if (headerBytes < filled || headerBytes > header.length) {
        state = State.LOST;
        return;
      }
      state = State.AWAIT_HEADER;
      if (headerBytes > filled) {
        return;
      }
    }
    if (!framing.parse(header, shape) || !shapeFits()) {
      state = State.LOST;
      return;
    }
    passed = filled;
    filled = 0;
    started = shape.dataBytes > 0;
    if (started) {
      bareBefore = bare;
      bare = 0;
    } else {
      bare++;
    }
    settle();
  }

  // Whatever the framing let pass: lengths that contradict each other are not followed.
  private boolean shapeFits() {
    if (shape.pduBytes < headerBytes || shape.dataBytes < 0) {
      return false;
    }
    return shape.dataBytes == 0
        || shape.dataStart >= headerBytes
            && (shape.digestBytes == 0 || shape.digestBytes == DIGEST_BYTES)
            && shape.dataStart + (long) shape.dataBytes + shape.digestBytes <= shape.pduBytes;
  }

  private int skip(int available, long until) {
    int step = (int) Math.min(available, until - passed);
    passed += step;
    if (passed == until) {
      settle();
    }
    return step;
  }

  // The state that waits for the byte at `passed`.
  private void settle() {
    if (shape.dataBytes > 0) {
      long dataEnd = shape.dataStart + (long) shape.dataBytes;
      if (passed < shape.dataStart) {
        state = State.AWAIT_DATA_START;
        return;
      }
      if (passed < dataEnd) {
        state = State.AWAIT_PAYLOAD;
        return;
      }
      if (passed < dataEnd + shape.digestBytes) {
        state = State.AWAIT_DIGEST;
        return;
      }
    }
    state = passed < shape.pduBytes ? State.AWAIT_PDU_END : State.AWAIT_PREFIX;
  }
}
