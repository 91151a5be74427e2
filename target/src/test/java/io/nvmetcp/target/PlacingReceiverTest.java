package io.nvmetcp.target;

import static io.nvmetcp.target.PlacingReceiver.MOST_BYTES_PER_TURN;
import static io.nvmetcp.target.PlacingReceiver.MOST_READS_PER_TURN;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a turn's reading ends, asked as a transport asks. */
class PlacingReceiverTest {
  private static final int READ = 64 * 1024;

  private final EmbeddedChannel channel = new EmbeddedChannel();

  @SuppressWarnings("deprecation") // the allocator's signature
  private RecvByteBufAllocator.Handle handle = asking(4 * MOST_BYTES_PER_TURN);

  @SuppressWarnings("deprecation")
  private static RecvByteBufAllocator.Handle asking(int windowBytes) {
    return new PlacingReceiver(windowBytes, () -> null).newHandle();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private boolean goesOnAfter(int attempted, int read) {
    handle.attemptedBytesRead(attempted);
    handle.lastBytesRead(read);
    handle.incMessagesRead(1);
    return handle.continueReading();
  }

  private int turn(int bytesOfRead) {
    handle.reset(channel.config());
    int reads = 1;
    while (goesOnAfter(bytesOfRead, bytesOfRead)) {
      reads++;
    }
    handle.readComplete();
    return reads;
  }

  @Test
  void takesWhatHasArrivedInOneTurnUpToSoManyBytes() {
    assertThat(turn(READ)).isEqualTo(MOST_BYTES_PER_TURN / READ);
    assertThat(turn(READ)).as("the next turn").isEqualTo(MOST_BYTES_PER_TURN / READ);
    assertThat(turn(2 * MOST_BYTES_PER_TURN)).isEqualTo(1);
  }

  @Test
  void takesNoMoreThanAQuarterOfWhatIsAskedForAtATime() {
    handle = asking(4 * READ);
    assertThat(turn(READ / 2)).isEqualTo(2);
    handle = asking(4096);
    assertThat(turn(READ)).isEqualTo(1);
    handle = asking(1 << 30);
    assertThat(turn(READ)).isEqualTo(MOST_BYTES_PER_TURN / READ);
  }

  @Test
  void takesSoManySmallReadsInOneTurn() {
    assertThat(turn(28)).isEqualTo(MOST_READS_PER_TURN);
  }

  @Test
  void endsWithAReadThatLeftTheSocketEmpty() {
    handle.reset(channel.config());
    assertThat(goesOnAfter(READ, READ)).isTrue();
    assertThat(goesOnAfter(READ, READ - 1)).isFalse();
  }

  @Test
  void endsWhenNothingMoreIsWanted() {
    handle.reset(channel.config());
    assertThat(goesOnAfter(READ, READ)).isTrue();
    channel.config().setAutoRead(false);
    assertThat(goesOnAfter(READ, READ)).isFalse();
  }
}
