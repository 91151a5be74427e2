package io.nvmetcp.ddp.fault;

import java.util.SplittableRandom;

/**
 * Decides from a seed what a simulated device does badly, and when. What becomes of packets depends
 * on their number only, not on when teardowns happen. Confined to one thread.
 */
public final class SeededFaults {
  private final FaultRates rates;
  private final SplittableRandom packets;
  private final SplittableRandom questions;
  private final SplittableRandom teardowns;

  /**
   * @param seed decides everything
   * @param rates how often
   */
  public SeededFaults(long seed, FaultRates rates) {
    SplittableRandom random = new SplittableRandom(seed);
    packets = random.split();
    questions = random.split();
    teardowns = random.split();
    this.rates = rates;
  }

  private static boolean oneIn(SplittableRandom random, int rate) {
    return rate > 0 && random.nextInt(rate) == 0;
  }

  /** What becomes of the next packet. */
  public PacketFate packet() {
    if (oneIn(packets, rates.lostOneIn())) {
      return PacketFate.LOST;
    }
    if (oneIn(packets, rates.reorderedOneIn())) {
      return PacketFate.REORDERED;
    }
    return oneIn(packets, rates.duplicatedOneIn()) ? PacketFate.DUPLICATED : PacketFate.SEEN;
  }

  /** Whether the packet passes without the crc-ok bit. */
  public boolean dropsCrcBit() {
    return oneIn(packets, rates.crcOffOneIn());
  }

  /** By how many packets the next resync question is late. */
  public int questionDelayPackets() {
    int most = rates.maxQuestionDelayPackets();
    return most == 0 ? 0 : questions.nextInt(most + 1);
  }

  /**
   * By how many polls the next teardown is late.
   *
   * @param polls done so far
   */
  public int teardownDelayPolls(long polls) {
    int most = rates.maxTeardownDelayPolls();
    int delay = most == 0 ? 0 : teardowns.nextInt(most + 1);
    int over = (int) ((polls + delay + 1) % rates.teardownBatchPolls());
    return over == 0 ? delay : delay + rates.teardownBatchPolls() - over;
  }
}
