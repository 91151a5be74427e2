package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NQN;

import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import io.nvmetcp.testing.wire.Wiretap;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole conversations with a target, as they pass on the wire. */
class SessionConversationTest {
  private SessionHarness.World world;
  private Wiretap tap = new Wiretap();

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 22));
  }

  @AfterEach
  void close() {
    world.close();
  }

  /** An I/O queue without SQ flow control, tapped once it is connected. */
  private SessionHarness io(SessionOptions options, boolean headerDigest, boolean dataDigest) {
    int cntlid = new SessionHarness(world, options).admin(headerDigest, dataDigest);
    SessionHarness io = new SessionHarness(world, options);
    tap = io.tap();
    io.initialize(headerDigest, dataDigest, 0);
    io.connectIo(1, cntlid, false, 31);
    tap.take();
    return io;
  }

  @Test
  void bringsAnAdminQueueUp() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    tap = admin.tap();
    admin.host.icReq(true, true, 0);
    admin.turn().host.connect(1, 0, 31, Fabrics.CNTLID_DYNAMIC, NQN, true);
    admin.turn().host.propertyGet(2, Fabrics.PROPERTY_CSTS, false);
    admin.turn().host.propertySet(3, Fabrics.PROPERTY_CC, 0x460001);
    admin.turn().host.propertyGet(4, Fabrics.PROPERTY_CSTS, false);
    admin.turn();
    tap.passed(
        """
        > ICReq hlen=128 pdo=0 plen=128 flags=- pfv=0 hpda=0 dgst=header+data maxr2t=0
        < ICResp hlen=128 pdo=0 plen=128 flags=- pfv=0 cpda=0 dgst=header+data maxh2cdata=1048576
        > CapsuleCmd hlen=72 pdo=76 plen=1104 flags=HDGSTF+DDGSTF cid=0x0001 opc=0x7f Connect qid=0 sqsize=31 cattr=0x00 kato=5000 sgl=in-capsule:1024 data=1024
        >   crc=48fcedf4
        < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0001 sqhd=1 result=0x1 status=Successful Completion (0/00h)
        > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0002 opc=0x7f PropertyGet ofst=0x1c
        < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0002 sqhd=2 result=0x0 status=Successful Completion (0/00h)
        > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0003 opc=0x7f PropertySet ofst=0x14 value=0x460001
        < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0003 sqhd=3 result=0x0 status=Successful Completion (0/00h)
        > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0004 opc=0x7f PropertyGet ofst=0x1c
        < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0004 sqhd=4 result=0x1 status=Successful Completion (0/00h)
        """);
  }

  @Test
  void takesAWriteInPiecesAndGivesItBack() {
    SessionHarness io = io(SessionOptions.DEFAULT, true, true);
    byte[] bytes = HostSide.pattern(4 * BLOCK, 1);
    io.host.writeByR2t(1, 8, bytes.length, BLOCK);
    io.turn();
    int ttag = PduFields.ttag(io.next().header());
    io.host.h2cData(1, ttag, 0, Arrays.copyOf(bytes, BLOCK), false);
    io.host.h2cData(1, ttag, BLOCK, Arrays.copyOfRange(bytes, BLOCK, 4 * BLOCK), true);
    io.turn().host.read(2, 8, 4, BLOCK);
    io.turn();
    tap.passed(
        """
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0001 opc=0x01 Write nsid=1 slba=8 nlb=4 sgl=transport:16384
            < R2T hlen=24 pdo=0 plen=28 flags=HDGSTF cccid=0x0001 ttag=0x0040 r2to=0 r2tl=16384
            > H2CData hlen=24 pdo=28 plen=4128 flags=HDGSTF+DDGSTF cccid=0x0001 ttag=0x0040 datao=0 datal=4096 data=4096
            >   crc=b97d08ad
            > H2CData hlen=24 pdo=28 plen=12320 flags=HDGSTF+DDGSTF+LAST_PDU cccid=0x0001 ttag=0x0040 datao=4096 datal=12288 data=12288
            >   crc=610304d1
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0001 sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0002 opc=0x02 Read nsid=1 slba=8 nlb=4 sgl=transport:16384
            < C2HData hlen=24 pdo=28 plen=16416 flags=HDGSTF+DDGSTF+LAST_PDU+SUCCESS cccid=0x0002 ttag=0x0000 datao=0 datal=16384 data=16384
            <   crc=0301147e
            """);
  }

  @Test
  void splitsAndReordersReads() {
    SessionOptions options =
        SessionOptions.DEFAULT
            .withSizes(new TransferSizes(1 << 16, BLOCK, TransferSizes.UNCUT, 1))
            .withSchedule(Schedule.parse("script:2,1"));
    SessionHarness io = io(options, false, false);
    io.host.read(1, 0, 2, BLOCK);
    io.host.read(2, 0, 1, BLOCK);
    io.turn();
    tap.passed(
        """
            > CapsuleCmd hlen=72 pdo=0 plen=72 flags=- cid=0x0001 opc=0x02 Read nsid=1 slba=0 nlb=2 sgl=transport:8192
            > CapsuleCmd hlen=72 pdo=0 plen=72 flags=- cid=0x0002 opc=0x02 Read nsid=1 slba=0 nlb=1 sgl=transport:4096
            < C2HData hlen=24 pdo=24 plen=4120 flags=LAST_PDU+SUCCESS cccid=0x0002 ttag=0x0000 datao=0 datal=4096 data=4096
            <   crc=98f94189
            < C2HData hlen=24 pdo=24 plen=4120 flags=- cccid=0x0001 ttag=0x0000 datao=0 datal=4096 data=4096
            <   crc=98f94189
            < C2HData hlen=24 pdo=24 plen=4120 flags=LAST_PDU+SUCCESS cccid=0x0001 ttag=0x0000 datao=4096 datal=4096 data=4096
            <   crc=98f94189
            """);
  }

  @Test
  void refusesAndReports() {
    SessionHarness io = io(SessionOptions.DEFAULT, true, true);
    io.host.read(1, 1 << 30, 1, BLOCK);
    io.host.writeInCapsule(2, 0, HostSide.pattern(BLOCK, 2), BLOCK);
    byte[] capsules = io.host.take();
    capsules[capsules.length - 100] ^= 1;
    io.deliver(capsules);
    io.host.h2cData(5, 9, 0, new byte[8], true);
    io.turn();
    tap.passed(
        """
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0001 opc=0x02 Read nsid=1 slba=1073741824 nlb=1 sgl=transport:4096
            > CapsuleCmd hlen=72 pdo=76 plen=4176 flags=HDGSTF+DDGSTF cid=0x0002 opc=0x01 Write nsid=1 slba=0 nlb=1 sgl=in-capsule:4096 data=4096
            >   crc=acb288c2 MISMATCH(682dc7a5)
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0001 sqhd=0 result=0x0 status=LBA Out of Range (0/80h, DNR)
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0002 sqhd=0 result=0x0 status=Transient Transport Error (0/22h)
            > H2CData hlen=24 pdo=28 plen=40 flags=HDGSTF+DDGSTF+LAST_PDU cccid=0x0005 ttag=0x0009 datao=0 datal=8 data=8
            >   crc=8c28b28a
            < C2HTermReq hlen=24 pdo=0 plen=48 flags=- fes=1 fei=8 (invalid PDU header field)
            """);
  }
}
