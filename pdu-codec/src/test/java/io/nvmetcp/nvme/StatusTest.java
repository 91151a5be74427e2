package io.nvmetcp.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

final class StatusTest {

  @Test
  void namesEveryStatusThatHasAConstant() throws IllegalAccessException {
    int constants = 0;
    for (Field field : Status.class.getFields()) {
      int status = field.getInt(null);
      if (status == Status.DNR) {
        continue;
      }
      String fabrics = Status.describe(status);
      String io = Status.describeIo(status);
      assertThat(fabrics.startsWith("Unknown") && io.startsWith("Unknown"))
          .as(field.getName())
          .isFalse();
      constants++;
    }
    assertThat(constants).isGreaterThan(60);
  }

  @Test
  void tellsFabricsFromIoWhereCodesMeanTwoThings() {
    assertThat(Status.describe(0x182)).isEqualTo("Connect Invalid Parameters (1/82h)");
    assertThat(Status.describeIo(0x182)).isEqualTo("Attempted Write to Read Only Range (1/82h)");
    assertThat(Status.describe(0x187)).as("no Fabrics status").isEqualTo(Status.describeIo(0x187));
    assertThat(Status.describe(0x101)).isEqualTo(Status.describeIo(0x101));
    assertThat(Status.describe(Status.RESERVATION_CONFLICT)).startsWith("Reservation Conflict");
    assertThat(Status.describe(Status.ANA_TRANSITION)).contains("Transition (3/03h)");
    assertThat(Status.describe(0x7C0)).isEqualTo("Vendor Specific Status (7/C0h)");
    assertThat(Status.describe(0x17FF)).as("CRD is no part").endsWith("(7/FFh)");
    assertThat(Status.describe(0x5FF)).isEqualTo("Unknown Status (5/FFh)");
    assertThat(Status.describe(0x288)).contains("Storage Tag");
  }

  @Test
  void advisesOnRetriesForEveryStatusThereIs() {
    for (int status = 0; status < 1 << 15; status++) {
      int type = status >> 8 & 0x7;
      boolean delay = (status >> 11 & 0x3) != 0;
      Retry expected =
          (status & 0x7FF) == 0
              ? Retry.DONE
              : (status & 0x4000) != 0
                  ? Retry.NEVER
                  : type == 3 ? Retry.OTHER_PATH : delay ? Retry.AFTER_DELAY : Retry.SAME_PATH;
      assertThat(Status.retry(status)).as("%x", status).isEqualTo(expected);
    }
    assertThat(Status.retryDelay(Status.COMMAND_INTERRUPTED | 2 << 11)).isEqualTo(2);
  }

  @Test
  void namesEveryOpcodeThatHasAConstant() throws IllegalAccessException {
    for (Field field : AdminOpcode.class.getFields()) {
      assertThat(same(CommandNames.admin(field.getInt(null)), field)).as(field.getName()).isTrue();
    }
    for (Field field : IoOpcode.class.getFields()) {
      assertThat(same(CommandNames.io(field.getInt(null)), field)).as(field.getName()).isTrue();
    }
    assertThat(CommandNames.io(0xC1)).isEqualTo("Unknown");
    assertThat(CommandNames.fabrics(Fabrics.AUTHENTICATION_RECEIVE))
        .isEqualTo("AuthenticationReceive");
  }

  private static boolean same(String name, Field field) {
    String constant = field.getName().replace("_", "");
    return constant.equalsIgnoreCase(name)
        || constant.equalsIgnoreCase(name.replace("FirmwareDownload", "FirmwareImageDownload"));
  }
}
