package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.NamespaceDescriptors;
import io.nvmetcp.nvme.NamespaceList;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.NullBackend;
import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.NamespaceNames;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces that differ, and that come, change and go under commands. */
class SessionNamespacesTest {
  private static final String GONE =
      "resp %d " + Integer.toHexString(Status.INVALID_NAMESPACE | Status.DNR);

  private SessionHarness.World world;
  private AdminConsole admin;
  private SessionHarness io;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 22));
    admin = new AdminConsole(world);
    io = admin.io(1);
  }

  @AfterEach
  void everythingIsBack() {
    io.session.closed("test");
    admin.close();
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  /** Serves this as the first namespace, instead of what {@link #setUp} chose. */
  private void serve(StorageBackend first) {
    everythingIsBack();
    world = new SessionHarness.World(first);
    admin = new AdminConsole(world);
    io = admin.io(1);
  }

  private static byte[] to(int nsid, byte[] sqe) {
    LittleEndian.put32(sqe, Sqe.NSID, nsid);
    return sqe;
  }

  private void write(int cid, int nsid, long slba, byte[] bytes, int blockBytes) {
    byte[] sqe = to(nsid, HostSide.ioSqe(IoOpcode.WRITE, cid, 1, slba, bytes.length / blockBytes));
    Sgl.inCapsule(sqe, 0, bytes.length);
    io.host.capsule(sqe, bytes);
  }

  private void command(int cid, int nsid, int opcode, long slba, int blocks, int bytes) {
    byte[] sqe = to(nsid, HostSide.ioSqe(opcode, cid, 1, slba, blocks));
    Sgl.transport(sqe, 0, bytes);
    io.host.capsule(sqe, NOTHING);
  }

  @Test
  void aRemovedNamespaceAnswersWhatItsStorageWorksOnAndClosesAfterTheLast() {
    serve(new CountingBackend(new MemoryBackend(1 << 20)));
    DeferredBackend slow = new DeferredBackend(new MemoryBackend(1 << 20));
    world.subsystem.add(new Namespace(2, NamespaceNames.derived("nqn", 2), BLOCK, slow));
    io.wire.keepLeases(true);
    command(1, 2, IoOpcode.READ, 0, 1, BLOCK);
    command(2, 2, IoOpcode.WRITE, 8, 1, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    command(3, 2, IoOpcode.READ, 0, 1, BLOCK);
    io.turn();
    slow.completeFirst(1);
    assertThat(io.turn().transcript()).containsExactly("data 1 4096 bytes flags 4", "resp 1 0");
    world.subsystem.remove(2);
    CompletableFuture<Void> closed = slow.close();
    command(4, 2, IoOpcode.READ, 0, 1, BLOCK);
    assertThat(io.turn().transcript()).containsExactly(GONE.formatted(4));
    // What comes to the storage too late, and data that comes too late.
    io.host.h2cData(2, PduFields.ttag(r2t.header()), 0, new byte[BLOCK], true);
    io.turn();
    slow.completeAll();
    assertThat(io.turn().transcript()).containsExactly(GONE.formatted(3), GONE.formatted(2));
    assertThat(closed).as("what was read is still on its way to the host").isNotDone();
    io.wire.releaseAll();
    assertThat(closed).isDone();
  }

  @Test
  void storageThatIsNotReadyIsNoMissingNamespace() {
    world.backend.close().orTimeout(5, TimeUnit.SECONDS).join();
    command(1, 1, IoOpcode.READ, 0, 1, BLOCK);
    assertThat(io.turn().transcript())
        .containsExactly("resp 1 %x".formatted(Status.NAMESPACE_NOT_READY));
  }

  @Test
  void commandsAreJudgedByTheSizeThatStandsWhenTheyCome() throws Exception {
    MemoryBackend storage = new MemoryBackend(4 * BLOCK);
    world.subsystem.add(new Namespace(2, NamespaceNames.derived("nqn", 2), BLOCK, storage));
    command(1, 2, IoOpcode.VERIFY, 4, 1, 0);
    io.turn();
    storage.resize(8 * BLOCK);
    world.subsystem.resize(2, 8 * BLOCK);
    command(2, 2, IoOpcode.VERIFY, 4, 4, 0);
    io.turn();
    world.subsystem.resize(2, BLOCK);
    storage.resize(BLOCK);
    command(3, 2, IoOpcode.VERIFY, 1, 1, 0);
    String outOfRange = " " + Integer.toHexString(Status.LBA_OUT_OF_RANGE | Status.DNR);
    assertThat(io.turn().transcript())
        .containsExactly("resp 1" + outOfRange, "resp 2 0", "resp 3" + outOfRange);
    assertThat(IdentifyNamespace.blocks(admin.identify(Cns.NAMESPACE, 2))).isEqualTo(1);
    world.subsystem.remove(2);
    storage.close().orTimeout(5, TimeUnit.SECONDS).join();
  }

  @Test
  void aReadOnlyNamespaceSaysSoAndRefusesEveryWrite() {
    CountingBackend disk = new CountingBackend(new MemoryBackend(1 << 20));
    disk.readOnly = true;
    world.subsystem.add(new Namespace(2, NamespaceNames.derived("nqn", 2), BLOCK, disk));
    assertThat(IdentifyNamespace.writeProtected(admin.identify(Cns.NAMESPACE, 2))).isTrue();
    assertThat(IdentifyNamespace.writeProtected(admin.identify(Cns.NAMESPACE, 1))).isFalse();
    assertThat(admin.identify(Cns.INDEPENDENT_NAMESPACE, 2)[8]).isEqualTo((byte) 1);
    write(1, 2, 0, new byte[BLOCK], BLOCK);
    command(2, 2, IoOpcode.WRITE_ZEROES, 0, 1, 0);
    byte[] sqe = to(2, HostSide.ioSqe(IoOpcode.DATASET_MANAGEMENT, 3, 1, 0, 1));
    Sqe.cdw(sqe, 0, 10, 0);
    Sqe.cdw(sqe, 0, 11, 4);
    Sgl.inCapsule(sqe, 0, 16);
    io.host.capsule(sqe, new byte[16]);
    byte[] copy = to(2, HostSide.ioSqe(IoOpcode.COPY, 4, 1, 0, 1));
    Sgl.inCapsule(copy, 0, 32);
    io.host.capsule(copy, new byte[32]);
    command(5, 2, IoOpcode.READ, 0, 1, BLOCK);
    command(6, 2, IoOpcode.FLUSH, 0, 1, 0);
    String refused = " " + Integer.toHexString(Status.NAMESPACE_WRITE_PROTECTED | Status.DNR);
    assertThat(io.turn().transcript())
        .containsExactly(
            "resp 1" + refused,
            "resp 2" + refused,
            "resp 3" + refused,
            "resp 4" + refused,
            "data 5 4096 bytes flags 4",
            "resp 5 0",
            "resp 6 0");
    assertThat(disk.log).containsExactly("read", "flush");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void servesBothBlockSizesUpToTheLastBlock(int blockBytes) {
    int blocks = 64;
    MemoryBackend storage = new MemoryBackend((long) blocks * blockBytes);
    world.subsystem.add(new Namespace(2, NamespaceNames.derived("nqn", 2), blockBytes, storage));
    byte[] identify = admin.identify(Cns.NAMESPACE, 2);
    assertThat(1 << IdentifyNamespace.blockShift(identify)).isEqualTo(blockBytes);
    assertThat(IdentifyNamespace.blocks(identify)).isEqualTo(blocks);
    byte[] bytes = HostSide.pattern(2 * blockBytes, 1);
    write(1, 2, blocks - 2, bytes, blockBytes);
    command(2, 2, IoOpcode.READ, blocks - 2, 2, 2 * blockBytes);
    io.turn();
    assertThat(io.next()).hasToString("resp 1 0");
    assertThat(io.next().data()).isEqualTo(bytes);
    io.transcript();
    command(3, 2, IoOpcode.READ, blocks - 1, 2, 2 * blockBytes);
    command(4, 2, IoOpcode.READ, blocks, 1, blockBytes);
    command(5, 2, IoOpcode.READ, -1, 1, blockBytes);
    command(6, 2, IoOpcode.READ, Long.MAX_VALUE, 2, 2 * blockBytes);
    String outOfRange = " " + Integer.toHexString(Status.LBA_OUT_OF_RANGE | Status.DNR);
    assertThat(io.turn().transcript())
        .containsExactly(
            "resp 3" + outOfRange,
            "resp 4" + outOfRange,
            "resp 5" + outOfRange,
            "resp 6" + outOfRange);
  }

  @Test
  void flushesAllNamespacesAndSurvivesOneThatGoes() {
    CountingBackend one = new CountingBackend(new MemoryBackend(1 << 20));
    CountingBackend two = new CountingBackend(new MemoryBackend(1 << 20));
    SessionHarness.World own = new SessionHarness.World(one);
    own.subsystem.add(new Namespace(7, NamespaceNames.derived("nqn", 7), BLOCK, two));
    SessionHarness queue = new AdminConsole(own).io(1);
    queue.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 1, 0xFFFF_FFFFL, 0, 1), NOTHING);
    assertThat(queue.turn().transcript()).containsExactly("resp 1 0");
    assertThat(one.flushes + two.flushes).isEqualTo(2);
    two.close().orTimeout(5, TimeUnit.SECONDS).join();
    queue.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 2, 0xFFFF_FFFFL, 0, 1), NOTHING);
    queue.host.read(3, 0, 1, BLOCK);
    byte[] all = HostSide.ioSqe(IoOpcode.READ, 4, 0xFFFF_FFFFL, 0, 1);
    Sgl.transport(all, 0, BLOCK);
    queue.host.capsule(all, NOTHING);
    assertThat(queue.turn().transcript())
        .containsExactly("resp 2 0", "data 3 4096 bytes flags 4", "resp 3 0", GONE.formatted(4));
    own.close();
  }

  @Test
  void writesToACacheThatItsHostWasNeverToldOfAreDurable() {
    serve(new DeferredBackend(new MemoryBackend(1 << 20)));
    CountingBackend disk = new CountingBackend(new MemoryBackend(1 << 20));
    world.subsystem.add(new Namespace(2, NamespaceNames.derived("nqn", 2), BLOCK, disk));
    write(1, 2, 0, new byte[BLOCK], BLOCK);
    AdminConsole later = new AdminConsole(world);
    SessionHarness first = io;
    io = later.io(1);
    write(2, 2, 0, new byte[BLOCK], BLOCK);
    io.turn();
    first.turn();
    assertThat(disk.log).containsExactly("write", "durable write");
    io.session.closed("test");
    io = first;
    later.close();
  }

  @Test
  void tellsTheNamesOfANamespaceInAllPlaces() {
    NamespaceNames names = NamespaceNames.derived("nqn.test", 2);
    world.subsystem.add(new Namespace(2, names, BLOCK, new NullBackend(1 << 20)));
    byte[] descriptors = admin.identify(Cns.NAMESPACE_DESCRIPTORS, 2);
    assertThat(NamespaceDescriptors.uuid(descriptors)).hasValue(names.uuid());
    assertThat(NamespaceDescriptors.nguid(descriptors)).isEqualTo(names.nguid());
    assertThat(NamespaceDescriptors.eui64(descriptors)).isEqualTo(names.eui64());
    byte[] page = admin.identify(Cns.NAMESPACE, 2);
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(page, IdentifyNamespace.NGUID, IdentifyNamespace.EUI64))
        .isEqualTo(names.nguid().orElseThrow());
    assertThat(hex.formatHex(page, IdentifyNamespace.EUI64, IdentifyNamespace.LBAF0))
        .isEqualTo(names.eui64().orElseThrow());
  }

  @Test
  void listsNamespacesAboveTheOneAskedFor() {
    for (int nsid : new int[] {5, 2, 1024}) {
      world.subsystem.add(
          new Namespace(nsid, NamespaceNames.derived("n", nsid), 512, new NullBackend(512)));
    }
    for (int cns :
        new int[] {
          Cns.ACTIVE_NAMESPACES, Cns.ALLOCATED_NAMESPACES, Cns.COMMAND_SET_ACTIVE_NAMESPACES
        }) {
      assertThat(NamespaceList.decode(admin.identify(cns, 0))).containsExactly(1L, 2L, 5L, 1024L);
      assertThat(NamespaceList.decode(admin.identify(cns, 2))).containsExactly(5L, 1024L);
      assertThat(NamespaceList.decode(admin.identify(cns, 1024))).isEmpty();
    }
    assertThat(IdentifyNamespace.blocks(admin.identify(Cns.ALLOCATED_NAMESPACE, 5))).isEqualTo(1);
    assertThat(admin.identify(Cns.NAMESPACE, 3)).as("it may come").containsOnly(0);
    assertThat(admin.identify(Cns.COMMAND_SET_NAMESPACE, 5)).containsOnly(0);
    assertThat(admin.identify(Cns.COMMAND_SET_CONTROLLER, 0)).containsOnly(0);
    int zoned = 2 << 24;
    assertThat(admin.status(6, 0, Cns.COMMAND_SET_CONTROLLER, zoned, 4096))
        .isEqualTo(Status.INVALID_COMMAND_SET | Status.DNR);
  }
}
