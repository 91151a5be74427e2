package io.nvmetcp.ddp.nic;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.ddp.Capabilities;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.PduShape;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.BaseQueue;
import io.nvmetcp.ddp.engine.Bytes;
import io.nvmetcp.ddp.engine.Mapping;
import io.nvmetcp.ddp.engine.StreamTracker;
import io.nvmetcp.ddp.fault.PacketFate;
import io.nvmetcp.ddp.fault.SeededFaults;
import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionKind;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A simulated NIC's queue: it cuts the stream into packets at fixed positions, moves payloads of
 * mapped tags to their destination packet by packet, and gives each packet one crc-ok bit.
 *
 * <p>A packet that its faults lose or delay passes the device after those that follow it. What the
 * device does with a packet depends on what it saw before, so such a packet is handed up in its
 * place, as the reassembly behind the device would do in the end, and the device has not seen it:
 * it goes on with the next as if there were a gap. The stream is never held back, changed,
 * reordered or shortened.
 */
final class SimulatedQueue extends BaseQueue {
  private final StreamTracker tracker;
  private final SyncMachine sync;
  private final Crc32cDigest crc;
  private final Crc32cDigest transmitCrc;
  private final SeededFaults faults;
  private final RxQueues rx;
  private final int rxQueue;
  private final int packetBytes;
  private final byte[] digest = new byte[4];
  private long position;
  private long polls;
  private @Nullable Mapping current;
  private int currentEpoch;
  private boolean currentPlaced;
  // Every byte of the PDU under way was seen, so its digest can be judged.
  private boolean currentWhole;
  private boolean digesting;
  private PacketFate fate = PacketFate.SEEN;
  private int packetLeft;
  private boolean packetVouched;

  SimulatedQueue(
      NicOptions options,
      Capabilities capabilities,
      QueueConfig config,
      Framing framing,
      UpperLayer upper,
      RegionRegistry registry,
      Crc32cEngine engine,
      SeededFaults faults,
      RxQueues rx) {
    super(options.limits(), capabilities, config, upper, registry);
    tracker = new StreamTracker(framing);
    sync = new SyncMachine(framing, tracker, upper, counters(), faults);
    crc = engine.newDigest();
    transmitCrc = engine.newDigest();
    this.faults = faults;
    packetBytes = options.packetBytes();
    this.rx = rx;
    rxQueue = rx.steer();
  }

  @Override
  protected boolean reaches(RegionKind kind) {
    return true;
  }

  @Override
  protected int teardownDelay() {
    return faults.teardownDelayPolls(polls);
  }

  @Override
  public boolean poll() {
    polls++;
    return super.poll();
  }

  @Override
  public void delete() {
    if (!deleted()) {
      rx.release(rxQueue);
    }
    super.delete();
  }

  @Override
  public void headerAt(long at) {
    sync.answered(at);
  }

  @Override
  public @Nullable Crc32cDigest transmitDigest() {
    return config().dataDigest() && !deleted() && active(Capability.DIGEST_TX) ? transmitCrc : null;
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
    if (deleted()) {
      counters().add(DdpCounter.DROP, length);
    }
    while (at < end && !deleted()) {
      if (packetLeft == 0) {
        nextPacket();
      }
      int step = (int) Math.min(end - at, packetLeft);
      if (fate.missed()) {
        missed(bytes, at, step);
      } else {
        seen(bytes, at, step);
      }
      packetLeft -= step;
      at += step;
    }
  }

  private void nextPacket() {
    packetLeft = packetBytes;
    rx.packet(rxQueue);
    counters().increment(DdpCounter.PACKETS);
    fate = faults.packet();
    switch (fate) {
      case SEEN -> {}
      case LOST -> counters().increment(DdpCounter.PACKETS_LOST);
      case REORDERED -> counters().increment(DdpCounter.PACKETS_REORDERED);
      // The copy is older than what the device expects next; it is not looked at.
      case DUPLICATED -> counters().increment(DdpCounter.PACKETS_DUPLICATED);
    }
    boolean bitDropped = faults.dropsCrcBit();
    if (bitDropped && !fate.missed()) {
      counters().increment(DdpCounter.PACKETS_CRC_OFF);
    }
    packetVouched = config().dataDigest() && !bitDropped && !fate.missed();
    sync.packet();
  }

