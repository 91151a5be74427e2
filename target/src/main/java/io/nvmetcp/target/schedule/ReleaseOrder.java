package io.nvmetcp.target.schedule;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The order in which one group leaves; carries the policy's dice. */
@FunctionalInterface
interface ReleaseOrder {

  /**
   * Fills {@code ranks[0..count)} with a permutation of {@code 0..count-1}: who leaves i-th.
   *
   * @param sizes how large each is, in order of arrival
   */
  void fill(int[] ranks, long[] sizes, int count);

  static ReleaseOrder of(SchedulePolicy policy) {
    return switch (policy) {
      case SchedulePolicy.InOrder _, SchedulePolicy.Interleave _, SchedulePolicy.Hold _ ->
          ReleaseOrder::ascending;
      case SchedulePolicy.Reverse _ -> ReleaseOrder::descending;
      case SchedulePolicy.Shuffle shuffle -> shuffled(new SplittableRandom(shuffle.seed()));
      case SchedulePolicy.SmallFirst small -> bySize(new long[small.window()]);
      case SchedulePolicy.Script script -> scripted(script.order());
    };
  }

  private static void ascending(int[] ranks, long[] sizes, int count) {
    for (int i = 0; i < count; i++) {
      ranks[i] = i;
    }
  }

  private static void descending(int[] ranks, long[] sizes, int count) {
    for (int i = 0; i < count; i++) {
      ranks[i] = count - 1 - i;
    }
  }

  // Fisher-Yates.
  private static ReleaseOrder shuffled(SplittableRandom random) {
    return (ranks, sizes, count) -> {
      ascending(ranks, sizes, count);
      for (int i = count - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int rank = ranks[i];
        ranks[i] = ranks[other];
        ranks[other] = rank;
      }
    };
  }

  // Size above, arrival below: one sort of plain numbers, and equal sizes keep their order.
  private static ReleaseOrder bySize(long[] keys) {
    return (ranks, sizes, count) -> {
      for (int i = 0; i < count; i++) {
        keys[i] = sizes[i] * SchedulePolicy.MAX_WINDOW + i;
      }
      Arrays.sort(keys, 0, count);
      for (int i = 0; i < count; i++) {
        ranks[i] = (int) (keys[i] % SchedulePolicy.MAX_WINDOW);
      }
    };
  }

  private static ReleaseOrder scripted(int[] positions) {
    return (ranks, sizes, count) -> {
      int filled = 0;
      for (int position : positions) {
        if (position <= count) {
          ranks[filled++] = position - 1;
        }
      }
    };
  }
}
