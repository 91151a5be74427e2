package io.nvmetcp.initiator;

import io.nvmetcp.testing.wire.Wiretap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What an initiator says to a controller from its first byte to its last, as it passes. */
class ConnectConversationTest extends ShellTest {
  private final List<Wiretap> taps = new CopyOnWriteArrayList<>();

  @Test
  void bringsAControllerUpAndShutsItDown() {
    ScriptedServer server = serve("nio");
    server.greeting = connection -> taps.add(connection.controller.tap());
    Controller controller =
        connect(
            options()
                .setHostId(UUID.fromString("0f0e0d0c-0b0a-4908-8706-050403020100"))
                .setHeaderDigest(true));
    await(controller.close());
    server.awaitAllGone();
    taps.getFirst()
        .passed(
            """
            > ICReq hlen=128 pdo=0 plen=128 flags=- pfv=0 hpda=0 dgst=header maxr2t=0
            < ICResp hlen=128 pdo=0 plen=128 flags=- pfv=0 cpda=0 dgst=header maxh2cdata=4096
            > CapsuleCmd hlen=72 pdo=76 plen=1100 flags=HDGSTF cid=0x0020 opc=0x7f Connect qid=0 sqsize=31 cattr=0x04 kato=0 sgl=in-capsule:1024 data=1024
            >   crc=ab67aa34
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0020 sqhd=65535 result=0x7 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0021 opc=0x7f PropertyGet ofst=0x0
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0021 sqhd=0 result=0x200201007f status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0022 opc=0x7f PropertyGet ofst=0x8
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0022 sqhd=0 result=0x10400 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0023 opc=0x7f PropertySet ofst=0x14 value=0x460000
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0023 sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0024 opc=0x7f PropertyGet ofst=0x1c
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0024 sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0025 opc=0x7f PropertySet ofst=0x14 value=0x460001
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0025 sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0026 opc=0x7f PropertyGet ofst=0x1c
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0026 sqhd=0 result=0x1 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0027 opc=0x06 Identify nsid=0 cdw10=0x00000001 cdw11=0x00000000 sgl=transport:4096
            < C2HData hlen=24 pdo=28 plen=4124 flags=HDGSTF+LAST_PDU cccid=0x0027 ttag=0x0000 datao=0 datal=4096 data=4096
            <   crc=532fbfa8
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0027 sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0028 opc=0x09 SetFeatures nsid=0 cdw10=0x00000007 cdw11=0x00000000
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0028 sqhd=0 result=0x10001 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x0029 opc=0x06 Identify nsid=0 cdw10=0x00000002 cdw11=0x00000000 sgl=transport:4096
            < C2HData hlen=24 pdo=28 plen=4124 flags=HDGSTF+LAST_PDU cccid=0x0029 ttag=0x0000 datao=0 datal=4096 data=4096
            <   crc=5a5cf7d7
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0029 sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x002a opc=0x06 Identify nsid=1 cdw10=0x00000000 cdw11=0x00000000 sgl=transport:4096
            < C2HData hlen=24 pdo=28 plen=4124 flags=HDGSTF+LAST_PDU cccid=0x002a ttag=0x0000 datao=0 datal=4096 data=4096
            <   crc=ff715557
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x002a sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x002b opc=0x06 Identify nsid=1 cdw10=0x00000003 cdw11=0x00000000 sgl=transport:4096
            < C2HData hlen=24 pdo=28 plen=4124 flags=HDGSTF+LAST_PDU cccid=0x002b ttag=0x0000 datao=0 datal=4096 data=4096
            <   crc=e42f787d
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x002b sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x002c opc=0x0c AsyncEventRequest nsid=0 cdw10=0x00000000 cdw11=0x00000000
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x002d opc=0x7f PropertySet ofst=0x14 value=0x464001
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x002d sqhd=0 result=0x0 status=Successful Completion (0/00h)
            > CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x002e opc=0x7f PropertyGet ofst=0x1c
            < CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x002e sqhd=0 result=0x9 status=Successful Completion (0/00h)
            """);
  }
}
