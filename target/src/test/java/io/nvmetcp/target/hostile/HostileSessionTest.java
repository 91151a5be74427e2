package io.nvmetcp.target.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.target.session.SessionPeer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of {@code hostile-cases.txt} on the machine alone, where nothing is left to chance.
 */
class HostileSessionTest {
  private static final int MAXH2CDATA = 8192;

  static List<HostileCase> cases() {
    return HostileCase.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void getsTheAnswerOfTheSpecificationAndLeavesNothingBehind(HostileCase row) {
    try (SessionPeer.World world = new SessionPeer.World(MAXH2CDATA)) {
      new HostileHost(world::connect, world.nqn()).run(row);
      assertThat(world.heldBytes()).as("transfer memory").isZero();
      assertThat(world.leases()).as("leases").isZero();
      assertThat(world.controllers()).as("controllers").isZero();
    }
  }
}
