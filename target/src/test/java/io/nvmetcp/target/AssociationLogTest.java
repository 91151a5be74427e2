package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AssociationLogTest {
  private static final UUID HOST_ID = UUID.fromString("5a1fcf4e-94a6-4a3b-a6b6-4b24dc5ba3a8");

  private final List<String> lines = new ArrayList<>();
  private final AssociationLog log = new AssociationLog(lines::add);

  private void refuse(String host, long seconds) {
    log.refused(
        "192.0.2.1:40000",
        new ConnectData(HOST_ID, 0xFFFF, "nqn.sub", host),
        Status.CONNECT_INVALID_HOST | Status.DNR,
        TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void aRefusalSaysWhoAskedForWhatAndWhyNot() {
    refuse("nqn.evil\nevent=connect", 0);
    assertThat(lines)
        .containsExactly(
            "event=refuse peer=192.0.2.1:40000 subsystem=nqn.sub"
                + " host=\"nqn.evil\\u000aevent=connect\""
                + " hostid=5a1fcf4e-94a6-4a3b-a6b6-4b24dc5ba3a8"
                + " status=\"Connect Invalid Host (1/84h, DNR)\"");
  }

  @Test
  void whoeverIsRefusedWithoutEndDoesNotFillTheLog() {
    for (int i = 0; i < 1000; i++) {
      refuse("nqn.h", 5);
    }
    assertThat(lines).hasSize(20);
    refuse("nqn.h", 14);
    assertThat(lines).hasSize(20);
    refuse("nqn.h", 15);
    assertThat(lines).hasSize(21).last().asString().endsWith(" unsaid=981");
    refuse("nqn.h", 16);
    assertThat(lines).hasSize(22).last().asString().doesNotContain("unsaid");
  }
}
