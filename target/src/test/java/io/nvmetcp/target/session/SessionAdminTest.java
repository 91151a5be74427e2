package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.NamespaceDescriptors;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An admin queue, from Connect on, as its host sees it. */
class SessionAdminTest {
  private static final int CID = 77;

  private SessionHarness.World world;
  private SessionHarness admin;
  private int cntlid;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 24));
    admin = new SessionHarness(world, SessionOptions.DEFAULT);
    cntlid = admin.admin(true, true);
  }

  @AfterEach
  void tearDown() {
    admin.session.closed("test");
    world.close();
  }

  private byte[] identify(int cns, long nsid) {
    admin.host.admin(AdminOpcode.IDENTIFY, CID, nsid, cns, 0, Cns.DATA_BYTES);
    byte[] data = admin.turn().next().data();
    assertThat(admin.next().status()).isZero();
    return data;
  }

  private HostSide.Pdu answer(int opcode, long nsid, long cdw10, long cdw11, int dataBytes) {
    admin.host.admin(opcode, CID, nsid, cdw10, cdw11, dataBytes);
    return admin.turn().next();
  }

  private byte[] log(int id, int bytes, int announced) {
    byte[] data =
        answer(AdminOpcode.GET_LOG_PAGE, 0xFFFFFFFFL, id | (announced / 4 - 1L) << 16, 0, bytes)
            .data();
    assertThat(admin.next().status()).isZero();
    return data;
  }

  @Test
  void showsTheProperties() {
    admin.host.propertyGet(CID, Fabrics.PROPERTY_CAP, true);
    Cap cap = Cap.decode(admin.turn().next().result());
    assertThat(cap.mqes()).isEqualTo(127);
    assertThat(cap.mpsMin()).isZero();
    assertThat(cap.commandSets()).isEqualTo(1);
    admin.host.propertyGet(CID, Fabrics.PROPERTY_VS, false);
    assertThat(admin.turn().next().result()).isEqualTo(0x10400);
    admin.host.propertyGet(CID, Fabrics.PROPERTY_CC, false);
    assertThat(admin.turn().next().result()).isEqualTo(0x460001);
    admin.host.propertyGet(CID, Fabrics.PROPERTY_CSTS, false);
    assertThat(admin.turn().next().result()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0,false", "8,true", "36,false", "20,true"})
  void refusesPropertiesThatDoNotExistOrHaveAnotherSize(int property, boolean eight) {
    admin.host.propertyGet(CID, property, eight);
    assertThat(admin.turn().next().status()).isEqualTo(Status.INVALID_FIELD);
    admin.host.propertySet(CID, Fabrics.PROPERTY_CSTS, 1);
    assertThat(admin.turn().next().status()).isEqualTo(Status.INVALID_FIELD | Status.DNR);
  }

  @Test
  void identifiesTheControllerAsALinuxHostNeedsIt() {
    byte[] b = identify(Cns.CONTROLLER, 0);
    assertThat(LittleEndian.u16(b, IdentifyController.CNTLID)).isEqualTo(cntlid);
    assertThat(LittleEndian.u16(b, IdentifyController.KAS)).isEqualTo(1);
    assertThat(LittleEndian.u32(b, IdentifyController.SGLS)).isNotZero();
    assertThat(LittleEndian.u16(b, IdentifyController.ICDOFF)).isZero();
    assertThat(LittleEndian.u16(b, IdentifyController.MAXCMD)).isEqualTo(128);
    assertThat(LittleEndian.u32(b, IdentifyController.MNAN))
        .isLessThanOrEqualTo(LittleEndian.u32(b, IdentifyController.NN));
    assertThat(IdentifyController.inCapsuleBytes(b)).isEqualTo(8192);
    assertThat(IdentifyController.maxTransferBytes(b, 4096)).isEqualTo(1 << 20);
    assertThat(LittleEndian.u8(b, IdentifyController.VWC)).isZero();
    assertThat(IdentifyController.subnqn(b)).isEqualTo(SessionHarness.NQN);
    assertThat(IdentifyController.serial(b)).isEqualTo("SN");
    // The admin data follows the flow control of its queue: a capsule, not the SUCCESS flag.
    assertThat(admin.counters.get(Counter.SUCCESS_FLAGS)).isZero();
  }

  @Test
  void identifiesTheNamespaceAndItsName() {
    byte[] b = identify(Cns.NAMESPACE, 1);
    assertThat(IdentifyNamespace.blocks(b)).isEqualTo((1 << 24) / SessionHarness.BLOCK);
    assertThat(IdentifyNamespace.blockShift(b)).isEqualTo(12);
    assertThat(IdentifyNamespace.metadataBytes(b)).isZero();
    assertThat(IdentifyNamespace.writeProtected(b)).isFalse();
    assertThat(NamespaceDescriptors.uuid(identify(Cns.NAMESPACE_DESCRIPTORS, 1)))
        .hasValue(new UUID(1, 2));
    byte[] list = identify(Cns.ACTIVE_NAMESPACES, 0);
    assertThat(LittleEndian.u32(list, 0)).isEqualTo(1);
    assertThat(LittleEndian.u32(list, 4)).isZero();
    assertThat(LittleEndian.u32(identify(Cns.ACTIVE_NAMESPACES, 1), 0)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0,1025,11", "0,0,11", "0,4294967295,11", "3,2,11", "2,4294967294,11", "119,0,2"})
  void refusesToIdentifyWhatIsNotThere(int cns, long nsid, int code) {
    assertThat(answer(AdminOpcode.IDENTIFY, nsid, cns, 0, Cns.DATA_BYTES).status())
        .isEqualTo(code | Status.DNR);
  }

  @Test
  void refusesAnIdentifyWhoseBufferHasAnotherSize() {
    assertThat(answer(AdminOpcode.IDENTIFY, 0, Cns.CONTROLLER, 0, 512).status())
        .isEqualTo(Status.DATA_SGL_LENGTH_INVALID | Status.DNR);
  }

  @Test
  void grantsQueuesUpToItsLimit() {
    HostSide.Pdu many =
        answer(AdminOpcode.SET_FEATURES, 0, FeatureId.NUMBER_OF_QUEUES, 0x00FF_00FF, 0);
    assertThat(many.status()).isZero();
    assertThat(many.result()).isEqualTo(0x000F_000F);
    assertThat(
            answer(AdminOpcode.SET_FEATURES, 0, FeatureId.NUMBER_OF_QUEUES, 0x0001_0001, 0)
                .result())
        .isEqualTo(0x0001_0001);
    assertThat(answer(AdminOpcode.SET_FEATURES, 0, FeatureId.NUMBER_OF_QUEUES, 0xFFFF, 0).status())
        .isEqualTo(Status.INVALID_FIELD | Status.DNR);
    SessionHarness io = new SessionHarness(world, SessionOptions.DEFAULT);
    io.initialize(false, false, 0);
    io.connectIo(2, cntlid, true, 31);
    assertThat(answer(AdminOpcode.SET_FEATURES, 0, FeatureId.NUMBER_OF_QUEUES, 0, 0).status())
        .isEqualTo(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
  }

  @Test
  void roundsTheKeepAliveTimeoutUp() {
    assertThat(answer(AdminOpcode.SET_FEATURES, 0, FeatureId.KEEP_ALIVE_TIMER, 1201, 0).status())
        .isZero();
    assertThat(answer(AdminOpcode.GET_FEATURES, 0, FeatureId.KEEP_ALIVE_TIMER, 0, 0).result())
        .isEqualTo(1300);
    assertThat(answer(AdminOpcode.KEEP_ALIVE, 0, 0, 0, 0).status()).isZero();
  }

  @Test
  void treatsTheHostIdentifierAsFabricsHasIt() {
    assertThat(answer(AdminOpcode.SET_FEATURES, 0, FeatureId.HOST_IDENTIFIER, 1, 0).status())
        .isEqualTo(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
    assertThat(answer(AdminOpcode.GET_FEATURES, 0, FeatureId.HOST_IDENTIFIER, 0, 8).status())
        .isEqualTo(Status.INVALID_FIELD | Status.DNR);
    HostSide.Pdu data = answer(AdminOpcode.GET_FEATURES, 0, FeatureId.HOST_IDENTIFIER, 1, 16);
    assertThat(Long.reverseBytes(LittleEndian.i64(data.data(), 0)))
        .isEqualTo(HostSide.HOST_ID.getMostSignificantBits());
  }

  @Test
  void refusesFeaturesThatItDoesNotHave() {
    int refused = Status.INVALID_FIELD | Status.DNR;
    int sanitize = FeatureId.SANITIZE_CONFIG;
    int reservedSelect = 4 << 8;
    long save = 1L << 31;
    int queues = FeatureId.NUMBER_OF_QUEUES;
    assertThat(answer(AdminOpcode.GET_FEATURES, 0, sanitize, 0, 0).status()).isEqualTo(refused);
    assertThat(answer(AdminOpcode.SET_FEATURES, 0, sanitize, 0, 0).status()).isEqualTo(refused);
    assertThat(answer(AdminOpcode.GET_FEATURES, 0, queues | reservedSelect, 0, 0).status())
        .isEqualTo(refused);
    assertThat(answer(AdminOpcode.SET_FEATURES, 0, queues | save, 0, 0).status())
        .isEqualTo(Status.FEATURE_NOT_SAVEABLE | Status.DNR);
    // No back end here can lose a write: there is no cache to turn off, and Identify says so.
    assertThat(answer(AdminOpcode.GET_FEATURES, 0, FeatureId.VOLATILE_WRITE_CACHE, 0, 0).status())
        .isEqualTo(refused);
  }

  @Test
  void answersTheLogPagesInTheirSizes() {
    assertThat(log(LogPageId.ERROR_INFORMATION, 64, 64)).containsOnly(0);
    assertThat(log(LogPageId.SMART, 512, 512)[3]).isEqualTo((byte) 100);
    assertThat(log(LogPageId.FIRMWARE_SLOT, 512, 512)[0]).isEqualTo((byte) 1);
    byte[] effects = log(LogPageId.COMMANDS_SUPPORTED, 4096, 4096);
    assertThat(LittleEndian.u32(effects, AdminOpcode.IDENTIFY * 4)).isEqualTo(1);
    assertThat(LittleEndian.u32(effects, 1024 + 4)).isEqualTo(3);
    assertThat(
            answer(AdminOpcode.GET_LOG_PAGE, 0, LogPageId.DISCOVERY | 255L << 16, 0, 1024).status())
        .isEqualTo(Status.INVALID_LOG_PAGE | Status.DNR);
  }

  @Test
  void keepsEventRequestsUpToItsLimit() {
    for (int cid = 1; cid <= 5; cid++) {
      admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, cid, 0, 0, 0, 0);
    }
    assertThat(admin.turn().transcript())
        .containsExactly("resp 5 %x".formatted(Status.AER_LIMIT_EXCEEDED | Status.DNR));
    assertThat(answer(AdminOpcode.KEEP_ALIVE, 0, 0, 0, 0).status()).isZero();
  }

  @Test
  void answersAnAbortWithNotAborted() {
    HostSide.Pdu abort = answer(AdminOpcode.ABORT, 0, 0x0001_0000, 0, 0);
    assertThat(abort.status()).isZero();
    assertThat(abort.result()).isEqualTo(1);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(answer(0xC1, 0, 0, 0, 512).status()).isEqualTo(Status.INVALID_OPCODE | Status.DNR);
    assertThat(answer(AdminOpcode.KEEP_ALIVE, 0, 0, 0, 0).status()).isZero();
  }

  @Test
  void refusesASecondConnect() {
    admin.host.connect(9, 0, 31, Fabrics.CNTLID_DYNAMIC, SessionHarness.NQN, true);
    assertThat(admin.turn().next().status()).isEqualTo(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
    assertThat(world.subsystem.controllerCount()).isEqualTo(1);
  }
}
