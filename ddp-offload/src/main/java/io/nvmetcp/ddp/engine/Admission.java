package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.Capabilities;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import org.jspecify.annotations.Nullable;

/** Judges setups against what the device can take at present, and counts the refusals. */
final class Admission {
  private final DeviceLimits limits;
  private final Capabilities capabilities;
  private final TagTable tags;
  private final DdpCounters counters;

  Admission(DeviceLimits limits, Capabilities capabilities, TagTable tags, DdpCounters counters) {
    this.limits = limits;
    this.capabilities = capabilities;
    this.tags = tags;
    this.counters = counters;
  }

  boolean active(Capability capability) {
    return capabilities.active(capability);
  }

  SetupResult refuse(DdpCounter counter, SetupResult result) {
    counters.increment(counter);
    return result;
  }

  /**
   * Why a buffer of this length and number of segments cannot be mapped, or null if it can.
   *
   * @param worthBytes what has to reach the threshold
   */
  @Nullable SetupResult refusal(
      int tag, boolean reachable, int worthBytes, int length, int segments) {
    if (!capabilities.active(Capability.PLACEMENT)) {
      return refuse(DdpCounter.SETUP_FAIL_INACTIVE, SetupResult.INACTIVE);
    }
    if (!reachable) {
      return refuse(DdpCounter.SETUP_FAIL_KIND, SetupResult.REGION_KIND);
    }
    if (worthBytes < limits.thresholdBytes()) {
      return refuse(DdpCounter.SETUP_FAIL_THRESHOLD, SetupResult.BELOW_THRESHOLD);
    }
    if (length > limits.maxIoBytes() || segments > limits.maxSegments()) {
      return refuse(DdpCounter.SETUP_FAIL_SEGMENTS, SetupResult.TOO_LARGE);
    }
    if (tags.live() >= limits.maxTags()
        || tags.entry(tag).state != Mapping.State.FREE
        || !limits.fullTagRange() && tag >= tags.size()) {
      return refuse(DdpCounter.SETUP_FAIL_TAGS, SetupResult.NO_TAG);
    }
    return null;
  }
}
