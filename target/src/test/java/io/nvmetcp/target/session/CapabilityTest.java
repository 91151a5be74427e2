package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.CopyCommand;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.ErrorLogEntry;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.subsystem.KeepAlive;
import io.nvmetcp.target.subsystem.Subsystem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each capability that a controller advertises works, and what it does not advertise does not. */
class CapabilityTest {
  /** What a word says, and what a command says. */
  private record Promise(String name, boolean advertised, boolean kept) {}

  private static final int CID = AdminConsole.CID;
  private static final int MDTS_BYTES = 1 << 20;

  private final List<Promise> promises = new ArrayList<>();
  private SessionHarness.World world;
  private AdminConsole admin;
  private SessionHarness io;
  private byte[] controller;
  private byte[] namespace;

  private void promise(String name, boolean advertised, boolean kept) {
    promises.add(new Promise(name, advertised, kept));
  }

  private void bits(String word, long value, Map<Integer, Boolean> keptByBit) {
    keptByBit.forEach(
        (bit, kept) -> promise("%s bit %d".formatted(word, bit), (value >>> bit & 1) != 0, kept));
  }

  private boolean knowsAdmin(int opcode) {
    return Status.code(admin.status(opcode, 0, 0, 0, 0)) != Status.INVALID_OPCODE;
  }

  private int ioStatus(byte[] sqe, byte[] data) {
    io.host.capsule(sqe, data);
    List<HostSide.Pdu> received = List.copyOf(io.turn().host.received);
    io.host.received.clear();
    return received.getLast().status();
  }

  private boolean knowsIo(int opcode) {
    byte[] sqe = HostSide.ioSqe(opcode, CID, 1, 0, 1);
    return Status.code(ioStatus(sqe, NOTHING)) != Status.INVALID_OPCODE;
  }

  private boolean hasFeature(int feature) {
    return admin.get(feature, 0, 0, 0).status() == 0;
  }

  private boolean takesEvents(long bit) {
    return admin.set(FeatureId.ASYNC_EVENT_CONFIGURATION, bit) == 0;
  }

  private boolean hasLog(int id) {
    return admin.logStatus(id, 0) == 0;
  }

  private boolean enables(long cc) {
    AdminConsole fresh = new AdminConsole(world);
    for (long value : new long[] {0x460000, cc}) {
      fresh.session.host.propertySet(CID, Fabrics.PROPERTY_CC, value);
      assertThat(fresh.session.turn().next().status()).isZero();
    }
    fresh.session.host.propertyGet(CID, Fabrics.PROPERTY_CSTS, false);
    boolean ready = Csts.decode((int) fresh.session.turn().next().result()).ready();
    fresh.close();
    return ready;
  }

  private boolean connects(int sqsize) {
    SessionHarness session = new SessionHarness(world, SessionOptions.DEFAULT);
    session.initialize(false, false, 0);
    session.host.connect(1, 0, sqsize, Fabrics.CNTLID_DYNAMIC, SessionHarness.NQN, true);
    int status = session.turn().next().status();
    session.session.closed("test");
    return status == 0;
  }

  private long property(int property, boolean eight) {
    admin.session.host.propertyGet(CID, property, eight);
    HostSide.Pdu answer = admin.session.turn().next();
    return answer.status() == 0 ? answer.result() : -1;
  }

  @TestFactory
  Stream<DynamicTest> ofStorageInMemory() {
    return table(new MemoryBackend(1 << 24));
  }

  @TestFactory
  Stream<DynamicTest> ofStorageWithACacheAndWithoutFusedCommands() {
    return table(new CountingBackend(new MemoryBackend(1 << 24)));
  }

