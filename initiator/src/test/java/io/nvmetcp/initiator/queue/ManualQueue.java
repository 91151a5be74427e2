package io.nvmetcp.initiator.queue;

import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounters;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A device that places nothing and reports a teardown only when a test says so. */
final class ManualQueue implements DdpQueue {
  final List<Integer> mapped = new ArrayList<>();
  final List<Integer> asked = new ArrayList<>();
  private final DdpCounters counters = new DdpCounters();
  private final UpperLayer upper;
  private boolean deleted;

  ManualQueue(UpperLayer upper) {
    this.upper = upper;
  }

  /** The device lets go of a buffer, asked to or, as in eager mode, by itself. */
  void report(int tag) {
    if (!mapped.remove((Integer) tag)) {
      throw new AssertionError("no mapping " + tag);
    }
    upper.teardownDone(tag);
  }

  @Override
  public boolean offloaded() {
    return true;
  }

  @Override
  public SetupResult setup(int tag, Region region, long offset, int length) {
    mapped.add(tag);
    return SetupResult.MAPPED;
  }

  @Override
  public void teardown(int tag) {
    asked.add(tag);
  }

  @Override
  public ReadWindow nextWindow() {
    throw new IllegalStateException("bytes come by stream here");
  }

  @Override
  public void received(int bytes) {
    throw new IllegalStateException("bytes come by stream here");
  }

  @Override
  public void windowReturned() {
    throw new IllegalStateException("bytes come by stream here");
  }

  @Override
  public void stream(MemorySegment bytes, long offset, int length) {
    if (!deleted) {
      upper.run(bytes, offset, length, false, false);
    }
  }

  @Override
  public boolean poll() {
    return false;
  }

  @Override
  public int liveMappings() {
    return mapped.size();
  }

  @Override
  public DdpCounters counters() {
    return counters;
  }

  // As with a window that io_uring still has: the reports come later.
  @Override
  public void delete() {
    deleted = true;
  }

  @Override
  public boolean deleted() {
    return deleted;
  }
}
