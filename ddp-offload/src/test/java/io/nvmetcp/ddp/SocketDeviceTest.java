package io.nvmetcp.ddp;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.socket.SocketDevice;
import org.junit.jupiter.api.Nested;

final class SocketDeviceTest {
  private static DdpDevice make(RegionRegistry registry) {
    return new SocketDevice(registry, JdkCrc32c.INSTANCE, 4096);
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
      return new SocketDevice(registry, JdkCrc32c.INSTANCE, limits);
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
