package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.CopyCommand;
import io.nvmetcp.nvme.CopyRange;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureCommand;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features.TemperatureThreshold;
import io.nvmetcp.nvme.HostBehavior;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.target.backend.MemoryBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionFeaturesTest {
  private static final int REFUSED = Status.INVALID_FIELD | Status.DNR;
  private static final long ALL = 0xFFFF_FFFFL;

  private SessionHarness.World world;
  private AdminConsole admin;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new CountingBackend(new MemoryBackend(1 << 20)));
    admin = new AdminConsole(world);
  }

  @AfterEach
  void tearDown() {
    admin.close();
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  // feature, default, another value, what may be done with it
  @ParameterizedTest
  @CsvSource({
    "0x01, 7, 0x01020305, 4",
    "0x02, 0, 0x20, 4",
    "0x04, 343, 300, 4",
    "0x06, 1, 0, 4",
    "0x07, 0x000F000F, 0x00020002, 4",
    "0x0A, 0, 1, 4",
    "0x0B, 0, 0x102, 4",
    "0x0F, 0, 70000, 4",
  })
  void hasADefaultACurrentValueAndItsCapabilities(String id, String first, String next, int can) {
    int feature = Integer.decode(id);
    long initial = Long.decode(first);
    long other = Long.decode(next);
    assertThat(admin.get(feature, FeatureCommand.DEFAULT, 0, 0).result()).isEqualTo(initial);
    assertThat(admin.get(feature, FeatureCommand.SAVED, 0, 0).result()).isEqualTo(initial);
    assertThat(admin.get(feature, FeatureCommand.CAPABILITIES, 0, 0).result()).isEqualTo(can);
    assertThat(admin.set(feature, other)).isZero();
    assertThat(admin.get(feature, FeatureCommand.CURRENT, 0, 0).result()).isEqualTo(other);
    assertThat(admin.get(feature, FeatureCommand.DEFAULT, 0, 0).result()).isEqualTo(initial);
    assertThat(admin.status(AdminOpcode.SET_FEATURES, 0, feature | 1L << 31, other, 0))
        .isEqualTo(Status.FEATURE_NOT_SAVEABLE | Status.DNR);
    assertThat(admin.status(AdminOpcode.SET_FEATURES, 1, feature, other, 0))
        .isEqualTo(Status.FEATURE_NOT_NAMESPACE_SPECIFIC | Status.DNR);
  }

  @Test
  void aResetBringsTheDefaultsBack() {
    assertThat(admin.set(FeatureId.VOLATILE_WRITE_CACHE, 0)).isZero();
    assertThat(admin.set(FeatureId.NUMBER_OF_QUEUES, 0)).isZero();
    assertThat(admin.set(FeatureId.TEMPERATURE_THRESHOLD, 100)).isZero();
    assertThat(admin.status(AdminOpcode.SET_FEATURES, ALL, FeatureId.ERROR_RECOVERY, 9, 0))
        .isZero();
    assertThat(hostBehavior(1, 0)).isZero();
    for (long cc : new long[] {0x460000, 0x460001}) {
      admin.session.host.propertySet(9, Fabrics.PROPERTY_CC, cc);
      assertThat(admin.session.turn().next().status()).isZero();
    }
    assertThat(admin.current(FeatureId.VOLATILE_WRITE_CACHE)).isEqualTo(1);
    assertThat(admin.current(FeatureId.NUMBER_OF_QUEUES)).isEqualTo(0x000F_000F);
    assertThat(admin.current(FeatureId.TEMPERATURE_THRESHOLD)).isEqualTo(343);
    assertThat(admin.get(FeatureId.ERROR_RECOVERY, 0, 1, 0).result()).isZero();
    assertThat(admin.data(AdminOpcode.GET_FEATURES, 0, FeatureId.HOST_BEHAVIOR, 0, 512))
        .containsOnly(0);
  }

  @Test
  void errorRecoveryBelongsToANamespace() {
    int feature = FeatureId.ERROR_RECOVERY;
    assertThat(admin.get(feature, FeatureCommand.CAPABILITIES, 1, 0).result()).isEqualTo(6);
    assertThat(admin.status(AdminOpcode.SET_FEATURES, 1, feature, 20, 0)).isZero();
    assertThat(admin.get(feature, FeatureCommand.CURRENT, 1, 0).result()).isEqualTo(20);
    assertThat(admin.status(AdminOpcode.SET_FEATURES, ALL, feature, 30, 0)).isZero();
    assertThat(admin.get(feature, FeatureCommand.CURRENT, 1, 0).result()).isEqualTo(30);
    assertThat(admin.get(feature, FeatureCommand.DEFAULT, 1, 0).result()).isZero();
    int invalid = Status.INVALID_NAMESPACE | Status.DNR;
    assertThat(admin.status(AdminOpcode.SET_FEATURES, 2, feature, 20, 0)).isEqualTo(invalid);
    assertThat(admin.get(feature, FeatureCommand.CURRENT, 0, 0).status()).isEqualTo(invalid);
    int errorOnDeallocated = 1 << 16;
    assertThat(admin.status(AdminOpcode.SET_FEATURES, 1, feature, errorOnDeallocated, 0))
        .isEqualTo(REFUSED);
  }

  @Test
  void hasOneTemperatureWithTwoThresholds() {
    int feature = FeatureId.TEMPERATURE_THRESHOLD;
    int under = new TemperatureThreshold(280, 0, true, 0).encode();
    assertThat(admin.get(feature, FeatureCommand.CURRENT, 0, under).result()).isZero();
    assertThat(admin.set(feature, under)).isZero();
    assertThat(admin.get(feature, FeatureCommand.CURRENT, 0, under).result()).isEqualTo(280);
    assertThat(admin.current(feature)).isEqualTo(343);
    int everySensor = new TemperatureThreshold(333, 15, false, 0).encode();
    assertThat(admin.set(feature, everySensor)).isZero();
    assertThat(admin.current(feature)).isEqualTo(333);
    int firstSensor = new TemperatureThreshold(333, 1, false, 0).encode();
    assertThat(admin.set(feature, firstSensor)).isEqualTo(REFUSED);
    assertThat(admin.get(feature, FeatureCommand.CURRENT, 0, firstSensor).status())
        .isEqualTo(REFUSED);
    assertThat(admin.set(feature, 333 | 2 << 20)).as("reserved selector").isEqualTo(REFUSED);
  }

  @Test
  void hasOnePowerState() {
    assertThat(admin.set(FeatureId.POWER_MANAGEMENT, 1)).isEqualTo(REFUSED);
  }

  private int hostBehavior(int retryDelays, int copyFormats) {
    byte[] data = new HostBehavior(retryDelays, 0, 0, 0, copyFormats).encode();
    byte[] sqe = new byte[Sqe.BYTES];
    FeatureCommand.set(sqe, 0, AdminConsole.CID, 0, FeatureId.HOST_BEHAVIOR, false, 0);
    Sgl.inCapsule(sqe, 0, data.length);
    admin.session.host.capsule(sqe, data);
    return admin.session.turn().next().status();
  }

  @Test
  void keepsWhatTheHostSaysOfItself() {
    assertThat(hostBehavior(1, 0)).isZero();
    byte[] told = admin.data(AdminOpcode.GET_FEATURES, 0, FeatureId.HOST_BEHAVIOR, 0, 512);
    assertThat(HostBehavior.decode(told).retryDelays()).isEqualTo(HostBehavior.ON);
    assertThat(hostBehavior(2, 0)).isEqualTo(REFUSED);
    assertThat(hostBehavior(1, 1 << 2)).isEqualTo(REFUSED);
  }

  @Test
  void takesTheDataOfAFeatureByR2tToo() {
    byte[] sqe = new byte[Sqe.BYTES];
    FeatureCommand.set(sqe, 0, 4, 0, FeatureId.HOST_BEHAVIOR, false, 0);
    Sgl.transport(sqe, 0, HostBehavior.BYTES);
    admin.session.host.capsule(sqe, SessionHarness.NOTHING);
    HostSide.Pdu r2t = admin.session.turn().next();
    admin.session.host.h2cData(
        4, PduFields.ttag(r2t.header()), 0, new HostBehavior(1, 1, 1, 1, 0).encode(), true);
    assertThat(admin.session.turn().transcript()).containsExactly("resp 4 0");
    Sgl.transport(sqe, 0, 16);
    assertThat(admin.answer(sqe).status()).isEqualTo(Status.DATA_SGL_LENGTH_INVALID | Status.DNR);
  }

  @Test
  void aReadWithForceUnitAccessFlushesFirstAndACacheTurnedOffMakesWritesDurable() {
    CountingBackend disk = new CountingBackend(new MemoryBackend(1 << 20));
    SessionHarness.World own = new SessionHarness.World(disk);
    AdminConsole console = new AdminConsole(own);
    SessionHarness io = console.io(1);
    byte[] block = new byte[SessionHarness.BLOCK];
    io.host.writeInCapsule(1, 0, block, block.length);
    byte[] sqe = HostSide.ioSqe(IoOpcode.READ, 2, 1, 0, 1);
    Sqe.cdw(sqe, 0, 12, Sqe.CDW12_FUA);
    Sgl.transport(sqe, 0, block.length);
    io.host.capsule(sqe, SessionHarness.NOTHING);
    io.turn();
    assertThat(console.set(FeatureId.VOLATILE_WRITE_CACHE, 0)).isZero();
    io.host.writeInCapsule(3, 0, block, block.length);
    io.turn();
    assertThat(disk.log).containsExactly("write", "flush", "read", "durable write");
    own.close();
  }

  @Test
  void writesWithForceUnitAccessAreDurableAndOthersAreNot() {
    CountingBackend disk = new CountingBackend(new MemoryBackend(1 << 20));
    SessionHarness.World own = new SessionHarness.World(disk);
    SessionHarness io = new AdminConsole(own).io(1);
    byte[] block = new byte[SessionHarness.BLOCK];
    for (int fua : new int[] {0, 1}) {
      byte[] sqe = HostSide.ioSqe(IoOpcode.WRITE, 1, 1, 0, 1);
      Sqe.cdw(sqe, 0, 12, fua == 1 ? Sqe.CDW12_FUA : 0);
      Sgl.inCapsule(sqe, 0, block.length);
      io.host.capsule(sqe, block);
      byte[] copied = new byte[CopyRange.bytes(0)];
      CopyRange.of(0, 1).encode(copied, 0);
      CopyCommand.put(sqe, 0, 2, 1, 9, 1, 0, fua == 1);
      Sgl.inCapsule(sqe, 0, copied.length);
      io.host.capsule(sqe, copied);
      assertThat(io.turn().transcript()).containsExactly("resp 1 0", "resp 2 0");
    }
    assertThat(disk.log)
        .containsExactly("write", "read", "write", "durable write", "read", "durable write");
    own.close();
  }
}
