package io.nvmetcp.ddp.fault;

import java.util.SplittableRandom;

/**
 * How often a simulated device and the network in front of it do badly. A rate of 0 is never, any
 * other <i>n</i> is one in <i>n</i>.
 *
 * @param crcOffOneIn packets that pass without the crc-ok bit
 * @param lostOneIn packets lost in front of the device
 * @param reorderedOneIn packets the device sees behind one that follows them
 * @param duplicatedOneIn packets the device sees twice
 * @param maxQuestionDelayPackets a resync question is late by 0 to this many packets
 * @param maxTeardownDelayPolls a teardown is late by 0 to this many polls
 * @param teardownBatchPolls teardowns are reported at every so manieth poll only; 1 is at each
 */
public record FaultRates(
    int crcOffOneIn,
    int lostOneIn,
    int reorderedOneIn,
    int duplicatedOneIn,
    int maxQuestionDelayPackets,
    int maxTeardownDelayPolls,
    int teardownBatchPolls) {

  /** Nothing goes wrong. */
  public static final FaultRates NONE = new FaultRates(0, 0, 0, 0, 0, 0, 1);

  private static final int CRC_OFF_ONE_IN = 64;
  private static final int MAX_TEARDOWN_DELAY_POLLS = 3;

  /** Refuses what is no rate. */
  public FaultRates {
    if (crcOffOneIn < 0
        || lostOneIn < 0
        || reorderedOneIn < 0
        || duplicatedOneIn < 0
        || maxQuestionDelayPackets < 0
        || maxTeardownDelayPolls < 0
        || teardownBatchPolls < 1) {
      throw new IllegalArgumentException("no rates of faults");
    }
  }

  /** A network and a device as they may be on a day that the seed decides. */
  public static FaultRates mild(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new FaultRates(
        CRC_OFF_ONE_IN,
        random.nextInt(500, 2000),
        random.nextInt(500, 2000),
        random.nextInt(500, 2000),
        random.nextInt(3),
        MAX_TEARDOWN_DELAY_POLLS,
        random.nextInt(1, 3));
  }
}
