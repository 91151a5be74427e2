package io.nvmetcp.pdu.channel;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The {@link LeasedByteBuf}s of one sink: those that wait to be used again, and how many do not.
 */
final class LeasedBuffers {
  private static final int MOST_IDLE = 64;

  private final ArrayDeque<LeasedByteBuf> idle = new ArrayDeque<>();
  private int lent;

  /** How many are lent: so many leases have not ended. */
  int lent() {
    return lent;
  }

  @Nullable LeasedByteBuf take() {
    lent++;
    return idle.poll();
  }

  void giveBack(LeasedByteBuf buffer) {
    lent--;
    if (idle.size() < MOST_IDLE) {
      idle.push(buffer);
    }
  }
}
