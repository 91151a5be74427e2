package io.nvmetcp.ddp.socket;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.PlacingQueue;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.util.Set;

/**
 * Places payloads by offering the destination as the socket's next read buffer: the kernel's own
 * copy out of the socket is the only one.
 */
public final class SocketDevice implements DdpDevice {
  /** Buffers below this are copied: a read of their own costs more. */
  public static final int DEFAULT_THRESHOLD_BYTES = 32 * 1024;

  private final RegionRegistry registry;
  private final Crc32cEngine engine;
  private final DeviceLimits limits;

  /**
   * @param registry gives staging memory
   * @param engine folds digests in
   * @param thresholdBytes buffers below this are not mapped
   */
  public SocketDevice(RegionRegistry registry, Crc32cEngine engine, int thresholdBytes) {
    this.registry = registry;
    this.engine = engine;
    limits = new DeviceLimits(Integer.MAX_VALUE, 1, Integer.MAX_VALUE, thresholdBytes);
  }

  @Override
  public String name() {
    return "socket";
  }

  @Override
  public DeviceLimits limits() {
    return limits;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.PLACEMENT, Capability.DIGEST_RX);
  }

  @Override
  public Voucher voucher() {
    return Voucher.PLACEMENT;
  }

  @Override
  public DdpQueue addQueue(QueueConfig config, Framing framing, UpperLayer upper) {
    DdpQueue queue = new PlacingQueue(limits, config, framing, upper, registry, engine);
    queue.counters().increment(DdpCounter.QUEUE_ADD);
    return queue;
  }
}
