package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.NQN;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ChangedNamespaceLog;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.NamespaceDescriptors;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.NullBackend;
import io.nvmetcp.target.schedule.Schedule;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.NamespaceNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The traffic of ESXi hosts that share a namespace: blocks of 512 bytes, names by NGUID and EUI-64,
 * namespace notices (AEC 100h), and locks on disk by fused Compare-and-Write, from which hosts
 * expect that nothing comes between the halves.
 */
class HypervisorHostTest {
  private static final int BLOCK = 512;
  private static final int NAMESPACE_NOTICES = 0x100;
  private static final int FIRST = 1;
  private static final int SECOND = 2;
  private static final byte[] FREE = new byte[BLOCK];

  private final NamespaceNames names = NamespaceNames.derived(NQN, 1);
  private final SessionHarness.World world =
      new SessionHarness.World(new Namespace(1, names, BLOCK, new MemoryBackend(1 << 22)));

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private static byte[] owner(int host, int generation) {
    byte[] block = new byte[BLOCK];
    LittleEndian.put32(block, 0, host);
    LittleEndian.put32(block, 4, generation);
    Arrays.fill(block, 8, BLOCK, (byte) host);
    return block;
  }

  private static void half(
      SessionHarness io, int opcode, int fuse, int cid, long slba, byte[] data) {
    byte[] sqe = HostSide.ioSqe(opcode, cid, 1, slba, 1);
    sqe[Sqe.FLAGS] |= (byte) fuse;
    Sgl.inCapsule(sqe, 0, BLOCK);
    io.host.capsule(sqe, data);
  }

  /** A lock on disk changes hands, if it still is what the host believes. */
  private static void swap(SessionHarness io, int cid, long slba, byte[] old, byte[] fresh) {
    half(io, IoOpcode.COMPARE, FIRST, cid, slba, old);
    half(io, IoOpcode.WRITE, SECOND, cid + 1, slba, fresh);
  }

  private static String missed(int cid) {
    return "resp %d %x".formatted(cid, Status.COMPARE_FAILURE | Status.DNR);
  }

  private static String failed(int cid) {
    return "resp %d %x".formatted(cid, Status.FAILED_FUSED | Status.DNR);
  }

  private static byte[] block(SessionHarness io, long slba) {
    io.host.read(99, slba, 1, BLOCK);
    byte[] data = io.turn().next().data();
    io.transcript();
    return data;
  }

  @Test
  void comesUpAndFindsItsDiskByTheNamesItKnows() {
    AdminConsole admin = new AdminConsole(world);
    byte[] controller = admin.identify(Cns.CONTROLLER, 0);
    assertThat(LittleEndian.u16(controller, IdentifyController.FUSES) & 1).isEqualTo(1);
    assertThat(LittleEndian.u32(controller, IdentifyController.OAES) & NAMESPACE_NOTICES)
        .isEqualTo(NAMESPACE_NOTICES);
    assertThat(admin.set(FeatureId.ASYNC_EVENT_CONFIGURATION, NAMESPACE_NOTICES)).isZero();
    assertThat(admin.set(FeatureId.NUMBER_OF_QUEUES, 7 << 16 | 7)).isZero();
    assertThat(LittleEndian.u32(admin.identify(Cns.ACTIVE_NAMESPACES, 0), 0)).isEqualTo(1);
    byte[] namespace = admin.identify(Cns.NAMESPACE, 1);
    assertThat(IdentifyNamespace.blockShift(namespace)).isEqualTo(9);
    assertThat(IdentifyNamespace.blocks(namespace)).isEqualTo((1 << 22) / BLOCK);
    byte[] descriptors = admin.identify(Cns.NAMESPACE_DESCRIPTORS, 1);
    assertThat(NamespaceDescriptors.nguid(descriptors)).isEqualTo(names.nguid()).isPresent();
    assertThat(NamespaceDescriptors.eui64(descriptors)).isEqualTo(names.eui64()).isPresent();
    // The same names stand in Identify Namespace, where older hosts look.
    HexFormat hex = HexFormat.of();
    int nguid = IdentifyNamespace.NGUID;
    int eui64 = IdentifyNamespace.EUI64;
    assertThat(names.nguid()).contains(hex.formatHex(namespace, nguid, nguid + 16));
    assertThat(names.eui64()).contains(hex.formatHex(namespace, eui64, eui64 + 8));
    assertThat(admin.status(AdminOpcode.KEEP_ALIVE, 0, 0, 0, 0)).isZero();
    admin.close();
  }

