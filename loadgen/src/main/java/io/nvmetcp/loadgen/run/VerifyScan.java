package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.verify.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * The reads of a verify phase: every block that was written, neighbours together; or all of the
 * part if nobody remembers what was written.
 */
final class VerifyScan {
  private final @Nullable Ledger ledger;
  private final int blockBytes;
  private final int mostBlocks;
  private final long endLba;
  private long lba;
  private long positionLba;
  private int blocks;

  VerifyScan(WorkerPlan plan, @Nullable Ledger ledger, int mostBytes) {
    this.ledger = ledger;
    blockBytes = plan.blockBytes();
    mostBlocks = mostBytes / blockBytes;
    lba = plan.firstLba();
    endLba = lba + plan.blocks();
  }

  /** Moves to the next read; false if there is none. */
  boolean next() {
    while (lba < endLba && !written(lba)) {
      lba++;
    }
    positionLba = lba;
    blocks = 0;
    while (lba < endLba && blocks < mostBlocks && written(lba)) {
      lba++;
      blocks++;
    }
    return blocks > 0;
  }

  private boolean written(long block) {
    return ledger == null || ledger.newest(block) > 0;
  }

  long position() {
    return positionLba * blockBytes;
  }

  int lengthBytes() {
    return blocks * blockBytes;
  }
}
