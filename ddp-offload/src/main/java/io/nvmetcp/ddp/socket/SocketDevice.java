package io.nvmetcp.ddp.socket;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.BaseDevice;
import io.nvmetcp.ddp.engine.BaseQueue;
import io.nvmetcp.ddp.engine.PlacingQueue;
import io.nvmetcp.ddp.memory.RegionRegistry;
import java.util.Set;

/**
 * Places payloads by offering the destination as the socket's next read buffer: the kernel's own
 * copy out of the socket is the only one.
 */
public final class SocketDevice extends BaseDevice {
  /**
   * Buffers below this are copied: a read of their own costs more. At 64 KiB it cost some 5 % of
   * the CPU time, at 96 KiB it saved some 7 %.
   */
  public static final int DEFAULT_THRESHOLD_BYTES = 96 * 1024;

  /** Segments of one buffer: each costs a read of its own. */
  public static final int MAX_SEGMENTS = 64;

  private final Crc32cEngine engine;

  /**
   * @param registry gives staging memory
   * @param engine folds digests in
   * @param thresholdBytes buffers below this are not mapped
   */
  public SocketDevice(RegionRegistry registry, Crc32cEngine engine, int thresholdBytes) {
    this(
        registry,
        engine,
        new DeviceLimits(Integer.MAX_VALUE, MAX_SEGMENTS, Integer.MAX_VALUE, thresholdBytes));
  }

  /** A device with limits of its own. */
  public SocketDevice(RegionRegistry registry, Crc32cEngine engine, DeviceLimits limits) {
    super(
        "socket",
        limits,
        Set.of(Capability.PLACEMENT, Capability.DIGEST_RX),
        Voucher.PLACEMENT,
        registry);
    this.engine = engine;
  }

  @Override
  protected BaseQueue newQueue(QueueConfig config, Framing framing, UpperLayer upper) {
    return new PlacingQueue(limits(), capabilities(), config, framing, upper, registry(), engine);
  }
}
