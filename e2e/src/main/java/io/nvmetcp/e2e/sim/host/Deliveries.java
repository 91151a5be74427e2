package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.net.PduTracker;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows what a device hands up on one connection, byte by byte, and compares with what was
 * counted: each byte of a read's data is placed by the device or copied by the fallback, once, and
 * delivered to the command that it is for.
 */
final class Deliveries {
  private static final int NONE = -1;

  private final PduTracker tracker = new PduTracker();
  private final int mask;
  // Of the command in a slot: its identifier, and bytes that came for it so far.
  private final int[] cids;
  private final int[] placedFor;
  private final int[] copiedFor;
  // Since the device's queue of the moment was added.
  private @Nullable DdpCounters counters;
  private long placed;
  private long copied;
  private boolean follows = true;
  // While a run is handed up, all of which is counted already: what was wrong at an end in it. If
  // the queue finds a fault further on, what follows there was not for that command.
  private boolean handing;
  private @Nullable Violation wrong;

  /**
   * @param entries of the queue, a power of two
   */
  Deliveries(int entries) {
    mask = entries - 1;
    cids = new int[entries];
    Arrays.fill(cids, NONE);
    placedFor = new int[entries];
    copiedFor = new int[entries];
  }

  /**
   * A run is handed up.
   *
   * @param of what counts on the device's queue; another where it was added anew
   */
  @SuppressWarnings("ReferenceEquality") // the very counters
  void run(DdpCounters of, MemorySegment bytes, long offset, int length, boolean inPlace) {
    if (of != counters) {
      counters = of;
      placed = 0;
      copied = 0;
    }
    handing = true;
    int done = 0;
    while (done < length && follows) {
      PduTracker.Part part = tracker.part();
      int step = tracker.take(bytes, offset + done, length - done);
      if (part == PduTracker.Part.PAYLOAD && tracker.type() == PduType.C2H_DATA.code()) {
        payload(PduFields.cccid(tracker.header()), step, inPlace);
      } else if (inPlace) {
        throw new Violation(Rule.COUNTERS, "the device placed " + part);
      }
      done += step;
      // A liar's header may make no sense and be no fault: a reserved field, say.
      follows &= tracker.part() != PduTracker.Part.LOST;
    }
  }

  // Data for a command that is over is a fault, but the queue sees it only when it has taken what
  // came before it in the run.
  private void payload(int cid, int length, boolean inPlace) {
    int slot = cid & mask;
    int mine = cids[slot] == cid ? length : 0;
    if (inPlace) {
      placedFor[slot] += mine;
      placed += length;
    } else {
      copiedFor[slot] += mine;
      copied += length;
    }
  }

  /**
   * The queue found a fault, and takes nothing any more: what comes now counts for nobody. From the
   * beginning, where one end lies: the other may be told of commands before it sends them.
   */
  void stop() {
    follows = false;
  }

  /** A run was handed up, or the queue has ended: what was counted is what came. */
  void check() {
    handing = false;
    if (wrong != null && follows) {
      throw wrong;
    }
    wrong = null;
    DdpCounters now = counters;
    if (now == null) {
      return;
    }
    long delivered = now.get(DdpCounter.DELIVERED_BYTES);
    long byDevice = now.get(DdpCounter.DDP_BYTES);
    long byFallback = now.get(DdpCounter.COPIED_BYTES) + now.get(DdpCounter.NOT_DELIVERED_BYTES);
    if (byDevice + byFallback != delivered
        || follows && (byDevice != placed || byFallback != copied)) {
      throw new Violation(
          Rule.COUNTERS,
          "counted are %d bytes placed, %d copied, %d delivered; of those that came %d were placed, %d were not"
              .formatted(byDevice, byFallback, delivered, placed, copied));
    }
  }

  /** A command was submitted. */
  void began(int cid) {
    cids[cid & mask] = cid;
    placedFor[cid & mask] = 0;
    copiedFor[cid & mask] = 0;
  }

  /**
   * A command has ended. Where a fault was found it has perhaps more than its part.
   *
   * @param bytes that it reads
   * @param whole it succeeded, so that all of them came; else there were no more
   */
  void ended(int cid, int bytes, boolean whole) {
    if (!follows) {
      return;
    }
    int inPlace = placedFor[cid & mask];
    int beside = copiedFor[cid & mask];
    if (inPlace + beside > bytes || whole && inPlace + beside < bytes) {
      Violation found =
          new Violation(
              Rule.COUNTERS,
              "%04Xh ends, which reads %d bytes: %d were placed and %d copied"
                  .formatted(cid, bytes, inPlace, beside));
      if (!handing) {
        throw found;
      }
      wrong = wrong == null ? found : wrong;
    }
  }
}