  private Stream<DynamicTest> table(StorageBackend backend) {
    world = new SessionHarness.World(backend);
    admin = new AdminConsole(world);
    io = admin.io(1);
    controller = admin.identify(Cns.CONTROLLER, 0);
    namespace = admin.identify(Cns.NAMESPACE, 1);
    properties();
    adminCommands();
    logs();
    limits();
    ioCommands();
    namespaceWords();
    io.session.closed("test");
    admin.close();
    world.close();
    assertThat(promises).hasSizeGreaterThan(100);
    return promises.stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.name() + (each.advertised() ? ": yes" : ": no"),
                    () -> assertThat(each.kept()).isEqualTo(each.advertised())));
  }

  private void properties() {
    Cap cap = Cap.decode(property(Fabrics.PROPERTY_CAP, true));
    promise("CAP.MQES", true, connects(cap.mqes()) && !connects(cap.mqes() + 1));
    promise("CAP.CQR", cap.contiguousQueues(), true);
    promise("CAP.AMS weighted", (cap.arbitration() & 1) != 0, enables(0x460801));
    promise("CAP.TO", cap.timeoutUnits() > 0, enables(0x460001));
    admin.session.host.propertySet(CID, Fabrics.PROPERTY_NSSR, 0x4E56_4D65);
    assertThat(admin.session.turn().next().status()).isZero();
    promise("CAP.NSSRS", cap.subsystemReset(), property(Fabrics.PROPERTY_CSTS, false) != 1);
    promise("CAP.CSS NVM", (cap.commandSets() & Cap.CSS_NVM) != 0, enables(0x460001));
    promise("CAP.CSS several", (cap.commandSets() & Cap.CSS_SEVERAL) != 0, enables(0x460061));
    promise("CAP.CSS several", (cap.commandSets() & Cap.CSS_SEVERAL) != 0, hasCommandSets());
    promise("CAP.CSS none", (cap.commandSets() & Cap.CSS_ADMIN_ONLY) != 0, enables(0x460071));
    promise("CAP.MPSMAX", cap.mpsMax() > 0, enables(0x460081));
    promise("CAP.CRMS", cap.readyModes() != 0, property(Fabrics.PROPERTY_CRTO, false) >= 0);
    promise(
        "VS",
        true,
        property(Fabrics.PROPERTY_VS, false)
            == LittleEndian.u32(controller, IdentifyController.VER));
    promise(
        "SQES", LittleEndian.u8(controller, IdentifyController.SQES) == 0x66, enables(0x460001));
    promise(
        "SQES above",
        LittleEndian.u8(controller, IdentifyController.SQES) == 0x77,
        enables(0x470001));
    promise(
        "CQES", LittleEndian.u8(controller, IdentifyController.CQES) == 0x44, !enables(0x560001));
  }

  private boolean hasCommandSets() {
    return admin.status(AdminOpcode.IDENTIFY, 0, Cns.COMMAND_SETS, 0, Cns.DATA_BYTES) == 0
        && hasFeature(FeatureId.COMMAND_SET_PROFILE);
  }

  private void adminCommands() {
    bits(
        "OACS",
        LittleEndian.u16(controller, IdentifyController.OACS),
        new TreeMap<>(
            Map.of(
                0,
                    knowsAdmin(AdminOpcode.SECURITY_SEND)
                        || knowsAdmin(AdminOpcode.SECURITY_RECEIVE),
                1, knowsAdmin(AdminOpcode.FORMAT_NVM),
                2, knowsAdmin(AdminOpcode.FIRMWARE_COMMIT),
                3, knowsAdmin(AdminOpcode.NAMESPACE_MANAGEMENT),
                4, knowsAdmin(AdminOpcode.DEVICE_SELF_TEST),
                5, knowsAdmin(AdminOpcode.DIRECTIVE_SEND),
                6, knowsAdmin(AdminOpcode.NVME_MI_SEND),
                7, knowsAdmin(AdminOpcode.VIRTUALIZATION_MANAGEMENT),
                9, knowsAdmin(AdminOpcode.GET_LBA_STATUS),
                10, knowsAdmin(AdminOpcode.LOCKDOWN))));
    promise("SANICAP", word32(IdentifyController.SANICAP) != 0, knowsAdmin(AdminOpcode.SANITIZE));
    Map<Integer, Boolean> events = new TreeMap<>();
    for (int bit = 8; bit < 32; bit++) {
      events.put(bit, takesEvents(1L << bit));
    }
    bits("OAES", word32(IdentifyController.OAES), events);
    assertThat(takesEvents(0)).isTrue();
    long ctratt = word32(IdentifyController.CTRATT);
    promise(
        "CTRATT 128-bit host identifier",
        (ctratt & ControllerBits.CTRATT_HOST_ID_128) != 0,
        admin.get(FeatureId.HOST_IDENTIFIER, 0, 0, 1).data().length == 0
            && admin.data(AdminOpcode.GET_FEATURES, 0, FeatureId.HOST_IDENTIFIER, 1, 16).length
                == 16);
    promise("CTRATT traffic", (ctratt & ControllerBits.CTRATT_TBKAS) != 0, trafficKeepsAlive());
    promise(
        "CTRATT UUID list",
        (ctratt & ControllerBits.CTRATT_UUID_LIST) != 0,
        admin.status(AdminOpcode.IDENTIFY, 0, Cns.UUIDS, 0, Cns.DATA_BYTES) == 0);
    promise("CTRATT nothing else", (ctratt & ~0x41L) != 0, false);
    promise(
        "NPSS",
        LittleEndian.u8(controller, IdentifyController.NPSS) > 0,
        admin.set(FeatureId.POWER_MANAGEMENT, 1) == 0);
    promise(
        "WCTEMP",
        true,
        admin.current(FeatureId.TEMPERATURE_THRESHOLD)
            == LittleEndian.u16(controller, IdentifyController.WCTEMP));
    promise("RRLS", word32(IdentifyController.RRLS) != 0, hasFeature(0x12));
    promise("APSTA", LittleEndian.u8(controller, IdentifyController.APSTA) != 0, hasFeature(0x0C));
    promise("HMPRE", word32(IdentifyController.HMPRE) != 0, hasFeature(0x0D));
    promise("HCTMA", LittleEndian.u16(controller, IdentifyController.HCTMA) != 0, hasFeature(0x10));
    promise(
        "NWPC",
        LittleEndian.u8(controller, IdentifyController.NWPC) != 0,
        hasFeature(FeatureId.NAMESPACE_WRITE_PROTECTION));
  }

  private long word32(int at) {
    return LittleEndian.u32(controller, at);
  }

  private boolean trafficKeepsAlive() {
    KeepAlive keepAlive = io.session.controller().keepAlive();
    assertThat(keepAlive.expired()).isFalse();
    io.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, CID, 1, 0, 1), NOTHING);
    io.turn().transcript();
    return !keepAlive.expired() && keepAlive.expired();
  }

  private void logs() {
    int lpa = LittleEndian.u8(controller, IdentifyController.LPA);
    bits(
        "LPA",
        lpa,
        new TreeMap<>(
            Map.of(
                0,
                admin.logStatus(LogPageId.SMART, 1) == 0,
                1,
                hasLog(LogPageId.COMMANDS_SUPPORTED),
                2,
                admin.log(LogPageId.SMART, 8, 504, true).length == 8,
                3,
                hasLog(LogPageId.TELEMETRY_HOST) || hasLog(LogPageId.TELEMETRY_CONTROLLER),
                4,
                hasLog(LogPageId.PERSISTENT_EVENT),
                5,
                hasLog(LogPageId.SUPPORTED) || hasLog(LogPageId.FEATURE_EFFECTS))));
    int elpe = LittleEndian.u8(controller, IdentifyController.ELPE);
    for (int i = 0; i <= elpe + 1; i++) {
      assertThat(knowsAdmin(0xC0)).isFalse();
    }
    byte[] errors = admin.log(LogPageId.ERROR_INFORMATION, (elpe + 2) * ErrorLogEntry.BYTES);
    promise(
        "ELPE",
        true,
        ErrorLogEntry.decode(errors, elpe * 64).count() > 0
            && ErrorLogEntry.decode(errors, (elpe + 1) * 64).count() == 0);
    promise(
        "CMIC ANA",
        (LittleEndian.u8(controller, IdentifyController.CMIC) & ControllerBits.CMIC_ANA) != 0,
        hasLog(LogPageId.ANA));
    promise("ANACAP", LittleEndian.u8(controller, IdentifyController.ANACAP) != 0, hasLog(12));
    promise(
        "FRMW",
        LittleEndian.u8(controller, IdentifyController.FRMW) == 3,
        hasLog(LogPageId.FIRMWARE_SLOT));
    promise("DSTO", LittleEndian.u8(controller, IdentifyController.DSTO) != 0, hasLog(6));
  }

  private void limits() {
    int aerl = LittleEndian.u8(controller, IdentifyController.AERL);
    for (int i = 0; i <= aerl; i++) {
      admin.session.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, 100 + i, 0, 0, 0, 0);
    }
    boolean kept = admin.session.turn().transcript().isEmpty();
    promise(
        "AERL",
        kept,
        Status.code(admin.status(AdminOpcode.ASYNC_EVENT_REQUEST, 0, 0, 0, 0))
            == Status.AER_LIMIT_EXCEEDED);
    int acl = LittleEndian.u8(controller, IdentifyController.ACL);
    for (int i = 0; i <= acl; i++) {
      admin.session.host.admin(AdminOpcode.ABORT, 200 + i, 0, 1 | 99L << 16, 0, 0);
    }
    boolean waiting = admin.session.turn().transcript().isEmpty();
    promise(
        "ACL",
        waiting,
        Status.code(admin.status(AdminOpcode.ABORT, 0, 1, 0, 0)) == Status.ABORT_LIMIT_EXCEEDED);
    io.turn();
    assertThat(admin.session.turn().transcript()).hasSize(acl + 1);
    int mdts = LittleEndian.u8(controller, IdentifyController.MDTS);
    promise("MDTS", 4096 << mdts == MDTS_BYTES, reads(MDTS_BYTES) && !reads(MDTS_BYTES + BLOCK));
    admin.set(FeatureId.KEEP_ALIVE_TIMER, 1001);
    promise(
        "KAS",
        true,
        admin.current(FeatureId.KEEP_ALIVE_TIMER)
            == 1000 + 100L * LittleEndian.u16(controller, IdentifyController.KAS));
    promise("NN", word32(IdentifyController.NN) == Subsystem.MAX_NSID, true);
    promise("MNAN", word32(IdentifyController.MNAN) <= word32(IdentifyController.NN), true);
    promise(
        "NN",
        true,
        admin.status(AdminOpcode.IDENTIFY, word32(IdentifyController.NN), 0, 0, 4096) == 0
            && admin.status(AdminOpcode.IDENTIFY, word32(IdentifyController.NN) + 1, 0, 0, 4096)
                != 0);
    AdminConsole second = new AdminConsole(world);
    promise(
        "CMIC several controllers",
        (LittleEndian.u8(controller, IdentifyController.CMIC)
                & ControllerBits.CMIC_MULTIPLE_CONTROLLERS)
            != 0,
        second.cntlid != admin.cntlid);
    second.close();
  }

  private boolean reads(int bytes) {
    byte[] sqe = HostSide.ioSqe(IoOpcode.READ, CID, 1, 0, bytes / BLOCK);
    Sgl.transport(sqe, 0, bytes);
    return ioStatus(sqe, NOTHING) == 0;
  }

  private void ioCommands() {
    bits(
        "ONCS",
        LittleEndian.u16(controller, IdentifyController.ONCS),
        new TreeMap<>(
            Map.of(
                0, knowsIo(IoOpcode.COMPARE),
                1, knowsIo(IoOpcode.WRITE_UNCORRECTABLE),
                2, knowsIo(IoOpcode.DATASET_MANAGEMENT),
                3, knowsIo(IoOpcode.WRITE_ZEROES),
                4, admin.get(FeatureId.NUMBER_OF_QUEUES, 3, 0, 0).status() == 0,
                5, knowsIo(IoOpcode.RESERVATION_REGISTER) || knowsIo(IoOpcode.RESERVATION_REPORT),
                6, hasFeature(FeatureId.TIMESTAMP),
                7, knowsIo(IoOpcode.VERIFY),
                8, knowsIo(IoOpcode.COPY))));
    promise("FUSES", LittleEndian.u16(controller, IdentifyController.FUSES) == 1, fuses());
    int vwc = LittleEndian.u8(controller, IdentifyController.VWC);
    promise("VWC", (vwc & 1) != 0, hasFeature(FeatureId.VOLATILE_WRITE_CACHE));
    boolean flushesAll =
        ioStatus(HostSide.ioSqe(IoOpcode.FLUSH, CID, 0xFFFF_FFFFL, 0, 1), NOTHING) == 0;
    // Bits 2:1 say nothing unless there is a cache.
    promise("VWC flush of all", (vwc & 1) == 0 || (vwc & 6) == 6, flushesAll);
    long sgls = word32(IdentifyController.SGLS);
    promise("SGLS", (sgls & 3) == 1, reads(BLOCK));
    promise("SGLS keyed", (sgls & ControllerBits.SGLS_KEYED) != 0, writes(0x40, 0));
    promise("SGLS bit bucket", (sgls & ControllerBits.SGLS_BIT_BUCKET) != 0, writes(0x10, 0));
    promise("SGLS offset", (sgls & ControllerBits.SGLS_OFFSET) != 0, writes(Sgl.IN_CAPSULE, 16));
    promise("SGLS transport", (sgls & ControllerBits.SGLS_TRANSPORT) != 0, reads(2 * BLOCK));
    promise(
        "ICDOFF",
        LittleEndian.u16(controller, IdentifyController.ICDOFF) == 0,
        writes(Sgl.IN_CAPSULE, 0));
    promise(
        "IOCCSZ", IdentifyController.inCapsuleBytes(controller) == 2 * BLOCK, writesTwoInCapsule());
    promise("IORCSZ", word32(IdentifyController.IORCSZ) == 1, reads(BLOCK));
    promise("MSDBD", LittleEndian.u8(controller, IdentifyController.MSDBD) == 1, reads(BLOCK));
    promise(
        "OCFS format 0",
        (LittleEndian.u16(controller, IdentifyController.OCFS) & 1) != 0,
        copies(0));
    promise(
        "OCFS format 1",
        (LittleEndian.u16(controller, IdentifyController.OCFS) & 2) != 0,
        copies(1));
  }

  private boolean fuses() {
    byte[] data = new byte[BLOCK];
    byte[] compare = HostSide.ioSqe(IoOpcode.COMPARE, 50, 1, 900, 1);
    byte[] write = HostSide.ioSqe(IoOpcode.WRITE, 51, 1, 900, 1);
    compare[Sqe.FLAGS] |= 1;
    write[Sqe.FLAGS] |= 2;
    Sgl.inCapsule(compare, 0, BLOCK);
    Sgl.inCapsule(write, 0, BLOCK);
    io.host.capsule(compare, data);
    return ioStatus(write, data) == 0;
  }

  private boolean writes(int sglType, int offset) {
    byte[] sqe = HostSide.ioSqe(IoOpcode.WRITE, CID, 1, 0, 1);
    Sgl.inCapsule(sqe, 0, BLOCK);
    LittleEndian.put64(sqe, Sqe.SGL1, offset);
    sqe[Sqe.SGL1 + Sgl.TYPE] = (byte) sglType;
    return ioStatus(sqe, new byte[BLOCK + offset]) == 0;
  }

  private boolean writesTwoInCapsule() {
    byte[] sqe = HostSide.ioSqe(IoOpcode.WRITE, CID, 1, 0, 2);
    Sgl.inCapsule(sqe, 0, 2 * BLOCK);
    return ioStatus(sqe, new byte[2 * BLOCK]) == 0;
  }

  private boolean copies(int format) {
    byte[] list = new byte[32];
    byte[] sqe = new byte[Sqe.BYTES];
    CopyCommand.put(sqe, 0, CID, 1, 100, 1, format, false);
    Sgl.inCapsule(sqe, 0, list.length);
    return ioStatus(sqe, list) == 0;
  }

  private void namespaceWords() {
    int features = LittleEndian.u8(namespace, IdentifyNamespace.NSFEAT);
    boolean errorOnDeallocated =
        admin.status(AdminOpcode.SET_FEATURES, 1, FeatureId.ERROR_RECOVERY, 1 << 16, 0) == 0;
    promise("NSFEAT thin", (features & 1) != 0, false);
    promise("NSFEAT DULBE", (features & 4) != 0, errorOnDeallocated);
    promise("NLBAF", LittleEndian.u8(namespace, IdentifyNamespace.NLBAF) > 0, knowsAdmin(0x80));
    promise("RESCAP", LittleEndian.u8(namespace, IdentifyNamespace.RESCAP) != 0, knowsIo(0x0E));
    promise("MC", LittleEndian.u8(namespace, IdentifyNamespace.MC) != 0, false);
    promise("DPC", LittleEndian.u8(namespace, IdentifyNamespace.DPC) != 0, false);
    promise("NSATTR", IdentifyNamespace.writeProtected(namespace), !writes(Sgl.IN_CAPSULE, 0));
    boolean shared = (LittleEndian.u8(namespace, IdentifyNamespace.NMIC) & 1) != 0;
    AdminConsole second = new AdminConsole(world);
    promise("NMIC", shared, IdentifyNamespace.blocks(second.identify(Cns.NAMESPACE, 1)) > 0);
    second.close();
    byte[] zero = HostSide.ioSqe(IoOpcode.WRITE_ZEROES, CID, 1, 0, 1);
    Sqe.cdw(zero, 0, 12, 1 << 25);
    int dlfeat = LittleEndian.u8(namespace, IdentifyNamespace.DLFEAT);
    promise("DLFEAT deallocate by Write Zeroes", (dlfeat & 8) != 0, ioStatus(zero, NOTHING) == 0);
    io.host.read(CID, 0, 1, BLOCK);
    byte[] read = io.turn().next().data();
    io.transcript();
    promise("DLFEAT zeros", (dlfeat & 7) == 1, Arrays.equals(read, new byte[BLOCK]));
    byte[] disconnect = new byte[Sqe.BYTES];
    Sqe.init(disconnect, 0, Fabrics.OPCODE, CID, Fabrics.DISCONNECT);
    promise(
        "OFCS Disconnect",
        (LittleEndian.u16(controller, IdentifyController.OFCS) & 1) != 0,
        ioStatus(disconnect, NOTHING) == 0);
  }
}
