package io.nvmetcp.initiator.offload;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
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
      case SIMULATED -> new SimulatedDevice(registry, engine, spec.parameter());
    };
  }
}
