package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.net.Climate;
import io.nvmetcp.e2e.sim.net.LeaseFault;
import io.nvmetcp.e2e.sim.net.Weather;

/** Draws what connections are like. */
final class DrawnClimate implements Climate {
  private static final long MICRO = 1_000;

  private final boolean cuts;
  private final boolean tight;
  private final long latencyNs;
  private final long jitterNs;
  private final int flipOneIn;
  private final LeaseFault hostFault;
  private final LeaseFault targetFault;

  DrawnClimate(Scenario scenario, LeaseFault hostFault, LeaseFault targetFault) {
    Dice dice = scenario.dice("climate");
    cuts = scenario.has(Trouble.CUTS);
    tight = scenario.has(Trouble.TIGHT);
    latencyNs = dice.spread(5, 200) * MICRO;
    jitterNs = dice.oneIn(2) ? 0 : dice.spread(1, 200) * MICRO;
    int rate = (int) dice.spread(200, 20_000);
    flipOneIn = scenario.has(Trouble.FLIPS) ? rate : 0;
    this.hostFault = hostFault;
    this.targetFault = targetFault;
  }

  @Override
  public Weather weather(Dice dice) {
    Weather.Cut cut = cuts ? dice.pick(Weather.Cut.values()) : Weather.Cut.WHOLE;
    int most =
        switch (cut) {
          case PACKETS -> dice.pick(536, 1448, 8948);
          case RANDOM -> (int) dice.spread(8, 8192);
          case WHOLE, PDUS -> 1;
        };
    int capacity = tight ? 4096 << dice.between(0, 4) : 1 << dice.between(16, 20);
    return new Weather(latencyNs, jitterNs, cut, most, capacity, flipOneIn);
  }

  @Override
  public int copyLimitBytes(Dice dice) {
    return dice.pick(0, 512, 2048, 8192);
  }

  @Override
  public long targetHighBytes(Dice dice) {
    return tight ? 8192L << dice.between(0, 4) : 4 << 20;
  }

  @Override
  public LeaseFault hostLeaseFault() {
    return hostFault;
  }

  @Override
  public LeaseFault targetLeaseFault() {
    return targetFault;
  }
}
