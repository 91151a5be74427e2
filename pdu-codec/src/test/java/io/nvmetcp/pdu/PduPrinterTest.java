package io.nvmetcp.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.testkit.Conversations;
import io.nvmetcp.testing.wire.Transcript;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PduPrinterTest {
  private final IcRequest request = Conversations.request(true, true, 1);
  private final IcResponse response = Conversations.response(true, true, 7);

  @Test
  void printsWhatAHostSays() {
    Transcript.from(Role.CONTROLLER, request, response)
        .read(Conversations.ofHost(request, response, 4096))
        .isEqualTo(
            """
            ICReq hlen=128 pdo=0 plen=128 flags=- pfv=0 hpda=1 dgst=header+data maxr2t=0
            CapsuleCmd hlen=72 pdo=96 plen=112 flags=HDGSTF+DDGSTF cid=0x0000 opc=0x7f Connect qid=1 sqsize=127 cattr=0x04 kato=5000 sgl=in-capsule:12 data=12
              crc=a2e20944
            CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x1001 opc=0x02 Read nsid=1 slba=4294967296 nlb=8 sgl=transport:8192
            CapsuleCmd hlen=72 pdo=0 plen=76 flags=HDGSTF cid=0x1002 opc=0x01 Write nsid=1 slba=4294967296 nlb=8 sgl=transport:8192
            H2CData hlen=24 pdo=32 plen=4132 flags=HDGSTF+DDGSTF cccid=0x1002 ttag=0xffff datao=0 datal=4096 data=4096
              crc=682dc7a5
            H2CData hlen=24 pdo=32 plen=40 flags=HDGSTF+DDGSTF+LAST_PDU cccid=0x1002 ttag=0x0000 datao=4096 datal=4 data=4
              crc=42d4e74d
            CapsuleCmd hlen=72 pdo=96 plen=4196 flags=HDGSTF+DDGSTF cid=0x1003 opc=0x01 Write nsid=1 slba=4294967296 nlb=8 sgl=in-capsule:4096 data=4096
              crc=0209977d
            H2CTermReq hlen=24 pdo=0 plen=28 flags=- fes=1 fei=3 (invalid PDU header field)
            """);
  }

  @Test
  void printsWhatAControllerSays() {
    Transcript.from(Role.HOST, request, response)
        .read(Conversations.ofController(request, response, 4096))
        .isEqualTo(
            """
            ICResp hlen=128 pdo=0 plen=128 flags=- pfv=0 cpda=7 dgst=header+data maxh2cdata=65536
            CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x0000 sqhd=65535 result=0x1 status=Successful Completion (0/00h)
            R2T hlen=24 pdo=0 plen=28 flags=HDGSTF cccid=0x1002 ttag=0xffff r2to=0 r2tl=4096
            C2HData hlen=24 pdo=32 plen=4132 flags=HDGSTF+DDGSTF cccid=0x1001 ttag=0x0000 datao=0 datal=4096 data=4096
              crc=172fb645
            C2HData hlen=24 pdo=32 plen=4132 flags=HDGSTF+DDGSTF+LAST_PDU+SUCCESS cccid=0x1001 ttag=0x0000 datao=4096 datal=4096 data=4096
              crc=b3b0a721
            CapsuleResp hlen=24 pdo=0 plen=28 flags=HDGSTF cid=0x1002 sqhd=2 result=0x0 status=Transient Transport Error (0/22h, DNR)
            C2HTermReq hlen=24 pdo=0 plen=152 flags=- fes=3 fei=3735928559 (header digest error)
            """);
  }

  @Test
  void printsAReadWithItsBlocksAndItsDescriptor() {
    byte[] h = capsule();
    Sqe.init(h, PduFields.SQE, IoOpcode.READ, 1, 1);
    Sqe.range(h, PduFields.SQE, 0, 8);
    Sgl.transport(h, PduFields.SQE, 4096);
    assertThat(PduPrinter.line(h))
        .isEqualTo(
            "CapsuleCmd hlen=72 pdo=0 plen=72 flags=- cid=0x0001 opc=0x02 Read nsid=1 slba=0 nlb=8"
                + " sgl=transport:4096");
  }

  @Test
  void namesTheSameOpcodeByItsQueue() {
    byte[] h = capsule();
    Sqe.init(h, PduFields.SQE, AdminOpcode.GET_LOG_PAGE, 7, 0xFFFFFFFFL);
    Sqe.cdw(h, PduFields.SQE, 10, 0x00FF_0070);
    assertThat(PduPrinter.line(h, h.length, PduPrinter.Queue.ADMIN))
        .endsWith("opc=0x02 GetLogPage nsid=4294967295 cdw10=0x00ff0070 cdw11=0x00000000");
  }

  @Test
  void printsPropertyCommandsByOffset() {
    byte[] h = capsule();
    PropertyCommand.set(h, PduFields.SQE, 2, 0x14, 0x460001);
    assertThat(PduPrinter.line(h)).endsWith("opc=0x7f PropertySet ofst=0x14 value=0x460001");
    PropertyCommand.get(h, PduFields.SQE, 2, 0, true);
    assertThat(PduPrinter.line(h)).endsWith("opc=0x7f PropertyGet ofst=0x0");
  }

  @Test
  void printsAHeaderAsFarAsItGoes() {
    byte[] h = capsule();
    assertThat(PduPrinter.line(new byte[5])).isEqualTo("(5 bytes of a header)");
    assertThat(PduPrinter.line(Arrays.copyOf(h, 20)))
        .isEqualTo("CapsuleCmd hlen=72 pdo=0 plen=72 flags=- (20 of 72 bytes)");
    h[0] = 0x33;
    h[1] = (byte) 0x81;
    assertThat(PduPrinter.line(h)).isEqualTo("type=33h hlen=72 pdo=0 plen=72 flags=HDGSTF+bit7");
  }

  @Test
  void printsAnythingWithoutAnException() {
    long seed = 0x9417L;
    var random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] h = new byte[random.nextInt(160)];
      random.nextBytes(h);
      if (h.length > 0) {
        h[0] = (byte) random.nextInt(11);
      }
      if (h.length > 8 && random.nextBoolean()) {
        h[8] = 0x7F;
      }
      var queue = PduPrinter.Queue.values()[round % 2];
      assertThat(PduPrinter.line(h, h.length, queue))
          .as("seed %d round %d", seed, round)
          .isNotBlank()
          .doesNotContain("\n");
    }
  }

  private static byte[] capsule() {
    byte[] h = new byte[72];
    PduFields.common(h, PduType.CAPSULE_CMD, 0, 0, 72);
    return h;
  }
}
