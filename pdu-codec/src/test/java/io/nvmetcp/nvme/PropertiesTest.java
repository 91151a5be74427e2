package io.nvmetcp.nvme;

import static io.nvmetcp.nvme.Layouts.keepsNamedBitsOnly;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Properties and features: fields of bits, each at its place and no other bit ever set. */
final class PropertiesTest {

  @Test
  void keepsTheBitsOfEveryProperty() {
    // Bits 23:19 and 63:62 of CAP, 3:1 and 31:25 of CC, 31:7 of CSTS are reserved.
    keepsNamedBitsOnly(0x3FFF_FFFF_FF07_FFFFL, bits -> Cap.decode(bits).encode());
    dword(0x01FF_FFF1, bits -> Cc.decode(bits).encode());
    dword(0x7F, bits -> Csts.decode(bits).encode());
    dword(-1, bits -> Vs.decode(bits).encode());
    dword(-1, bits -> Crto.decode(bits).encode());
  }

  @Test
  void putsEveryPropertyFieldWhereTheSpecificationHasIt() {
    assertThat(new Cap(127, 30, Cap.CSS_NVM, 0, 0).encode()).isEqualTo(0x20_1E01_007FL);
    assertThat(Cap.decode(1L << 36).subsystemReset()).isTrue();
    assertThat(Cap.decode(1L << 45).bootPartitions()).isTrue();
    assertThat(Cap.decode(1L << 58).subsystemShutdown()).isTrue();
    assertThat(Cap.decode(1L << 60).readyModes()).isEqualTo(Cap.CRMS_INDEPENDENT);
    assertThat(Cap.decode(1L << 43).commandSets()).isEqualTo(Cap.CSS_SEVERAL);
    assertThat(Cap.decode(3L << 17).arbitration()).isEqualTo(3);
    assertThat(Cc.decode(1 << 24).readyIndependentOfMedia()).isTrue();
    assertThat(Cc.decode(7 << 11).arbitration()).isEqualTo(7);
    assertThat(Csts.decode(1 << 4).subsystemResetOccurred()).isTrue();
    assertThat(Csts.decode(1 << 5).processingPaused()).isTrue();
    assertThat(Csts.decode(1 << 6).subsystemShutdown()).isTrue();
    assertThat(new Vs(2, 1, 0).encode()).isEqualTo(0x0002_0100);
    assertThat(Vs.decode(0x0001_0400)).hasToString("1.4.0");
    assertThat(Vs.decode(0x0001_0400).isAtLeast(1, 3)).isTrue();
    assertThat(Vs.decode(0x0001_0400).isAtLeast(2, 0)).isFalse();
    assertThat(new Crto(2, 3).encode()).isEqualTo(0x0003_0002);
    assertThat(Nssr.resets(0x4E56_4D65L)).isTrue();
    assertThat(Nssr.resets(1)).isFalse();
    assertThat(new int[] {Fabrics.PROPERTY_NSSR, Fabrics.PROPERTY_CRTO})
        .containsExactly(0x20, 0x68);
  }

  @Test
  void keepsTheBitsOfEveryFeature() {
    dword(0xFFFF_FF07, bits -> Features.Arbitration.decode(bits).encode());
    dword(0x01DF_FFFF, bits -> Features.TemperatureThreshold.decode(bits).encode());
    dword(0x0001_FFFF, bits -> Features.ErrorRecovery.decode(bits).encode());
    dword(0x1, bits -> Features.VolatileWriteCache.decode(bits).encode());
    dword(-1, bits -> Features.NumberOfQueues.decode(bits).encode());
    dword(0x1, bits -> Features.WriteAtomicity.decode(bits).encode());
    dword(-1, bits -> Features.AsyncEventConfiguration.decode(bits).encode());
    dword(-1, bits -> Features.KeepAlive.decode(bits).encode());
    dword(0x1FF, bits -> Features.CommandSetProfile.decode(bits).encode());
    dword(0xE, bits -> Features.ReservationMask.decode(bits).encode());
    dword(0x1, bits -> Features.ReservationPersistence.decode(bits).encode());
    dword(0x7, bits -> Features.WriteProtection.decode(bits).encode());
  }

  @Test
  void readsFeaturesAsPeersSendThem() {
    assertThat(Features.NumberOfQueues.decode(0x0003_0001))
        .isEqualTo(new Features.NumberOfQueues(2, 4));
    var events = Features.AsyncEventConfiguration.decode(0x8000_0900); // Linux, at a discovery
    assertThat(events.wants(Features.AsyncEvents.DISCOVERY)).isTrue();
    assertThat(events.wants(Features.AsyncEvents.NAMESPACE_ATTRIBUTES)).isTrue();
    assertThat(events.wants(Features.AsyncEvents.ANA_CHANGE)).isTrue();
    assertThat(events.wants(Features.AsyncEvents.FIRMWARE_ACTIVATION)).isFalse();
    assertThat(Features.TemperatureThreshold.decode(0x0010_0157))
        .isEqualTo(new Features.TemperatureThreshold(343, 0, true, 0));
    assertThat(Features.ReservationMask.decode(0x4).reservationReleased()).isTrue();
    assertThat(new Features.KeepAlive(0xFFFF_FFFFL).encode()).isEqualTo(-1);
    assertThat(new Features.KeepAlive(5001).effectiveMs(10)).isEqualTo(6000);
    assertThat(new Features.KeepAlive(5000).effectiveMs(0)).isEqualTo(5000);
  }

  @Test
  void writesFeatureCommandsByteForByte() {
    byte[] b = new byte[Sqe.BYTES];
    FeatureCommand.set(b, 0, 7, 1, FeatureId.RESERVATION_MASK, true, 0xE);
    assertThat(LittleEndian.u32(b, 40)).isEqualTo(0x8000_0082L);
    assertThat(LittleEndian.u32(b, 44)).isEqualTo(0xE);
    assertThat(FeatureCommand.id(b, 0)).isEqualTo(FeatureId.RESERVATION_MASK);
    assertThat(FeatureCommand.save(b, 0)).isTrue();
    FeatureCommand.get(b, 0, 7, 1, FeatureId.HOST_IDENTIFIER, FeatureCommand.CAPABILITIES);
    assertThat(LittleEndian.u32(b, 40)).isEqualTo(0x381L);
    assertThat(FeatureCommand.select(b, 0)).isEqualTo(FeatureCommand.CAPABILITIES);
    assertThat(FeatureCommand.save(b, 0)).isFalse();
  }

  private static void dword(int named, IntUnaryOperator readAndWrite) {
    keepsNamedBitsOnly(
        Integer.toUnsignedLong(named),
        bits -> Integer.toUnsignedLong(readAndWrite.applyAsInt((int) bits)));
  }
}
