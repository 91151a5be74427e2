package io.nvmetcp.ddp.nic;

import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.StreamTracker;
import io.nvmetcp.ddp.fault.SeededFaults;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Whether a device knows where it is in its stream, and how it finds back: it searches what passes
 * for bytes that could be a header, follows the chain of lengths from there, and asks the protocol
 * above whether there really is one. Only a yes for exactly that position counts.
 *
 * <p>It looks at bytes and keeps at most one header of them; the stream passes untouched.
 */
final class SyncMachine {
  /** What the device does with what passes. */
  enum State {
    /** It knows every header and places. */
    OFFLOADING,
    /** It looks for a header. */
    SEARCHING,
    /** It follows what may be headers, and waits for the answer. */
    TRACKING
  }

  private final Framing framing;
  private final StreamTracker tracker;
  private final UpperLayer upper;
  private final DdpCounters counters;
  private final SeededFaults faults;
  private final byte[] kept;
  private final MemorySegment keptBytes;
  private State state = State.OFFLOADING;
  private int filled;
  private long candidate;
  private boolean asked;
  private int askInPackets;

  SyncMachine(
      Framing framing,
      StreamTracker tracker,
      UpperLayer upper,
      DdpCounters counters,
      SeededFaults faults) {
    this.framing = framing;
    this.tracker = tracker;
    this.upper = upper;
    this.counters = counters;
    this.faults = faults;
    kept = new byte[framing.maxHeaderBytes()];
    keptBytes = MemorySegment.ofArray(kept);
  }

  State state() {
    return state;
  }

  /** The chain of headers broke: what was believed, or tried, is over. */
  void lost() {
    if (state == State.OFFLOADING) {
      counters.increment(DdpCounter.SYNC_LOST);
    }
    search();
  }

  private void search() {
    state = State.SEARCHING;
    filled = 0;
  }

  /** Bytes passed the device unseen while it searched: nothing continues across them. */
  void gap() {
    filled = 0;
  }

  /**
   * Searches the next bytes for a header.
   *
   * @param position of the first of them in the stream
   * @return how many bytes were looked at: all, or up to a candidate's end, and then the tracker
   *     follows it
   */
  int search(MemorySegment bytes, long offset, int length, long position) {
    for (int i = 0; i < length; i++) {
      kept[filled++] = bytes.get(ValueLayout.JAVA_BYTE, offset + i);
      if (candidate()) {
        state = State.TRACKING;
        candidate = position + i + 1 - filled;
        asked = false;
        askInPackets = faults.questionDelayPackets();
        // The candidate itself is passed over: it was not placed from its start.
        tracker.takeStarted();
        filled = 0;
        askIfDue();
        return i + 1;
      }
    }
    return length;
  }

  // True if what is kept starts with a header that could be one; else less is kept.
  private boolean candidate() {
    int prefix = framing.prefixBytes();
    while (filled >= prefix) {
      int wanted = framing.headerBytes(kept);
      if (wanted >= prefix && wanted <= kept.length) {
        if (filled < wanted) {
          return false;
        }
        if (adopted()) {
          return true;
        }
      }
      filled--;
      System.arraycopy(kept, 1, kept, 0, filled);
    }
    return false;
  }

  private boolean adopted() {
    tracker.restart();
    int at = 0;
    while (at < filled && !tracker.lost()) {
      at += tracker.advance(keptBytes, at, filled - at);
    }
    return !tracker.lost();
  }

  /** A packet begins. */
  void packet() {
    if (state == State.TRACKING && !asked) {
      askInPackets--;
      askIfDue();
    }
  }

  private void askIfDue() {
    if (askInPackets <= 0) {
      asked = true;
      counters.increment(DdpCounter.RESYNC);
      upper.headerAsked(candidate);
    }
  }

  /** The answer: the first header at or after the position asked for is at {@code position}. */
  void answered(long position) {
    if (state != State.TRACKING || !asked || position < candidate) {
      counters.increment(DdpCounter.RESYNC_STALE);
    } else if (position == candidate) {
      counters.increment(DdpCounter.RESYNC_CONFIRMED);
      state = State.OFFLOADING;
    } else {
      counters.increment(DdpCounter.RESYNC_REFUSED);
      search();
    }
  }
}
