package io.nvmetcp.ddp;

import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import org.junit.jupiter.api.Nested;

final class NoneDeviceTest {
  private static DdpDevice make(RegionRegistry registry) {
    return new NoneDevice(registry);
  }

  @Nested
  final class Contract extends DeviceContract {
    @Override
    protected DdpDevice device(RegionRegistry registry) {
      return make(registry);
    }

    @Override
    protected boolean places() {
      return false;
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
      return false;
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
      return false;
    }
  }
}
