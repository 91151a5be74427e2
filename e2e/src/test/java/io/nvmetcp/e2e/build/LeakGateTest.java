package io.nvmetcp.e2e.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.nvmetcp.testing.LeakGate;
import org.junit.jupiter.api.Test;

/** The gate that fails a leaking build works: without this test its silence would prove nothing. */
class LeakGateTest {
  @Test
  void seesABufferThatNobodyReleased() {
    assertThat(LeakGate.drain()).isEmpty();
    leak();
    // Drained here, so the gate itself stays quiet about this one.
    assertThat(LeakGate.drain()).singleElement().asString().contains("LeakGateTest.leak");
  }

  @Test
  void acceptsABufferThatWasReleased() {
    ByteBufAllocator.DEFAULT.directBuffer(64).release();
    assertThat(LeakGate.drain()).isEmpty();
  }

  private static void leak() {
    ByteBuf lost = ByteBufAllocator.DEFAULT.directBuffer(64);
    lost.writeByte(1);
  }
}
