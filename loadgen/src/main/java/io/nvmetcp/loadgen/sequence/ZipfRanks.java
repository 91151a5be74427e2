package io.nvmetcp.loadgen.sequence;

import java.util.SplittableRandom;

/**
 * Numbers from 0 to n-1 by Zipf's law: number k as often as {@code 1 / (k + 1)^theta}. By rejection
 * and inversion (W. Hörmann and G. Derflinger, 1996), so that neither a table nor a sum over all
 * numbers is needed.
 */
final class ZipfRanks implements Ranks {
  private static final double SMALL = 1e-8;

  private final long size;
  private final double theta;
  private final double lowest;
  private final double highest;
  private final double shortcut;

  ZipfRanks(long size, double theta) {
    this.size = size;
    this.theta = theta;
    // The area below the curve, from half a step before the first number to half behind the last.
    lowest = area(1.5) - 1;
    highest = area(size + 0.5);
    shortcut = 2 - areaInverse(area(2.5) - height(2));
  }

  @Override
  public long next(SplittableRandom random) {
    while (true) {
      double u = highest + random.nextDouble() * (lowest - highest);
      double x = areaInverse(u);
      long number = Math.clamp(Math.round(x), 1, size);
      if (number - x <= shortcut || u >= area(number + 0.5) - height((double) number)) {
        return number - 1;
      }
    }
  }

  private double height(double x) {
    return Math.exp(-theta * Math.log(x));
  }

  private double area(double x) {
    double log = Math.log(x);
    double t = (1 - theta) * log;
    // (e^t - 1) / t, also where t is almost 0
    double factor = Math.abs(t) > SMALL ? Math.expm1(t) / t : 1 + t / 2;
    return factor * log;
  }

  private double areaInverse(double y) {
    // Rounding may lead below -1, where the logarithm ends.
    double t = Math.max(-1, y * (1 - theta));
    double factor = Math.abs(t) > SMALL ? Math.log1p(t) / t : 1 - t / 2;
    return Math.exp(factor * y);
  }
}
