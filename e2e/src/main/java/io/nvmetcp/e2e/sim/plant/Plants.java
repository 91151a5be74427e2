package io.nvmetcp.e2e.sim.plant;

import io.nvmetcp.e2e.sim.kernel.Dice;
import org.jspecify.annotations.Nullable;

/** The fault that is planted in a world, if any, and when it strikes. */
public final class Plants {
  private static final int STRIKES_ONE_IN = 40;

  private final @Nullable Plant planted;
  private final Dice dice;

  /**
   * @param planted null for none
   */
  public Plants(@Nullable Plant planted, Dice dice) {
    this.planted = planted;
    this.dice = dice;
  }

  /** True if this fault is planted. */
  public boolean has(Plant plant) {
    return planted == plant;
  }

  /** True if what is planted has to know how far commands are. */
  public boolean needPeeks() {
    return planted == Plant.COPY_BACK_AT_RESPONSE || planted == Plant.COPIED_OUT_EARLY;
  }

  /** True if this fault is planted and strikes now; to be asked at each chance it has. */
  public boolean strike(Plant plant) {
    return planted == plant && dice.oneIn(STRIKES_ONE_IN);
  }
}