  // A packet that the device will see too late, or the part of one that a read brought.
  private void missed(MemorySegment bytes, long at, int length) {
    Mapping mapping = current;
    int epoch = currentEpoch;
    currentWhole = false;
    int payload = 0;
    if (sync.state() == SyncMachine.State.SEARCHING) {
      sync.gap();
    } else {
      payload = tracker.miss(length);
      if (tracker.lost()) {
        current = null;
        sync.lost();
      }
    }
    hand(bytes, at, length, false, false);
    if (mapping != null && payload > 0 && mapping.awaitsData(epoch)) {
      progress(mapping, payload);
      reportIfDue();
    }
  }

  // A packet, or the part of one that a read of the socket brought.
  private void seen(MemorySegment bytes, long offset, int length) {
    long at = offset;
    long end = offset + length;
    while (at < end && !deleted()) {
      int left = (int) (end - at);
      at +=
          switch (sync.state()) {
            case OFFLOADING -> offload(bytes, at, left);
            case SEARCHING -> search(bytes, at, left);
            case TRACKING -> track(bytes, at, left);
          };
    }
  }

  private int search(MemorySegment bytes, long at, int left) {
    int step = sync.search(bytes, at, left, position);
    hand(bytes, at, step, false, false);
    return step;
  }

  private int track(MemorySegment bytes, long at, int left) {
    int step = tracker.advance(bytes, at, left);
    boolean skipped = tracker.takeStarted();
    if (tracker.lost()) {
      sync.lost();
    }
    if (skipped) {
      current = null;
      currentWhole = false;
    }
    hand(bytes, at, step, false, false);
    return step;
  }

  private int offload(MemorySegment bytes, long at, int left) {
    StreamTracker.Part part = tracker.part();
    int payloadAt = part == StreamTracker.Part.PAYLOAD ? tracker.payloadOffset() : 0;
    int digestAt = part == StreamTracker.Part.DIGEST ? tracker.digestOffset() : 0;
    int step = tracker.advance(bytes, at, left);
    switch (part) {
      case OTHER -> {
        if (tracker.takeStarted()) {
          begin();
        }
        if (tracker.lost()) {
          current = null;
          sync.lost();
        }
        hand(bytes, at, step, false, false);
      }
      case PAYLOAD -> payload(bytes, at, step, payloadAt);
      case DIGEST -> hand(bytes, at, step, false, digest(bytes, at, step, digestAt));
    }
    return step;
  }

  private void hand(MemorySegment bytes, long at, int length, boolean placed, boolean crcOk) {
    position += length;
    upper().run(bytes, at, length, placed, crcOk);
  }

  private void begin() {
    PduShape shape = tracker.shape();
    Mapping mapping = resolve(shape);
    current = mapping;
    currentEpoch = mapping == null ? 0 : mapping.epoch();
    currentPlaced = false;
    currentWhole = true;
    digesting = config().dataDigest() && active(Capability.DIGEST_RX);
    crc.reset();
  }

  private boolean vouched() {
    return packetVouched && digesting && currentWhole;
  }

  private void payload(MemorySegment bytes, long at, int length, int payloadAt) {
    if (digesting && currentWhole) {
      crc.update(bytes, at, length);
    }
    Mapping mapping = current;
    if (mapping == null) {
      hand(bytes, at, length, false, vouched());
      return;
    }
    long bufferAt = tracker.shape().bufferOffset + payloadAt;
    int done = 0;
    // The upper layer may end the mapping, or the queue, in the middle of a buffer in pieces.
    while (done < length && !deleted()) {
      if (!mapping.awaitsData(currentEpoch)) {
        hand(bytes, at + done, length - done, false, vouched());
        return;
      }
      done += place(mapping, bytes, at + done, length - done, bufferAt + done);
    }
    reportIfDue();
  }

  private int place(Mapping mapping, MemorySegment bytes, long at, int length, long bufferAt) {
    HeldBuffer buffer = mapping.buffer();
    int piece = buffer.piece(bufferAt);
    int step = Math.min(length, buffer.contiguous(piece, bufferAt));
    Region region = buffer.region(piece);
    long regionAt = buffer.place(piece, bufferAt);
    region.place(regionAt, bytes, at, step);
    if (!currentPlaced) {
      currentPlaced = true;
      counters().increment(DdpCounter.DDP_PDUS);
    }
    counters().add(DdpCounter.DDP_BYTES, step);
    progress(mapping, step);
    hand(region.segment(), regionAt, step, true, vouched());
    return step;
  }

  private boolean digest(MemorySegment bytes, long at, int length, int digestAt) {
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, digest, digestAt, length);
    boolean whole = digestAt + length == digest.length;
    boolean right = !whole || Bytes.littleEndian(digest) == crc.value();
    return vouched() && right;
  }
}
