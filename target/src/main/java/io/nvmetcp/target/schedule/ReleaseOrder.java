package io.nvmetcp.target.schedule;

import java.util.SplittableRandom;

/** The order in which the responses of one group leave; carries the policy's dice. */
@FunctionalInterface
interface ReleaseOrder {

  /** Fills {@code ranks[0..count)} with a permutation of {@code 0..count-1}: who leaves i-th. */
  void fill(int[] ranks, int count);

  static ReleaseOrder of(SchedulePolicy policy) {
    return switch (policy) {
      case SchedulePolicy.InOrder _ -> ReleaseOrder::ascending;
      case SchedulePolicy.Reverse _ -> ReleaseOrder::descending;
      case SchedulePolicy.Shuffle shuffle -> shuffled(new SplittableRandom(shuffle.seed()));
      case SchedulePolicy.Script script -> scripted(script.order());
    };
  }

  private static void ascending(int[] ranks, int count) {
    for (int i = 0; i < count; i++) {
      ranks[i] = i;
    }
  }

  private static void descending(int[] ranks, int count) {
    for (int i = 0; i < count; i++) {
      ranks[i] = count - 1 - i;
    }
  }

  // Fisher-Yates.
  private static ReleaseOrder shuffled(SplittableRandom random) {
    return (ranks, count) -> {
      ascending(ranks, count);
      for (int i = count - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int rank = ranks[i];
        ranks[i] = ranks[other];
        ranks[other] = rank;
      }
    };
  }

  private static ReleaseOrder scripted(int[] positions) {
    return (ranks, count) -> {
      int filled = 0;
      for (int position : positions) {
        if (position <= count) {
          ranks[filled++] = position - 1;
        }
      }
    };
  }
}
