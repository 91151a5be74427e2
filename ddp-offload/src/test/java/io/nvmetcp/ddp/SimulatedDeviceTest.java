package io.nvmetcp.ddp;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.nic.NicOptions;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import org.junit.jupiter.api.Nested;

final class SimulatedDeviceTest {
  private static DdpDevice make(RegionRegistry registry) {
    return new SimulatedDevice(registry, JdkCrc32c.INSTANCE, 42);
  }

  @Nested
  final class Contract extends DeviceContract {
    @Override
    protected DdpDevice device(RegionRegistry registry) {
      return make(registry);
    }

    @Override
    protected boolean places() {
      return true;
    }
  }

  @Nested
  final class Ends extends DeviceEndsContract {
    @Override
    protected DdpDevice device(RegionRegistry registry) {
      return make(registry);
    }

    @Override
    protected boolean places() {
      return true;
    }
  }

  @Nested
  final class Control extends ControlContract {
    @Override
    protected DdpDevice device(RegionRegistry registry, DeviceLimits limits) {
      return new SimulatedDevice(
          registry, JdkCrc32c.INSTANCE, 42, NicOptions.of(FaultRates.NONE).with(limits));
    }
  }

  @Nested
  final class Every extends EveryDeviceContract {
    @Override
    protected DdpDevice device(RegionRegistry registry) {
      return make(registry);
    }

    @Override
    protected boolean places() {
      return true;
    }
  }
}
