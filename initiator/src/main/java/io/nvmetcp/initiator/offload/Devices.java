package io.nvmetcp.initiator.offload;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.nic.NicOptions;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.initiator.DeviceSpec;

/** Makes the device that an option names. */
public final class Devices {
  private Devices() {}

  /** The device of {@code spec}; its memory comes from {@code registry}. */
  public static DdpDevice create(DeviceSpec spec, RegionRegistry registry, Crc32cEngine engine) {
    return switch (spec.kind()) {
      case NONE -> new NoneDevice(registry);
      case SOCKET -> new SocketDevice(registry, engine, (int) spec.parameter());
      case SIMULATED ->
          new SimulatedDevice(registry, engine, spec.parameter(), nic(spec, spec.parameter()));
    };
  }

  private static NicOptions nic(DeviceSpec spec, long seed) {
    NicOptions usual = NicOptions.of(FaultRates.mild(seed));
    DeviceLimits limits = usual.limits();
    return usual.with(
        new DeviceLimits(
            limits.maxQueues(),
            spec.maxSegments() == 0 ? limits.maxSegments() : spec.maxSegments(),
            spec.maxIoBytes() == 0 ? limits.maxIoBytes() : spec.maxIoBytes(),
            limits.thresholdBytes()));
  }
}
