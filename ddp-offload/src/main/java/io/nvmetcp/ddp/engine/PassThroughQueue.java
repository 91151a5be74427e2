package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.Capabilities;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A queue that offloads nothing: every byte goes up as it came. */
public final class PassThroughQueue extends BaseQueue {
  private static final DeviceLimits NOTHING = new DeviceLimits(0, 0, 0, Integer.MAX_VALUE);
  private static final Capabilities NONE = new Capabilities(Set.of());

  /** Adds the queue. */
  public PassThroughQueue(QueueConfig config, UpperLayer upper, RegionRegistry registry) {
    super(NOTHING, NONE, config, upper, registry);
  }

  @Override
  public boolean offloaded() {
    return false;
  }

  @Override
  public SetupResult setup(int tag, Region region, long offset, int length) {
    return refusal(region);
  }

  @Override
  public SetupResult setup(int tag, ScatterList buffer) {
    return refusal(buffer.segment(0).region());
  }

  private SetupResult refusal(Region region) {
    if (reaches(region.kind())) {
      return SetupResult.INACTIVE;
    }
    counters().increment(DdpCounter.SETUP_FAIL_KIND);
    return SetupResult.REGION_KIND;
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
    if (deleted()) {
      counters().add(DdpCounter.DROP, length);
    } else {
      upper().run(bytes, offset, length, false, false);
    }
  }
}
