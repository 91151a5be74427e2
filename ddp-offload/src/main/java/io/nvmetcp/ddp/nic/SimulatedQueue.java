package io.nvmetcp.ddp.nic;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.PduShape;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.BaseQueue;
import io.nvmetcp.ddp.engine.Bytes;
import io.nvmetcp.ddp.engine.Mapping;
import io.nvmetcp.ddp.engine.StreamTracker;
import io.nvmetcp.ddp.fault.SeededFaults;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A simulated NIC's queue: it cuts the stream into packets, moves payloads of mapped tags to their
 * destination packet by packet, and gives each packet one crc-ok bit, which its faults may drop.
 */
final class SimulatedQueue extends BaseQueue {
  private final StreamTracker tracker;
  private final Crc32cDigest crc;
  private final SeededFaults faults;
  private final int packetBytes;
  private final byte[] digest = new byte[4];
  private @Nullable Mapping current;
  private int currentEpoch;
  private boolean currentPlaced;
  private int packetLeft;
  private boolean packetVouched;

  SimulatedQueue(
      DeviceLimits limits,
      QueueConfig config,
      Framing framing,
      UpperLayer upper,
      RegionRegistry registry,
      Crc32cEngine engine,
      SeededFaults faults,
      int packetBytes) {
    super(limits, config, upper, registry);
    tracker = new StreamTracker(framing);
    crc = engine.newDigest();
    this.faults = faults;
    this.packetBytes = packetBytes;
  }

  @Override
  protected int teardownDelay() {
    return faults.teardownDelayPolls();
  }

  @Override
  public ReadWindow nextWindow() {
    return stagingWindow(STAGING_BYTES);
  }

  @Override
  protected void arrived(ReadWindow window, @Nullable Mapping mapping, int bytes) {
    stream(window.region().segment(), window.offset(), bytes);
  }

  @Override
  public void stream(MemorySegment bytes, long offset, int length) {
    long at = offset;
    long end = offset + length;
    while (at < end && !deleted()) {
      if (packetLeft == 0) {
        packetLeft = packetBytes;
        packetVouched = config().dataDigest() && !faults.dropsCrcBit();
      }
      int step = (int) Math.min(end - at, packetLeft);
      packet(bytes, at, step);
      packetLeft -= step;
      at += step;
    }
  }

  // A packet, or the part of one that a read of the socket brought.
  private void packet(MemorySegment bytes, long offset, int length) {
    long at = offset;
    long end = offset + length;
    while (at < end && !deleted()) {
      StreamTracker.Part part = tracker.part();
      int payloadAt = part == StreamTracker.Part.PAYLOAD ? tracker.payloadOffset() : 0;
      int digestAt = part == StreamTracker.Part.DIGEST ? tracker.digestOffset() : 0;
      int step = tracker.advance(bytes, at, (int) (end - at));
      switch (part) {
        case OTHER -> {
          if (tracker.takeStarted()) {
            begin();
          }
          upper().run(bytes, at, step, false, false);
        }
        case PAYLOAD -> payload(bytes, at, step, payloadAt);
        case DIGEST -> upper().run(bytes, at, step, false, digest(bytes, at, step, digestAt));
      }
      at += step;
    }
  }

  private void begin() {
    PduShape shape = tracker.shape();
    Mapping mapping = resolve(shape);
    current = mapping;
    currentEpoch = mapping == null ? 0 : mapping.epoch();
    currentPlaced = false;
    crc.reset();
  }

  private void payload(MemorySegment bytes, long at, int length, int payloadAt) {
    if (config().dataDigest()) {
      crc.update(bytes, at, length);
    }
    Mapping mapping = current;
    if (mapping == null || !mapping.awaitsData(currentEpoch)) {
      upper().run(bytes, at, length, false, packetVouched);
      return;
    }
    MemorySegment target = mapping.region().segment();
    long targetAt = mapping.offset() + tracker.shape().bufferOffset + payloadAt;
    MemorySegment.copy(bytes, at, target, targetAt, length);
    if (!currentPlaced) {
      currentPlaced = true;
      counters().increment(DdpCounter.DDP_PDUS);
    }
    counters().add(DdpCounter.DDP_BYTES, length);
    progress(mapping, length);
    upper().run(target, targetAt, length, true, packetVouched);
    reportIfDue();
  }

  private boolean digest(MemorySegment bytes, long at, int length, int digestAt) {
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, digest, digestAt, length);
    boolean whole = digestAt + length == digest.length;
    boolean right = !whole || Bytes.littleEndian(digest) == crc.value();
    return packetVouched && right;
  }
}
