package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.verify.BlockContent;
import io.nvmetcp.loadgen.verify.Finding;
import io.nvmetcp.loadgen.verify.Identity;
import io.nvmetcp.loadgen.verify.Ledger;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The content of a worker's blocks: made before each write, judged after each read. */
final class Verification {
  private static final int FINDINGS_KEPT = 20;

  /** Whether blocks may be written now. */
  enum Claim {
    /** They may, and nobody else may. */
    TAKEN,
    /** One of them is being written. */
    BUSY,
    /**
     * One of them may yet be changed by a write whose outcome is unknown, of this run or of an
     * earlier one that was killed.
     */
    HELD
  }

  private record Held(long lba, int count, long untilNs) {}

  private final WorkerPlan plan;
  private final @Nullable Ledger ledger;
  private final long lateNs;
  private final BlockContent content;
  private final Map<Finding.Kind, Long> counts = new EnumMap<>(Finding.Kind.class);
  private final List<Finding> findings = new ArrayList<>();
  private final Deque<Held> held = new ArrayDeque<>();
  private long inheritedUntilNs = Long.MAX_VALUE;
  private long checkedBlocks;
  private long wrongBlocks;

  /**
   * @param ledger what this worker wrote, or null if it only reads what somebody wrote
   * @param lateNs how long a write whose outcome is unknown may still be carried out
   */
  Verification(WorkerPlan plan, @Nullable Ledger ledger, long lateNs) {
    this.plan = plan;
    this.ledger = ledger;
    this.lateNs = lateNs;
    content =
        new BlockContent(
            plan.job().get(JobKey.VERIFY),
            plan.job().get(JobKey.VERIFY_PATTERN),
            identity(plan),
            plan.blockBytes());
  }

  /** Who writes the blocks of a plan: the same in each run of the same job. */
  static Identity identity(WorkerPlan plan) {
    return new Identity(
        plan.nsid(),
        Planner.contentSeed(plan.job()),
        plan.job().name().hashCode() * 31 + plan.cloneIndex());
  }

  private static Ledger needed(@Nullable Ledger ledger) {
    if (ledger == null) {
      throw new IllegalStateException("a job that only reads has no ledger");
    }
    return ledger;
  }

  /** Claims blocks for a write, unless somebody has one of them. */
  Claim claim(long position, int lengthBytes, long nowNs) {
    Ledger written = needed(ledger);
    while (!held.isEmpty() && held.getFirst().untilNs() <= nowNs) {
      Held late = held.removeFirst();
      written.release(late.lba(), late.count());
    }
    if (written.inherits()) {
      // When the earlier run ended nobody knows; not later than now.
      inheritedUntilNs = Math.min(inheritedUntilNs, nowNs + lateNs);
      if (nowNs >= inheritedUntilNs) {
        written.forgetInherited();
      }
    }
    long lba = position / plan.blockBytes();
    int count = lengthBytes / plan.blockBytes();
    if (written.claim(lba, count)) {
      return Claim.TAKEN;
    }
    if (written.inherited(lba, count)) {
      return Claim.HELD;
    }
    for (Held late : held) {
      if (late.lba() < lba + count && lba < late.lba() + late.count()) {
        return Claim.HELD;
      }
    }
    return Claim.BUSY;
  }

  /** Makes the content of a write whose blocks were claimed. */
  void prepareWrite(Slot slot) {
    Ledger written = needed(ledger);
    MemorySegment data = slot.region().segment();
    int block = plan.blockBytes();
    long lba = slot.position / block;
    for (int at = 0; at < slot.lengthBytes; at += block) {
      content.write(data, slot.offset() + at, lba, written.issue(lba));
      lba++;
    }
  }

  /** A write has ended. */
  void written(Slot slot, boolean succeeded) {
    Ledger written = needed(ledger);
    int block = plan.blockBytes();
    long lba = slot.position / block;
    int count = slot.lengthBytes / block;
    written.release(lba, count);
    if (succeeded) {
      for (int i = 0; i < count; i++) {
        written.acknowledged(lba + i);
      }
    }
  }

  /**
   * The outcome of a write is unknown. It may be carried out late, and would then undo what was
   * written after it: its blocks stay claimed until that cannot be any more.
   */
  void unknown(Slot slot, long nowNs) {
    int block = plan.blockBytes();
    held.add(new Held(slot.position / block, slot.lengthBytes / block, nowNs + lateNs));
  }

  /** A read is about to be sent: what was acknowledged by now must be found. */
  void prepareRead(Slot slot) {
    Ledger written = ledger;
    if (written == null) {
      return;
    }
    int block = plan.blockBytes();
    long lba = slot.position / block;
    for (int i = 0; i < slot.lengthBytes / block; i++) {
      slot.floors[i] = written.floor(lba + i);
    }
  }

  /** Judges what was read; true if all of it is right. */
  boolean check(Slot slot) {
    Ledger written = ledger;
    MemorySegment data = slot.region().segment();
    int block = plan.blockBytes();
    long lba = slot.position / block;
    boolean right = true;
    for (int i = 0; i < slot.lengthBytes / block; i++) {
      long at = slot.offset() + (long) i * block;
      Finding finding =
          written == null
              ? content.check(data, at, lba, 1, BlockContent.ANY_GENERATION)
              : content.check(
                  data, at, lba, floor(written, lba, slot.floors[i]), written.newest(lba));
      if (finding == null) {
        if (written != null && !written.strict()) {
          written.observed(lba, content.generation(data, at));
        }
      } else {
        right = false;
        found(finding);
      }
      checkedBlocks++;
      lba++;
    }
    return right;
  }

  // What was acknowledged when the read was sent; or less, if that is in doubt by now.
  private static int floor(Ledger written, long lba, int whenSent) {
    return written.strict() ? whenSent : Math.min(whenSent, written.floor(lba));
  }

  private void found(Finding finding) {
    wrongBlocks++;
    counts.merge(finding.kind(), 1L, Long::sum);
    if (findings.size() < FINDINGS_KEPT) {
      findings.add(finding);
    }
  }

  /** A flush is about to be sent. */
  void prepareFlush(Slot slot) {
    Ledger written = ledger;
    slot.flushNumber = written == null ? 0 : written.flushIssued();
  }

  /** A flush has succeeded. */
  void flushed(Slot slot) {
    Ledger written = ledger;
    if (written != null) {
      written.flushed(slot.flushNumber);
    }
  }

  /** The target may have been restarted. */
  void doubt() {
    Ledger written = ledger;
    if (written != null) {
      written.doubt();
    }
  }

  @Nullable Ledger ledger() {
    return ledger;
  }

  long checkedBlocks() {
    return checkedBlocks;
  }

  long wrongBlocks() {
    return wrongBlocks;
  }

  /** How many blocks were wrong, by what is wrong. */
  Map<Finding.Kind, Long> counts() {
    return Map.copyOf(counts);
  }

  /** The first few. */
  List<Finding> findings() {
    return List.copyOf(findings);
  }
}
