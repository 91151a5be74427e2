package io.nvmetcp.e2e.sim.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import java.lang.foreign.Arena;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a host holds is refused when it is more than it may be, and not before. */
class HostBudgetTest {

  private static void isFound(ThrowingCallable by) {
    assertThatThrownBy(by)
        .isInstanceOfSatisfying(
            Violation.class, found -> assertThat(found.rule()).isEqualTo(Rule.MEMORY));
  }

  @Test
  void memoryThatCameBackCanBeHadAgain() {
    MeteredArenas arenas = new MeteredArenas(100);
    try (Arena first = arenas.get()) {
      assertThat(first.allocate(60, 1).byteSize()).isEqualTo(60);
      try (Arena second = arenas.get()) {
        assertThat(second.allocate(40, 1).byteSize()).isEqualTo(40);
        assertThat(arenas.bytes()).isEqualTo(100);
        isFound(() -> second.allocate(1, 1));
      }
      assertThat(arenas.bytes()).isEqualTo(60);
      try (Arena third = arenas.get()) {
        assertThat(third.allocate(40, 1).byteSize()).isEqualTo(40);
      }
    }
    assertThat(arenas.bytes()).isZero();
  }

  @Test
  void asMuchAsThereMayBeIsNotTooMuch() {
    HostBudget.check("bytes", 7, 7);
    isFound(() -> HostBudget.check("bytes", 8, 7));
  }
}
