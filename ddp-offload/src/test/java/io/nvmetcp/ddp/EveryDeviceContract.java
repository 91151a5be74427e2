package io.nvmetcp.ddp;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More of the behaviours of every device: D1, D9, D13, D15. */
abstract class EveryDeviceContract {
  private static final int LENGTH = 20_000;

  protected abstract DdpDevice device(RegionRegistry registry);

  protected abstract boolean places();

  private DeviceBench bench(boolean digests, TeardownMode mode) {
    return new DeviceBench(3, digests, mode, this::device);
  }

  @Test
  void d01_setupPrecedesTheSendAndItsKeyIsTheIdentifier() {
    try (DeviceBench bench = bench(true, TeardownMode.LAZY)) {
      byte[] data = bench.data(LENGTH);
      // An answer to what was not set up yet is nobody's; the same answer after setup is placed.
      bench.send(bench.framing.dataIn(5, 0, data));
      bench.assertMemory();
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
      bench.read(5, 1000, LENGTH);
      bench.read(6, 100_000, LENGTH);
      bench.expect(1000, data);
      bench.send(bench.framing.dataIn(5, 0, data), bench.framing.response(5));
      bench.settle();
      bench.assertMemory();
      assertThat(bench.upper.command(5).placedBytes > 0).isEqualTo(places());
      assertThat(bench.upper.command(6).placedBytes).isZero();
    }
  }

  @Test
  void d09_onePduWithoutTheWordOfTheDeviceIsCheckedOnceBySoftware() {
    try (DeviceBench bench = bench(true, TeardownMode.LAZY)) {
      // Digests by the device are not wanted: no run has the bit.
      bench.device.capabilities().want(EnumSet.of(Capability.PLACEMENT));
      for (int tag = 0; tag < 4; tag++) {
        byte[] data = bench.data(LENGTH);
        bench.read(tag, tag * LENGTH, LENGTH);
        bench.expect(tag * LENGTH, data);
        bench.send(bench.framing.dataIn(tag, 0, data), bench.framing.response(tag));
      }
      bench.settle();
      bench.assertMemory();
      assertThat(bench.upper.softwareChecks).isEqualTo(4);
      assertThat(bench.upper.commands)
          .allSatisfy(c -> assertThat(c.verdicts).containsExactly(DigestVerdict.BY_FALLBACK));
      assertThat(bench.count(DdpCounter.DDP_BYTES) > 0).isEqualTo(places());
    }
  }

  @Test
  void d09_belowTheThresholdADigestWithoutTheDevicesWordIsCheckedToo() {
    try (DeviceBench bench = bench(true, TeardownMode.LAZY)) {
      bench.device.capabilities().want(EnumSet.of(Capability.PLACEMENT));
      int small = Math.clamp(bench.device.limits().thresholdBytes() - 4L, 4, 4000);
      byte[] good = bench.data(small);
      byte[] bad = bench.data(small);
      bench.read(1, 0, small);
      bench.read(2, 10_000, small);
      bench.expect(0, good);
      bench.send(
          bench.framing.corruptDataIn(2, 0, bad, small / 2),
          bench.framing.dataIn(1, 0, good),
          bench.framing.response(2),
          bench.framing.response(1));
      bench.settle();
      assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.BY_FALLBACK);
      assertThat(bench.upper.command(2).verdicts).containsExactly(DigestVerdict.MISMATCH);
      assertThat(bench.upper.softwareChecks).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(TeardownMode.class)
  void d13_capabilitiesToggledUnderLoadFailNothing(TeardownMode mode) {
    try (DeviceBench bench = bench(true, mode)) {
      Capabilities capabilities = bench.device.capabilities();
      Capability[] all = Capability.values();
      for (int round = 0; round < 80; round++) {
        int tag = round % DeviceBench.ENTRIES;
        byte[] data = bench.data(LENGTH);
        bench.read(tag, tag * LENGTH, LENGTH);
        bench.expect(tag * LENGTH, data);
        byte[] pdu = bench.framing.dataIn(tag, 0, data);
        // In the middle of a PDU, and between setup and data.
        toggle(capabilities, all, bench.random.nextInt(1 << all.length));
        assertThat(bench.queue.transmitDigest() != null)
            .isEqualTo(capabilities.active(Capability.DIGEST_TX));
        for (int at = 0; at < pdu.length; ) {
          at += bench.sendOnce(pdu, at, Math.min(pdu.length - at, 6000));
          if (bench.random.nextInt(4) == 0) {
            toggle(capabilities, all, bench.random.nextInt(1 << all.length));
          }
        }
        bench.send(bench.framing.response(tag));
        bench.settle();
      }
      bench.assertMemory();
      assertThat(bench.upper.commands)
          .allMatch(command -> command.responded && !command.failed())
          .allMatch(command -> command.placedBytes + command.copiedBytes == LENGTH);
      assertThat(bench.count(DdpCounter.SETUP_FAIL_INACTIVE) > 0).isEqualTo(places());
      assertThat(bench.count(DdpCounter.DDP_BYTES) > 0).isEqualTo(places());
      capabilities.want(EnumSet.allOf(Capability.class));
      assertThat(capabilities.active()).isEqualTo(capabilities.hardware());
    }
  }

  private static void toggle(Capabilities capabilities, Capability[] all, int bits) {
    Set<Capability> wanted = EnumSet.noneOf(Capability.class);
    for (Capability capability : all) {
      if ((bits & 1 << capability.ordinal()) != 0) {
        wanted.add(capability);
      }
    }
    capabilities.want(wanted);
    assertThat(capabilities.wanted()).isEqualTo(wanted);
    wanted.retainAll(capabilities.hardware());
    assertThat(capabilities.active()).isEqualTo(wanted);
  }

  @ParameterizedTest
  @EnumSource(TeardownMode.class)
  void d15_setupsAreTeardownsAndLiveMappingsAtEveryStep(TeardownMode mode) {
    try (DeviceBench bench = bench(false, mode)) {
      for (int round = 0; round < 100; round++) {
        int tag = bench.random.nextInt(DeviceBench.ENTRIES);
        bench.read(tag + DeviceBench.ENTRIES * round, 0, LENGTH);
        bench.assertBalanced();
        bench.queue.teardown(bench.upper.commands.get(bench.random.nextInt(round + 1)).tag);
        bench.assertBalanced();
        bench.queue.poll();
        bench.assertBalanced();
      }
      bench.queue.delete();
      bench.assertBalanced();
      assertThat(bench.count(DdpCounter.SETUP)).isEqualTo(bench.count(DdpCounter.TEARDOWN));
      assertThat(bench.count(DdpCounter.SETUP) > 0).isEqualTo(places());
    }
  }
}
