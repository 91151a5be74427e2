package io.nvmetcp.ddp.nic;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.BaseDevice;
import io.nvmetcp.ddp.engine.BaseQueue;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.fault.SeededFaults;
import io.nvmetcp.ddp.memory.RegionRegistry;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A simulated NIC with direct data placement. What it and the network in front of it do badly comes
 * from a seed: packets lost, late or doubled, crc-ok bits missing, questions and teardowns late.
 */
public final class SimulatedDevice extends BaseDevice {
  private final Crc32cEngine engine;
  private final NicOptions options;
  private final RxQueues rx;
  private final AtomicLong nextSeed;

  /**
   * A device with mild faults.
   *
   * @param registry gives staging memory
   * @param engine is the device's own digest unit
   * @param seed decides every fault; each queue gets the next one
   */
  public SimulatedDevice(RegionRegistry registry, Crc32cEngine engine, long seed) {
    this(registry, engine, seed, NicOptions.of(FaultRates.mild(seed)));
  }

  /** A device as the options say. */
  public SimulatedDevice(
      RegionRegistry registry, Crc32cEngine engine, long seed, NicOptions options) {
    super("simulated", options.limits(), EnumSet.allOf(Capability.class), Voucher.DEVICE, registry);
    this.engine = engine;
    this.options = options;
    rx = new RxQueues(options.rxQueues());
    nextSeed = new AtomicLong(seed);
  }

  @Override
  protected BaseQueue newQueue(QueueConfig config, Framing framing, UpperLayer upper) {
    SeededFaults faults = new SeededFaults(nextSeed.getAndIncrement(), options.rates());
    return new SimulatedQueue(
        options, capabilities(), config, framing, upper, registry(), engine, faults, rx);
  }

  /** Receive queues. */
  public int rxQueues() {
    return rx.size();
  }

  /** Connections steered to a receive queue at this moment. */
  public int flows(int rxQueue) {
    return rx.flows(rxQueue);
  }

  /** Packets that came in on a receive queue. */
  public long packets(int rxQueue) {
    return rx.packets(rxQueue);
  }
}
