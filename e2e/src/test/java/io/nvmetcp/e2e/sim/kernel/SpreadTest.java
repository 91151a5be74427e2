package io.nvmetcp.e2e.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpreadTest {
  private static final double UNIT = 0x1.0p-53;

  @Test
  void theTableSaysWhatThePowerDoes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int most : new int[] {1, 2, 3, 7, 32, 200}) {
      Spread spread = Spread.to(most);
      for (int i = 0; i < 2_000; i++) {
        double draw = random.nextDouble();
        assertThat(spread.of(draw))
            .as("%s to %d", draw, most)
            .isEqualTo((int) Spread.power(most, draw));
      }
      assertThat(spread.of(0)).isEqualTo(1);
      assertThat(spread.of(1 - UNIT)).isEqualTo(most);
    }
  }

  @Test
  void theOutcomeChangesWhereThePowerDoes() {
    double half = StrictMath.log(4.5) / StrictMath.log(9);
    for (int ulps = -8; ulps <= 8; ulps++) {
      double draw = StrictMath.rint(half / UNIT + ulps) * UNIT;
      assertThat(Spread.to(9).of(draw)).isEqualTo((int) Spread.power(9, draw));
    }
  }
}
