package io.nvmetcp.loadgen.sequence;

import java.util.SplittableRandom;

/** Random numbers of which the low ones come most often. */
interface Ranks {
  /** The next number, from 0. */
  long next(SplittableRandom random);

  /** Pareto's law as fio has it: of {@code size} numbers, a share {@code power} gets the rest. */
  static Ranks pareto(long size, double power) {
    double exponent = Math.log(power) / Math.log(1 - power);
    return random -> (long) ((size - 1) * Math.pow(random.nextDouble(), exponent));
  }
}
