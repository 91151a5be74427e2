package io.nvmetcp.loadgen.sequence;

import io.nvmetcp.loadgen.job.BlockSizes;
import java.util.SplittableRandom;

/** How long each next I/O is. */
final class Sizes {
  private static final int HUNDRED = 100;

  private final int[] minBytes;
  private final int[] steps;
  private final int unitBytes;
  // Up to which percent each choice reaches.
  private final int[] reach;
  private final int fixedBytes;
  private final SplittableRandom random;

  Sizes(BlockSizes sizes, long seed) {
    int choices = sizes.choices().size();
    minBytes = new int[choices];
    steps = new int[choices];
    reach = new int[choices];
    unitBytes = sizes.minBytes();
    int sum = 0;
    for (int i = 0; i < choices; i++) {
      BlockSizes.Choice choice = sizes.choices().get(i);
      minBytes[i] = choice.minBytes();
      steps[i] = (choice.maxBytes() - choice.minBytes()) / choice.minBytes();
      sum += choice.percent();
      reach[i] = sum;
    }
    fixedBytes = sizes.isFixed() ? sizes.maxBytes() : 0;
    random = new SplittableRandom(seed);
  }

  int next() {
    if (fixedBytes > 0) {
      return fixedBytes;
    }
    int choice = 0;
    if (reach.length > 1) {
      int percent = random.nextInt(HUNDRED);
      while (percent >= reach[choice]) {
        choice++;
      }
    }
    int step = steps[choice] == 0 ? 0 : random.nextInt(steps[choice] + 1);
    return minBytes[choice] + step * unitBytes;
  }
}
