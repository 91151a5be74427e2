package io.nvmetcp.ddp.fault;

import java.util.SplittableRandom;

/** Decides from a seed what a simulated device does badly, and when. Confined to one thread. */
public final class SeededFaults {
  private final SplittableRandom random;
  private final int crcOffOneIn;
  private final int maxTeardownDelayPolls;

  /**
   * @param seed decides everything
   * @param crcOffOneIn one packet in so many passes without the crc-ok bit; 0 is never
   * @param maxTeardownDelayPolls a teardown is late by 0 to this many polls
   */
  public SeededFaults(long seed, int crcOffOneIn, int maxTeardownDelayPolls) {
    random = new SplittableRandom(seed);
    this.crcOffOneIn = crcOffOneIn;
    this.maxTeardownDelayPolls = maxTeardownDelayPolls;
  }

  /** Whether the next packet passes without the crc-ok bit. */
  public boolean dropsCrcBit() {
    return crcOffOneIn > 0 && random.nextInt(crcOffOneIn) == 0;
  }

  /** By how many polls the next teardown is late. */
  public int teardownDelayPolls() {
    return maxTeardownDelayPolls == 0 ? 0 : random.nextInt(maxTeardownDelayPolls + 1);
  }
}
