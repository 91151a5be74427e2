package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.testing.wire.Wiretap;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole conversations of a queue pair, as they pass on the wire: the same on every device. */
class QueueConversationTest {
  private static final int BYTES = 12_288;

  private final ScriptedController controller = new ScriptedController();
  private final Wiretap tap = controller.tap();

  private QueueHarness connected(Device device, boolean headerDigest, boolean dataDigest) {
    QueueHarness host =
        new QueueHarness(
                device,
                headerDigest,
                dataDigest,
                TeardownMode.LAZY,
                16,
                controller.maxH2cData(8192))
            .connected();
    host.pair.granted(4096, true);
    return host;
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void initializesReadsAndWrites(Device device) {
    QueueHarness host = connected(device, true, true);
    Outcome read = host.read(0, BYTES);
    Outcome small = host.write(BYTES, 4096);
    Outcome large = host.write(2L * BYTES, BYTES);
    host.region.segment().asSlice(BYTES, 2L * BYTES).fill((byte) 7);
    host.exchange();
    byte[] content = QueueHarness.pattern(1, BYTES);
    controller.data(read.cid, 0, Arrays.copyOf(content, 100), 0);
    controller.r2t(large.cid, 0xFFFF, 0, BYTES);
    controller.data(
        read.cid, 100, Arrays.copyOfRange(content, 100, BYTES), PduFlags.LAST | PduFlags.SUCCESS);
    controller.respond(small.cid, Status.SUCCESS);
    host.exchange();
    controller.respond(large.cid, Status.SUCCESS);
    host.exchange();
    tap.passed(
        """
        > ICReq hlen=128 pdo=0 plen=128 flags=- pfv=0 hpda=0 dgst=header+data maxr2t=0
        < ICResp hlen=128 pdo=0 plen=128 flags=- pfv=0 cpda=0 dgst=header+data maxh2cdata=8192
        > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0010 opc=0x02 Read nsid=1 slba=0 nlb=1 sgl=transport:12288
        > CapsuleCmd hlen=72 pdo=76 plen=4176 flags=HDGSTF+DDGSTF cid=0x0011 opc=0x01 Write nsid=1 slba=0 nlb=1 sgl=in-capsule:4096 data=4096
        >   crc=37f18c49
        > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0012 opc=0x01 Write nsid=1 slba=0 nlb=1 sgl=transport:12288
        < C2HData hlen=24 pdo=28 plen=132 flags=HDGSTF+DDGSTF cccid=0x0010 ttag=0x0000 datao=0 datal=100 data=100
        <   crc=af08ab96
        < R2T hlen=24 pdo=0 plen=28 flags=HDGSTF cccid=0x0012 ttag=0xffff r2to=0 r2tl=12288
        < C2HData hlen=24 pdo=28 plen=12220 flags=HDGSTF+DDGSTF+LAST_PDU+SUCCESS cccid=0x0010 ttag=0x0000 datao=100 datal=12188 data=12188
        <   crc=79897cde
        < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0011 sqhd=0 result=0x0 status=Successful Completion (0/00h)
        > H2CData hlen=24 pdo=28 plen=8224 flags=HDGSTF+DDGSTF cccid=0x0012 ttag=0xffff datao=0 datal=8192 data=8192
        >   crc=71345c80
        > H2CData hlen=24 pdo=28 plen=4128 flags=HDGSTF+DDGSTF+LAST_PDU cccid=0x0012 ttag=0xffff datao=8192 datal=4096 data=4096
        >   crc=978678a9
        < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0012 sqhd=0 result=0x0 status=Successful Completion (0/00h)
        """);
    assertThat(read).hasToString("success");
    assertThat(small).hasToString("success");
    assertThat(large).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void reportsAResponseThatNoCommandWaitsFor(Device device) {
    QueueHarness host = connected(device, false, false);
    tap.take();
    Outcome flush = host.flush();
    host.exchange();
    controller.respond(flush.cid, Status.SUCCESS);
    controller.respond(flush.cid, Status.SUCCESS);
    host.exchange();
    tap.passed(
        """
        > CapsuleCmd hlen=72 pdo=0 plen=72 flags=- cid=0x0010 opc=0x00 Flush nsid=1
        < CapsuleResp hlen=24 pdo=0 plen=24 flags=- cid=0x0010 sqhd=0 result=0x0 status=Successful Completion (0/00h)
        < CapsuleResp hlen=24 pdo=0 plen=24 flags=- cid=0x0010 sqhd=0 result=0x0 status=Successful Completion (0/00h)
        > H2CTermReq hlen=24 pdo=0 plen=48 flags=- fes=1 fei=20 (invalid PDU header field)
        """);
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void asksForARetryOfWhatCameDamaged(Device device) {
    QueueHarness host = connected(device, false, true);
    tap.take();
    Outcome read = host.read(0, 4096);
    host.exchange();
    controller.answer(read.cid, QueueHarness.pattern(2, 4096));
    host.deliver(
        controller.take(
            bytes -> {
              bytes[1000] ^= 1;
              return bytes;
            }));
    host.exchange();
    tap.passed(
        """
        > CapsuleCmd hlen=72 pdo=0 plen=72 flags=- cid=0x0010 opc=0x02 Read nsid=1 slba=0 nlb=1 sgl=transport:4096
        < C2HData hlen=24 pdo=24 plen=4124 flags=DDGSTF+LAST_PDU cccid=0x0010 ttag=0x0000 datao=0 datal=4096 data=4096
        <   crc=287f54a9 MISMATCH(8ee94975)
        < CapsuleResp hlen=24 pdo=0 plen=24 flags=- cid=0x0010 sqhd=0 result=0x0 status=Successful Completion (0/00h)
        """);
    assertThat(read).hasToString("status 022h");
    assertThat(host.close()).isZero();
  }
}
