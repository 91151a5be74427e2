package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.vertx.core.buffer.Buffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A raw command and a log page refuse what has no place in an entry. */
class RawCommandTest {

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void opcodesAndDwordsHaveTheirRanges() {
    refused(() -> new RawCommand(256), "opcode: 0 to FFh, not 100");
    refused(() -> new RawCommand(-1), "opcode: 0 to FFh, not ffffffff");
    refused(() -> new RawCommand(Fabrics.OPCODE), "Fabrics commands are the connection's own");
    RawCommand command = new RawCommand(IoOpcode.READ);
    for (int number : new int[] {0, 1, 4, 6, 9, 16}) {
      refused(() -> command.setDword(number, 0), "dword: 2, 3 or 10 to 15, not " + number);
    }
    refused(() -> command.setDword(10, -1), "dword 10: 0 to FFFFFFFFh, not -1");
    refused(() -> command.setDword(10, 1L << 32), "dword 10: 0 to FFFFFFFFh, not 4294967296");
    refused(() -> command.setNamespaceId(-1), "namespace identifier: 0 to FFFFFFFFh, not -1");
  }

  @Test
  void dataGoesTheWayOfTheOpcode() {
    refused(
        () -> new RawCommand(IoOpcode.READ).setData(Buffer.buffer("x")),
        "opcode 02h sends no data");
    refused(() -> new RawCommand(IoOpcode.WRITE).setReceiveBytes(4), "opcode 01h receives no data");
    refused(() -> new RawCommand(IoOpcode.FLUSH).setReceiveBytes(4), "opcode 00h receives no data");
    refused(() -> new RawCommand(0xC3).setReceiveBytes(4), "opcode C3h transfers data both ways");
  }

  @Test
  void logPagesAreDwords() {
    refused(() -> new LogPage(256, 4), "log page: 0 to FFh, not 100");
    for (int length : new int[] {-4, 0, 3, 5, (64 << 20) + 4}) {
      refused(
          () -> new LogPage(2, length), "log length: a multiple of 4, up to 64 MiB, not " + length);
    }
    LogPage page = new LogPage(2, 4);
    refused(() -> page.setOffset(2), "log offset: a multiple of 4, not 2");
    refused(() -> page.setOffset(-4), "log offset: a multiple of 4, not -4");
    refused(() -> page.setSpecificField(128), "log specific field: 0 to 7Fh, not 128");
    refused(() -> page.setCommandSet(-1), "command set: 0 to FFh, not -1");
  }
}
