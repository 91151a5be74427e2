package io.nvmetcp.e2e.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every world is made of, by values that were written down: the same on every machine. They
 * change only if all worlds are to be others.
 */
class DiceTest {

  private static List<Long> draws(Dice dice) {
    List<Long> draws = new ArrayList<>();
    draws.add(dice.any());
    draws.add(dice.below(1_000_000_000_000L));
    draws.add((long) dice.between(-5, 1_000));
    for (int i = 0; i < 4; i++) {
      draws.add(dice.spread(1, 1L << 40));
    }
    return draws;
  }

  @Test
  void aSeedAndANameDrawWhatTheyDrewOnAnotherMachine() {
    assertThat(draws(Dice.of(1, "network")))
        .containsExactly(
            -7_936_396_446_815_989_995L,
            300_451_292_163L,
            610L,
            490_050L,
            259L,
            261_691_071_586L,
            6L);
    assertThat(draws(Dice.of(-1, "load of host 3")))
        .containsExactly(
            -120_377_496_138_779_837L,
            24_097_894_864L,
            602L,
            107_411L,
            13_828_192L,
            3L,
            311_516_264L);
  }

  @Test
  void afterManyDrawsTheyAreStillTheSame() {
    Dice dice = Dice.of(20_261_126, "many");
    Fingerprint print = new Fingerprint();
    for (int i = 0; i < 100_000; i++) {
      print.add(dice.spread(20, 8_000_000_000L), dice.below(1 + i), dice.between(0, i));
    }
    assertThat(print.value()).isEqualTo(8_094_410_865_564_486_171L);
  }

  @Test
  void anotherNameIsAnotherDie() {
    assertThat(draws(Dice.of(1, "a"))).isNotEqualTo(draws(Dice.of(1, "b")));
  }
}
