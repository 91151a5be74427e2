package io.nvmetcp.ddp.engine;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.ddp.Capabilities;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.PduShape;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@code socket} device's queue: once a header says where a payload belongs, the next read of
 * the socket goes there. While large payloads arrive, a read that is not placed ends with the next
 * header, as far as can be foreseen, so that all of a payload goes in place and starts where its
 * buffer starts. What comes with a header nevertheless is handed up unplaced, and the upper layer
 * copies it.
 *
 * <p>While nothing is mapped the stream passes unread, if the upper layer can say where a PDU ends.
 *
 * <p>If data digests are on, the digest of a mapped PDU is folded in here while its bytes are hot,
 * also over what was not placed; the run of the digest bytes carries the result.
 */
public final class PlacingQueue extends BaseQueue {
  // While nothing is mapped: 32 answers of 4 KiB in one read.
  static final int LARGE_STAGING_BYTES = 132 * 1024;
  // A rest smaller than this comes cheaper with the header behind it, in one staging read.
  private static final int MIN_DIRECT_BYTES = 4 * 1024;
  // A read to come may be long, but not so long that little is left to copy while it comes in.
  private static final int MAX_WANTED_BYTES = 256 * 1024;
  // Waiting for less than this saves no waking up.
  private static final int MIN_WANTED_BYTES = 16 * 1024;
  // PDUs without data that are read together with the header that follows them.
  private static final int MAX_BARE_PDUS = 8;

  /** Whether the stream is read along. */
  private enum Attention {
    /** Every header is read. */
    FOLLOWING,
    /** Nothing is mapped: bytes pass, and where PDUs begin is of no interest. */
    RESTING,
    /**
     * Something is mapped again, and the stream is followed from the next place between two PDUs.
     */
    AWAIT_BOUNDARY
  }

  private final int thresholdBytes;
  private final StreamTracker tracker;
  private final Crc32cDigest crc;
  private final byte[] digest = new byte[4];
  private @Nullable Mapping current;
  private int currentEpoch;
  private boolean currentPlaced;
  // Bytes before the data of the last PDU with data, if it was mapped and large; else 0.
  private int headBytes;
  private Attention attention = Attention.FOLLOWING;
  // A run is being handed up: where the upper layer stands in it nobody knows.
  private boolean handing;
  // The digest of the PDU under way is folded in; decided at its header, kept to its end.
  private boolean digesting;

  /** Adds the queue. */
  public PlacingQueue(
      DeviceLimits limits,
      Capabilities capabilities,
      QueueConfig config,
      Framing framing,
      UpperLayer upper,
      RegionRegistry registry,
      Crc32cEngine engine) {
    super(limits, capabilities, config, upper, registry, LARGE_STAGING_BYTES);
    thresholdBytes = limits.thresholdBytes();
    tracker = new StreamTracker(framing);
    crc = engine.newDigest();
  }

  @Override
  protected void mapped() {
    if (attention == Attention.RESTING) {
      attention = Attention.AWAIT_BOUNDARY;
      if (!handing) {
        followFromBoundary();
      }
    }
  }

  private void followFromBoundary() {
    if (attention == Attention.AWAIT_BOUNDARY && upper().toBoundary() == 0) {
      attention = Attention.FOLLOWING;
      tracker.restart();
    }
  }

  // Reading headers along that nobody needs costs as much as the rest of what a device does.
  private void restIfIdle() {
    if (liveMappings() == 0 && !deleted() && tracker.between() && upper().toBoundary() == 0) {
      attention = Attention.RESTING;
      current = null;
    }
  }

  private void pass(MemorySegment bytes, long offset, int length) {
    if (attention == Attention.RESTING) {
      // Not the data of a large buffer: what comes next is not foreseen to be either.
      headBytes = 0;
    }
    handing = true;
    try {
      upper().run(bytes, offset, length, false, false);
    } finally {
      handing = false;
    }
    if (!deleted()) {
      followFromBoundary();
    }
  }

  // A piece is a read of its own, and worth it only if it is as large as a buffer has to be.
  @Override
  protected int worthBytes(ScatterList buffer) {
    return buffer.lengthBytes() / buffer.segments();
  }

  @Override
  public ReadWindow nextWindow() {
    int direct = directBytes();
    if (direct >= MIN_DIRECT_BYTES) {
      Mapping mapping = Objects.requireNonNull(current);
      HeldBuffer buffer = mapping.buffer();
      long at = tracker.shape().bufferOffset + tracker.payloadOffset();
      int bytes = Math.min(direct, buffer.contiguous(buffer.piece(at), at));
      if (bytes >= MIN_DIRECT_BYTES) {
        return directWindow(mapping, at, bytes);
      }
      // A small piece of a buffer in pieces, with some of the next.
      return stagingWindow(Math.min(direct, MIN_DIRECT_BYTES));
    }
    return stagingWindow(stagingBytes());
  }

