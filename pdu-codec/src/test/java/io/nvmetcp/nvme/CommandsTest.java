package io.nvmetcp.nvme;

import static io.nvmetcp.nvme.Layouts.keepsNamedBytesOnly;
import static io.nvmetcp.nvme.Layouts.roundTrips;
import static io.nvmetcp.nvme.Layouts.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class CommandsTest {
  private static final long SEED = 0xC0FFEEL;

  @Test
  void writesAReadCommandByteForByte() {
    byte[] b = new byte[80];
    Arrays.fill(b, (byte) 0xEE);
    Sqe.init(b, 8, IoOpcode.READ, 0x1234, 0xFFFF_FFFEL);
    Sqe.range(b, 8, 0x1122_3344_5566_7788L, 65_536);
    Sgl.transport(b, 8, 0xFFFF_FFFFL);
    assertThat(HexFormat.of().formatHex(b, 8, 72))
        .isEqualTo(
            "02403412feffffff" // opcode, PSDT, CID, NSID
                + "0".repeat(32) // CDW2, CDW3, MPTR
                + "0000000000000000ffffffff0000005a" // SGL1
                + "8877665544332211ffff0000" // SLBA, NLB
                + "0".repeat(24));
    assertThat(b[7]).isEqualTo((byte) 0xEE);
    assertThat(b[72]).isEqualTo((byte) 0xEE);
    assertThat(Sqe.blocks(b, 8)).isEqualTo(65_536);
    assertThat(Sqe.slba(b, 8)).isEqualTo(0x1122_3344_5566_7788L);
    assertThat(Sqe.nsid(b, 8)).isEqualTo(0xFFFF_FFFEL);
    assertThat(Sgl.length(b, 8)).isEqualTo(0xFFFF_FFFFL);
    assertThat(Sgl.type(b, 8)).isEqualTo(Sgl.TRANSPORT);
  }

  @Test
  void keepsEveryFieldOfACompletion() {
    var random = new Random(SEED);
    for (int round = 0; round < 200; round++) {
      byte[] b = new byte[20];
      long result = random.nextLong();
      int sqhd = random.nextInt(1 << 16);
      int cid = random.nextInt(1 << 16);
      int status = random.nextInt(1 << 15);
      Cqe.put(b, 4, result, sqhd, cid, status);
      assertThat(Cqe.result(b, 4)).as("seed %d", SEED).isEqualTo(result);
      assertThat(Cqe.dw0(b, 4)).isEqualTo(result & 0xFFFF_FFFFL);
      assertThat(Cqe.sqhd(b, 4)).isEqualTo(sqhd);
      assertThat(Cqe.cid(b, 4)).isEqualTo(cid);
      assertThat(Cqe.status(b, 4)).isEqualTo(status);
    }
  }

  @Test
  void keepsTheFieldsOfTheProperties() {
    var random = new Random(SEED);
    for (int round = 0; round < 1000; round++) {
      int cc = random.nextInt() & 0x00FF_FFF1; // what CC has names for
      assertThat(Cc.decode(cc).encode()).isEqualTo(cc);
      int csts = random.nextInt() & 0xF;
      assertThat(Csts.decode(csts).encode()).isEqualTo(csts);
      long cap = (random.nextLong() & 0x00FF_1FE0_FF00_FFFFL) | 1L << 16;
      assertThat(Cap.decode(cap).encode()).as("seed %d", SEED).isEqualTo(cap);
    }
    assertThat(Cc.DISABLED.encode()).isEqualTo(0x460000);
    assertThat(Cc.DISABLED.withEnable(true).encode()).isEqualTo(0x460001);
    assertThat(Cc.DISABLED.withEnable(true).withShutdown(1).encode()).isEqualTo(0x464001);
  }

  @Test
  void keepsConnectDataAndItsReservedBytesZero() {
    var data =
        new ConnectData(
            new UUID(0x0011_2233_4455_6677L, 0x8899_AABB_CCDD_EEFFL),
            0xFFFF,
            Fabrics.DISCOVERY_NQN,
            "nqn.2014-08.org.nvmexpress:uuid:x");
    byte[] b = data.encode();
    assertThat(b).hasSize(1024);
    assertThat(HexFormat.of().formatHex(b, 0, 16)).isEqualTo("00112233445566778899aabbccddeeff");
    assertThat(Arrays.copyOfRange(b, 18, 256)).containsOnly(0);
    assertThat(Arrays.copyOfRange(b, 768, 1024)).containsOnly(0);
    assertThat(ConnectData.decode(b)).isEqualTo(data);
    assertThat(ConnectData.isNqnTerminated(b, ConnectData.SUBNQN)).isTrue();
    Arrays.fill(b, 256, 512, (byte) 'a');
    assertThat(ConnectData.isNqnTerminated(b, ConnectData.SUBNQN)).isFalse();
    assertThat(ConnectData.decode(b).subnqn()).hasSize(256);
    var tooLong = new ConnectData(data.hostId(), 0, "n".repeat(256), "n");
    assertThatIllegalArgumentException().isThrownBy(tooLong::encode);
  }

  @Test
  void findsAUuidAmongDescriptorsAndNowhereElse() {
    UUID uuid = new UUID(1, 2);
    byte[] b = new byte[4096];
    int at = NamespaceDescriptors.put(b, 0, NamespaceDescriptors.NGUID, new byte[16]);
    at = NamespaceDescriptors.put(b, at, NamespaceDescriptors.CSI, new byte[] {0});
    assertThat(NamespaceDescriptors.uuid(b)).isEmpty();
    at = NamespaceDescriptors.putUuid(b, at, uuid);
    assertThat(at).isEqualTo(20 + 5 + 20);
    assertThat(NamespaceDescriptors.uuid(b)).contains(uuid);
    for (int length = 0; length < at; length++) {
      assertThat(NamespaceDescriptors.uuid(Arrays.copyOf(b, length))).isEmpty();
    }
    var random = new Random(SEED);
    for (int round = 0; round < 2000; round++) {
      byte[] noise = new byte[random.nextInt(64)];
      random.nextBytes(noise);
      assertThat(NamespaceDescriptors.uuid(noise)).as("seed %d", SEED).isNotNull();
    }
  }

  @Test
  void keepsAsyncEventsAndDatasetRanges() {
    var event = new AsyncEvent(AsyncEvent.NOTICE, AsyncEvent.DISCOVERY_CHANGED, 0x70);
    assertThat(event.encode()).isEqualTo(0x0070_F002);
    assertThat(AsyncEvent.decode(event.encode())).isEqualTo(event);
    var layout =
        struct().field("CATTR", 4).field("NLB", 4).field("SLBA", 8).ofBytes(DatasetRange.BYTES);
    UnaryOperator<byte[]> readAndWrite =
        bytes -> {
          byte[] written = new byte[DatasetRange.BYTES];
          DatasetRange.decode(bytes, 0).encode(written, 0);
          return written;
        };
    keepsNamedBytesOnly(layout, readAndWrite);
    roundTrips(layout, SEED, readAndWrite);
    var range = new DatasetRange(1, 0xFFFF_FFFFL, 3);
    byte[] b = new byte[32];
    range.encode(b, 16);
    assertThat(DatasetRange.decodeAll(b, 2)).containsExactly(new DatasetRange(0, 0, 0), range);
    assertThat(LittleEndian.i64(b, 24)).isEqualTo(3);
  }

  @Test
  void describesStatuses() {
    assertThat(Status.describe(Status.SUCCESS)).isEqualTo("Successful Completion (0/00h)");
    assertThat(Status.describe(Status.DNR | Status.INVALID_FIELD))
        .isEqualTo("Invalid Field in Command (0/02h, DNR)");
    assertThat(Status.describe(0x6FF)).isEqualTo("Unknown Status (6/FFh)");
    assertThat(Status.isSuccess(Status.DNR)).isTrue();
    assertThat(Status.isDoNotRetry(Status.DNR)).isTrue();
    assertThat(Status.code(Status.DNR | 0x285)).isEqualTo(Status.COMPARE_FAILURE);
  }

  @Test
  void readsTheLimitsOfAController() {
    byte[] b = new byte[4096];
    assertThat(IdentifyController.maxTransferBytes(b, 4096)).isEqualTo(Long.MAX_VALUE);
    assertThat(IdentifyController.inCapsuleBytes(b)).isZero();
    b[IdentifyController.MDTS] = 5;
    LittleEndian.put32(b, IdentifyController.IOCCSZ, (64 + 8192) / 16);
    assertThat(IdentifyController.maxTransferBytes(b, 4096)).isEqualTo(131_072);
    assertThat(IdentifyController.inCapsuleBytes(b)).isEqualTo(8192);
    IdentifyController.names(b, "SN", "MODEL", "1", "nqn.x");
    assertThat(IdentifyController.serial(b)).isEqualTo("SN");
    assertThat(IdentifyController.model(b)).isEqualTo("MODEL");
    assertThat(IdentifyController.firmware(b)).isEqualTo("1");
    assertThat(IdentifyController.subnqn(b)).isEqualTo("nqn.x");
    assertThat(b[IdentifyController.SN + 19]).isEqualTo((byte) ' ');
  }
}
