package io.nvmetcp.ddp.engine;

import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.Capabilities;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.RegionRegistry;
import java.util.Set;

/** The device that does nothing: the upper layer copies and checks digests. */
public final class NoneDevice implements DdpDevice {
  private final RegionRegistry registry;
  private final Capabilities capabilities = new Capabilities(Set.of());

  /** Staging memory comes from {@code registry}. */
  public NoneDevice(RegionRegistry registry) {
    this.registry = registry;
  }

  @Override
  public String name() {
    return "none";
  }

  @Override
  public DeviceLimits limits() {
    return new DeviceLimits(0, 0, 0, Integer.MAX_VALUE);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public Voucher voucher() {
    return Voucher.PLACEMENT;
  }

  @Override
  public DdpQueue addQueue(QueueConfig config, Framing framing, UpperLayer upper) {
    return new PassThroughQueue(config, upper, registry);
  }
}
