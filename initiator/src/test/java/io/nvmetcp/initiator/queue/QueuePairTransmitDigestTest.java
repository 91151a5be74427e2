package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.engine.DeviceCrc32c;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.nvme.Status;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who computes the data digests of what leaves. The scripted controller checks every one of them.
 */
class QueuePairTransmitDigestTest {
  private static final int BYTES = 24 * 1024;

  private static QueueHarness filled(QueueHarness host) {
    MemorySegment.copy(
        MemorySegment.ofArray(QueueHarness.pattern(1, BYTES)), 0, host.region.segment(), 0, BYTES);
    return host.connected();
  }

  // Six H2CData PDUs, as the controller's MAXH2CDATA has it.
  private static void writeAll(QueueHarness host) {
    int before = host.controller.data().size();
    Outcome write = host.write(0, BYTES);
    host.exchange();
    host.controller.r2t(write.cid, 7, 0, BYTES);
    host.exchange();
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    host.controller.data().stream().skip(before).forEach(d -> received.writeBytes(d.bytes()));
    assertThat(received.toByteArray()).isEqualTo(QueueHarness.pattern(1, BYTES));
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    assertThat(write).hasToString("success");
  }

  private static long get(QueueHarness host, DdpCounter counter) {
    return host.queue().counters().get(counter);
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void aDeviceThatCanComputesThemAndSoftwareDoesTheRest(Device device) {
    QueueHarness host = filled(new QueueHarness(device, true, true));
    writeAll(host);
    Outcome inCapsule = host.write(0, 4096);
    host.exchange();
    assertThat(host.controller.lastCommand().data()).hasSize(4096);
    host.controller.respond(inCapsule.cid, Status.SUCCESS);
    host.exchange();
    boolean able = host.device().capabilities().hardware().contains(Capability.DIGEST_TX);
    assertThat(able).isEqualTo(device == Device.SIMULATED);
    assertThat(get(host, DdpCounter.DIGEST_TX_BY_DEVICE)).isEqualTo(able ? 7 : 0);
    assertThat(get(host, DdpCounter.DIGEST_TX_BY_SOFTWARE)).isEqualTo(able ? 0 : 7);
    assertThat(host.close()).isZero();
  }

  @Test
  void withoutDataDigestsNobodyIsCounted() {
    QueueHarness host = filled(new QueueHarness(Device.SIMULATED, true, false));
    writeAll(host);
    assertThat(get(host, DdpCounter.DIGEST_TX_BY_DEVICE)).isZero();
    assertThat(get(host, DdpCounter.DIGEST_TX_BY_SOFTWARE)).isZero();
    assertThat(host.close()).isZero();
  }

  @Test
  void theDevicesOwnUnitDoesTheWork() {
    DeviceCrc32c unit = new DeviceCrc32c(new DeviceCrc32c.Capability(4, 512, 1 << 20, 1_000, 100));
    QueueHarness host =
        filled(
            new QueueHarness(
                registry -> new SimulatedDevice(registry, unit, 7), TeardownMode.LAZY));
    writeAll(host);
    assertThat(unit.computedBytes()).isEqualTo(BYTES);
    host.device().capabilities().want(EnumSet.of(Capability.PLACEMENT, Capability.DIGEST_RX));
    writeAll(host);
    assertThat(unit.computedBytes()).isEqualTo(BYTES);
    assertThat(get(host, DdpCounter.DIGEST_TX_BY_DEVICE)).isEqualTo(6);
    assertThat(get(host, DdpCounter.DIGEST_TX_BY_SOFTWARE)).isEqualTo(6);
    assertThat(host.close()).isZero();
  }

  /** An engine that changes what the device is wanted to do in the middle of every digest. */
  private static final class Unsettling implements Crc32cEngine {
    private final SplittableRandom random = new SplittableRandom(3);
    private DdpDevice device;

    @Override
    public String name() {
      return "unsettling";
    }

    @Override
    public Crc32cDigest newDigest() {
      Crc32cDigest jdk = JdkCrc32c.INSTANCE.newDigest();
      return new Crc32cDigest() {
        @Override
        public void reset() {
          jdk.reset();
        }

        @Override
        public void update(MemorySegment data, long offset, long length) {
          jdk.update(data, offset, length);
          Set<Capability> wanted = EnumSet.allOf(Capability.class);
          wanted.removeIf(capability -> random.nextBoolean());
          device.capabilities().want(wanted);
        }

        @Override
        public void update(byte[] data, int offset, int length) {
          jdk.update(data, offset, length);
        }

        @Override
        public int value() {
          return jdk.value();
        }
      };
    }
  }

  @Test
  void capabilitiesToggledWithinAndBetweenPdusSpoilNoDigest() {
    Unsettling engine = new Unsettling();
    QueueHarness host =
        filled(
            new QueueHarness(
                registry -> engine.device = new SimulatedDevice(registry, engine, 7),
                TeardownMode.EAGER));
    Capability[] all = Capability.values();
    SplittableRandom random = new SplittableRandom(4);
    for (int round = 0; round < 40; round++) {
      Set<Capability> wanted = EnumSet.noneOf(Capability.class);
      for (Capability capability : all) {
        if (random.nextBoolean()) {
          wanted.add(capability);
        }
      }
      host.device().capabilities().want(wanted);
      writeAll(host);
    }
    assertThat(get(host, DdpCounter.DIGEST_TX_BY_DEVICE)).isPositive();
    assertThat(get(host, DdpCounter.DIGEST_TX_BY_SOFTWARE)).isPositive();
    assertThat(
            get(host, DdpCounter.DIGEST_TX_BY_DEVICE) + get(host, DdpCounter.DIGEST_TX_BY_SOFTWARE))
        .isEqualTo(40 * 6);
    assertThat(host.events).containsExactly("initialized");
    assertThat(host.close()).isZero();
  }
}