  // Bytes of the payload under way that could be read to their place; 0 if there is none.
  private int directBytes() {
    Mapping mapping = current;
    return mapping != null
            && mapping.awaitsData(currentEpoch)
            && tracker.part() == StreamTracker.Part.PAYLOAD
        ? tracker.payloadLeft()
        : 0;
  }

  private int stagingBytes() {
    if (attention == Attention.AWAIT_BOUNDARY) {
      int left = upper().toBoundary();
      return left < 1 ? STAGING_BYTES : Math.min(left, STAGING_BYTES);
    }
    if (attention == Attention.RESTING) {
      return LARGE_STAGING_BYTES;
    }
    if (headBytes == 0 || tracker.lost()) {
      return STAGING_BYTES;
    }
    int headers = 1 + Math.min(tracker.bareBefore(), MAX_BARE_PDUS);
    long foreseen = tracker.pduLeft() + (long) headers * headBytes;
    // A header that is longer than that of data is nothing to be clever about.
    return foreseen < 1 ? MIN_DIRECT_BYTES : (int) Math.min(foreseen, STAGING_BYTES);
  }

  @Override
  public int wantedBytes() {
    int left = directBytes();
    return left < MIN_WANTED_BYTES ? 1 : Math.min(left, MAX_WANTED_BYTES);
  }

  @Override
  public boolean tailDue() {
    int left = directBytes();
    return left > 0 && left < MIN_WANTED_BYTES;
  }

  @Override
  protected void arrived(ReadWindow window, @Nullable Mapping mapping, int bytes) {
    MemorySegment segment = window.region().segment();
    if (mapping == null) {
      stream(segment, window.offset(), bytes);
      return;
    }
    long offset = window.offset();
    boolean digested = digesting;
    if (digested) {
      crc.update(segment, offset, bytes);
    }
    tracker.advancePayload(bytes);
    if (!currentPlaced) {
      currentPlaced = true;
      counters().increment(DdpCounter.DDP_PDUS);
    }
    counters().add(DdpCounter.DDP_BYTES, bytes);
    progress(mapping, bytes);
    upper().run(segment, offset, bytes, true, digested);
  }

  @Override
  public void stream(MemorySegment bytes, long offset, int length) {
    long from = offset;
    long at = offset;
    long end = offset + length;
    boolean bit = false;
    if (deleted()) {
      counters().add(DdpCounter.DROP, length);
      return;
    }
    if (attention != Attention.FOLLOWING) {
      pass(bytes, offset, length);
      return;
    }
    while (at < end) {
      Mapping mapping = current;
      if (mapping == null && !bit) {
        // Nothing is done with this PDU, and only where it ends is of interest.
        at += tracker.skipBody((int) (end - at));
        if (at == end) {
          break;
        }
      }
      StreamTracker.Part part = tracker.part();
      int digestAt = part == StreamTracker.Part.DIGEST ? tracker.digestOffset() : 0;
      int step = tracker.advance(bytes, at, (int) (end - at));
      if (tracker.takeStarted()) {
        begin();
      }
      boolean ok =
          mapping != null
              && digesting
              && part != StreamTracker.Part.OTHER
              && fold(part, bytes, at, step, digestAt);
      if (mapping != null
          && part == StreamTracker.Part.PAYLOAD
          && mapping.epoch() == currentEpoch) {
        progress(mapping, step);
      }
      if (ok != bit && at > from) {
        // Runs with different bits are never merged.
        upper().run(bytes, from, (int) (at - from), false, bit);
        from = at;
        if (deleted()) {
          return;
        }
      }
      bit = ok;
      at += step;
      if (reportDue()) {
        upper().run(bytes, from, (int) (at - from), false, bit);
        from = at;
        reportIfDue();
        if (deleted()) {
          return;
        }
      }
    }
    if (from < end) {
      upper().run(bytes, from, (int) (end - from), false, bit);
    }
    restIfIdle();
  }

  private void begin() {
    PduShape shape = tracker.shape();
    Mapping mapping = resolve(shape);
    current = mapping;
    currentEpoch = mapping == null ? 0 : mapping.epoch();
    currentPlaced = false;
    headBytes = mapping != null && shape.dataBytes >= thresholdBytes ? shape.dataStart : 0;
    digesting = mapping != null && config().dataDigest() && active(Capability.DIGEST_RX);
    if (digesting) {
      crc.reset();
    }
  }

  // True while nothing speaks against the digest; the last digest byte decides.
  private boolean fold(
      StreamTracker.Part part, MemorySegment bytes, long at, int length, int digestAt) {
    if (part == StreamTracker.Part.PAYLOAD) {
      crc.update(bytes, at, length);
      return true;
    }
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, digest, digestAt, length);
    int have = digestAt + length;
    return have < digest.length || Bytes.littleEndian(digest) == crc.value();
  }
}
