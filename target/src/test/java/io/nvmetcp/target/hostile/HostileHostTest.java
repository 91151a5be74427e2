package io.nvmetcp.target.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.target.TargetOptions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of {@code hostile-cases.txt} on a real socket, beside a host that behaves. */
@Timeout(60)
class HostileHostTest {
  private static final int MAXH2CDATA = 8192;

  private static HostileTarget target;

  @BeforeAll
  static void start() {
    target = new HostileTarget(new TargetOptions().setMaxH2cDataBytes(MAXH2CDATA));
  }

  @AfterAll
  static void stop() {
    target.close();
  }

  static List<HostileCase> cases() {
    return HostileCase.all();
  }

  @Test
  void thereAreEnoughCasesAndEachHasANameOfItsOwn() {
    assertThat(cases().stream().map(HostileCase::name))
        .hasSizeGreaterThan(150)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void getsTheAnswerOfTheSpecificationAndLeavesNothingBehind(HostileCase row) {
    new HostileHost(() -> new SocketPeer(target.port()), HostileTarget.NQN).run(row);
    target.backToBase();
  }
}
