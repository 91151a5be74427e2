package io.nvmetcp.e2e.sim.kernel;

import java.util.List;
import java.util.SplittableRandom;

/**
 * One component's randomness. Each component has dice of its own, named, so that what one of them
 * does more or less often does not change what the others draw. Confined to one thread.
 */
public final class Dice {
  private final SplittableRandom random;

  private Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The dice of this name in the world of this seed. */
  public static Dice of(long seed, String name) {
    // FNV-1a: the same on every machine, whatever String.hashCode comes to be.
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return new Dice(Fingerprint.mix(seed ^ hash));
  }

  /** Any number. */
  public long any() {
    return random.nextLong();
  }

  /** 0 to {@code bound} - 1; the bound is at least 1. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** 0 to {@code bound} - 1; the bound is at least 1. */
  public long below(long bound) {
    return random.nextLong(bound);
  }

  /** From {@code least} to {@code most}, both included. */
  public int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /** From {@code least} to {@code most}, both included. */
  public long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }

  /** True once in {@code n} times; never if {@code n} is 0. */
  public boolean oneIn(int n) {
    return n > 0 && random.nextInt(n) == 0;
  }

  /**
   * From {@code least} to {@code most}, each order of magnitude as likely as the next: most draws
   * are small.
   */
  public long spread(long least, long most) {
    double ratio = (double) most / least;
    return Math.clamp(Math.round(least * StrictMath.pow(ratio, random.nextDouble())), least, most);
  }

  /** As {@link #spread} from 1 to {@code most}, for few and small bounds that come often. */
  public int spreadTo(int most) {
    return Spread.to(most).of(random.nextDouble());
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One of these. */
  public <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
