package io.nvmetcp.ddp.nic;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.fault.SeededFaults;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A simulated NIC with direct data placement. What it does badly comes from a seed: some packets
 * pass without the crc-ok bit, teardowns complete late.
 */
public final class SimulatedDevice implements DdpDevice {
  private static final int THRESHOLD_BYTES = 1;
  private static final int PACKET_BYTES = 1448;
  private static final int CRC_OFF_ONE_IN = 64;
  private static final int MAX_TEARDOWN_DELAY_POLLS = 3;

  private final RegionRegistry registry;
  private final Crc32cEngine engine;
  private final DeviceLimits limits =
      new DeviceLimits(Integer.MAX_VALUE, 1, Integer.MAX_VALUE, THRESHOLD_BYTES);
  private final AtomicLong nextSeed;

  /**
   * @param registry gives staging memory
   * @param engine is the device's own digest unit
   * @param seed decides every fault; each queue gets the next one
   */
  public SimulatedDevice(RegionRegistry registry, Crc32cEngine engine, long seed) {
    this.registry = registry;
    this.engine = engine;
    nextSeed = new AtomicLong(seed);
  }

  @Override
  public String name() {
    return "simulated";
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
    return Voucher.DEVICE;
  }

  @Override
  public DdpQueue addQueue(QueueConfig config, Framing framing, UpperLayer upper) {
    SeededFaults faults =
        new SeededFaults(nextSeed.getAndIncrement(), CRC_OFF_ONE_IN, MAX_TEARDOWN_DELAY_POLLS);
    DdpQueue queue =
        new SimulatedQueue(limits, config, framing, upper, registry, engine, faults, PACKET_BYTES);
    queue.counters().increment(DdpCounter.QUEUE_ADD);
    return queue;
  }
}