  @Test
  void hearsOfANewDiskAndLooksWhichOneItIs() {
    AdminConsole admin = new AdminConsole(world);
    admin.wantEvents(NAMESPACE_NOTICES);
    for (int cid = 100; cid < 104; cid++) {
      admin.requestEvent(cid);
    }
    world.subsystem.add(new Namespace(2, new UUID(7, 7), BLOCK, new NullBackend(1 << 20)));
    assertThat(admin.takeEvents()).containsExactly("100 0 40002");
    byte[] page = admin.log(LogPageId.CHANGED_NAMESPACES, 4096);
    assertThat(ChangedNamespaceLog.decode(page).nsids()).containsExactly(2L);
    admin.requestEvent(100);
    world.subsystem.remove(2);
    assertThat(admin.takeEvents()).containsExactly("101 0 40002");
    admin.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"in-order", "reverse:4", "shuffle:8:3", "interleave:8:512", "hold:1:5"})
  void aLockHasOneOwnerWhateverTheOrderOfAnswers(String policy) {
    SessionOptions options = SessionOptions.DEFAULT.withSchedule(Schedule.parse(policy));
    AdminConsole one = new AdminConsole(world, options);
    AdminConsole two = new AdminConsole(world, options);
    SessionHarness first = one.io(1);
    SessionHarness second = two.io(1);
    swap(first, 10, 8, FREE, owner(1, 1));
    swap(second, 20, 8, FREE, owner(2, 1));
    assertThat(first.turn().transcript()).containsExactly("resp 10 0", "resp 11 0");
    assertThat(second.turn().transcript()).containsExactly(missed(20), failed(21));
    // The owner renews its lease, lets go, and the other one takes it.
    swap(first, 12, 8, owner(1, 1), owner(1, 2));
    swap(first, 14, 8, owner(1, 2), FREE);
    assertThat(first.turn().transcript())
        .containsExactly("resp 12 0", "resp 13 0", "resp 14 0", "resp 15 0");
    swap(second, 22, 8, FREE, owner(2, 2));
    assertThat(second.turn().transcript()).containsExactly("resp 22 0", "resp 23 0");
    one.close();
    two.close();
    SessionHarness reader = new AdminConsole(world).io(1);
    assertThat(block(reader, 8)).isEqualTo(owner(2, 2));
  }

  @Test
  void pairsInFlightAreAnsweredPairByPairAmongOtherTraffic() {
    SessionOptions options = SessionOptions.DEFAULT.withSchedule(Schedule.parse("shuffle:8:5"));
    SessionHarness io = new AdminConsole(world, options).io(1);
    for (int i = 0; i < 8; i++) {
      io.host.read(200 + i, 64 + i, 1, BLOCK);
      swap(io, 2 * i, i, FREE, owner(i, 1));
    }
    List<String> answers = io.turn().transcript();
    for (int i = 0; i < 8; i++) {
      int at = answers.indexOf("resp " + 2 * i + " 0");
      assertThat(answers.get(at + 1)).isEqualTo("resp " + (2 * i + 1) + " 0");
    }
    assertThat(answers).hasSize(8 * 4);
    for (int i = 0; i < 8; i++) {
      assertThat(block(io, i)).isEqualTo(owner(i, 1));
    }
  }

  @Test
  void hostsThatContendForLocksNeverBothWin() {
    long seed = 20_26;
    Random random = new Random(seed);
    List<SessionHarness> hosts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      hosts.add(new AdminConsole(world).io(1));
    }
    byte[][] locks = new byte[3][];
    Arrays.fill(locks, FREE);
    for (int round = 0; round < 200; round++) {
      int lock = random.nextInt(locks.length);
      List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
      Collections.shuffle(order, random);
      for (int host : order) {
        swap(hosts.get(host), 30, lock, locks[lock], owner(host + 1, round + 1));
      }
      int winners = 0;
      for (int host : order) {
        List<String> answers = hosts.get(host).turn().transcript();
        if (answers.equals(List.of("resp 30 0", "resp 31 0"))) {
          winners++;
          locks[lock] = owner(host + 1, round + 1);
        } else {
          assertThat(answers).as("seed %d", seed).containsExactly(missed(30), failed(31));
        }
      }
      assertThat(winners).as("seed %d, round %d", seed, round).isEqualTo(1);
    }
    for (int lock = 0; lock < locks.length; lock++) {
      assertThat(block(hosts.getFirst(), lock)).isEqualTo(locks[lock]);
    }
  }

  @Test
  void aPlainWriteOfAnotherHostIsEitherBeforeOrAfterAPair() {
    SessionHarness one = new AdminConsole(world).io(1);
    SessionHarness two = new AdminConsole(world).io(1);
    half(one, IoOpcode.COMPARE, FIRST, 40, 5, FREE);
    // The other host writes between the capsules of the halves.
    one.turn();
    two.host.writeInCapsule(50, 5, owner(2, 1), BLOCK);
    assertThat(two.turn().transcript()).containsExactly("resp 50 0");
    half(one, IoOpcode.WRITE, SECOND, 41, 5, owner(1, 1));
    assertThat(one.turn().transcript()).containsExactly(missed(40), failed(41));
    assertThat(block(one, 5)).isEqualTo(owner(2, 1));
  }

  @Test
  void unmapsAndZeroesInBlocksOf512() {
    SessionHarness io = new AdminConsole(world).io(1);
    io.host.writeInCapsule(1, 3, HostSide.pattern(8 * BLOCK, 1), BLOCK);
    io.host.capsule(HostSide.ioSqe(IoOpcode.WRITE_ZEROES, 2, 1, 4, 2), SessionHarness.NOTHING);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "resp 2 0");
    assertThat(block(io, 3)).isEqualTo(Arrays.copyOf(HostSide.pattern(8 * BLOCK, 1), BLOCK));
    assertThat(block(io, 4)).isEqualTo(FREE);
    assertThat(block(io, 5)).isEqualTo(FREE);
    assertThat(block(io, 6)).isNotEqualTo(FREE);
  }
}
