package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A queue that offloads nothing: every byte goes up as it came. */
public final class PassThroughQueue extends BaseQueue {
  private static final DeviceLimits NOTHING = new DeviceLimits(0, 0, 0, Integer.MAX_VALUE);

  /** Adds the queue. */
  public PassThroughQueue(QueueConfig config, UpperLayer upper, RegionRegistry registry) {
    super(NOTHING, config, upper, registry);
  }

  @Override
  public boolean offloaded() {
    return false;
  }

  @Override
  public SetupResult setup(int tag, Region region, long offset, int length) {
    return SetupResult.INACTIVE;
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
    if (!deleted()) {
      upper().run(bytes, offset, length, false, false);
    }
  }
}
