package io.nvmetcp.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PduTypeTest {
  @Test
  void isTheSpecificationsTable() {
    String table =
        Arrays.stream(PduType.values())
            .map(
                type ->
                    "%02X %-11s %-10s %3d %s %s own=%X"
                        .formatted(
                            type.code(),
                            type.wireName(),
                            type.sender(),
                            type.headerBytes(),
                            type.digestible() ? "digest" : "none  ",
                            type.mayCarryData() ? "data" : "none",
                            type.ownFlags()))
            .collect(Collectors.joining("\n"));
    assertThat(table)
        .isEqualTo(
            """
            00 ICReq       HOST       128 none   none own=0
            01 ICResp      CONTROLLER 128 none   none own=0
            02 H2CTermReq  HOST        24 none   none own=0
            03 C2HTermReq  CONTROLLER  24 none   none own=0
            04 CapsuleCmd  HOST        72 digest data own=0
            05 CapsuleResp CONTROLLER  24 digest none own=0
            06 H2CData     HOST        24 digest data own=4
            07 C2HData     CONTROLLER  24 digest data own=C
            09 R2T         CONTROLLER  24 digest none own=0\
            """);
  }

  @Test
  void findsEachTypeByItsCodeAndNothingElse() {
    int known = 0;
    for (int code = 0; code < 256; code++) {
      PduType type = PduType.byCode(code);
      if (type != null) {
        assertThat(type.code()).isEqualTo(code);
        known++;
      }
    }
    assertThat(known).isEqualTo(PduType.values().length);
  }

  @Test
  void takesTheDirectionFromTheLowestBitOfTheCode() {
    for (PduType type : PduType.values()) {
      assertThat(type.sender()).isEqualTo((type.code() & 1) == 0 ? Role.HOST : Role.CONTROLLER);
    }
  }

  @Test
  void knowsTheFatalStatuses() {
    for (FatalStatus status : FatalStatus.values()) {
      assertThat(FatalStatus.byCode(status.code())).isSameAs(status);
    }
    assertThat(FatalStatus.byCode(0)).isNull();
    assertThat(FatalStatus.byCode(7)).isNull();
    assertThat(FatalStatus.byCode(-1)).isNull();
  }
}
