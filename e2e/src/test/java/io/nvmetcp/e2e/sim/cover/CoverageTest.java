package io.nvmetcp.e2e.sim.cover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.initiator.health.ControllerLife;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final Transition LOST_WHILE_LIVE =
      new Transition(Machine.CONTROLLER_LIFE, "LIVE", Event.LOST);
  private static final Transition LOST_AFTER_THE_END =
      new Transition(Machine.CONTROLLER_LIFE, "ENDED", Event.LOST);

  private final Coverage coverage = new Coverage();

  @Test
  void namesWhatWasNeverVisitedAndIsNotExplained() {
    assertThat(coverage.unexplained()).contains(LOST_WHILE_LIVE).doesNotContain(LOST_AFTER_THE_END);
    assertThat(coverage.lines())
        .anyMatch(line -> line.equals("  LIVE never: lost, wake, close"))
        .noneMatch(line -> line.contains("against its reason"));
    coverage.visit(Machine.CONTROLLER_LIFE, ControllerLife.State.LIVE, Event.LOST);
    assertThat(coverage.unexplained()).doesNotContain(LOST_WHILE_LIVE);
    assertThat(coverage.count(LOST_WHILE_LIVE)).isEqualTo(1);
    assertThat(coverage.lines()).anyMatch(line -> line.equals("  LIVE never: wake, close"));
  }

  @Test
  void namesWhatWasVisitedAgainstItsExplanation() {
    assertThat(coverage.refuted()).isEmpty();
    coverage.visit(Machine.CONTROLLER_LIFE, ControllerLife.State.ENDED, Event.LOST);
    assertThat(coverage.refuted()).containsExactly(LOST_AFTER_THE_END);
    assertThat(coverage.lines())
        .anyMatch(line -> line.equals("  ENDED against its reason: lost"))
        .last()
        .asString()
        .endsWith("1 visited against an explanation");
  }

  @Test
  void printsEachExplanationWithItsReason() {
    assertThat(coverage.lines())
        .anyMatch(
            line ->
                line.equals("  CONTROLLER_LIFE, ENDED: anything: an ended life is told nothing"));
  }

  @Test
  void addsUpWhatWorldsVisited() {
    Coverage other = new Coverage();
    other.visit(Machine.CONTROLLER_LIFE, ControllerLife.State.LIVE, Event.LOST);
    coverage.visit(Machine.CONTROLLER_LIFE, ControllerLife.State.LIVE, Event.LOST);
    coverage.addAll(other);
    assertThat(coverage.count(LOST_WHILE_LIVE)).isEqualTo(2);
    assertThat(coverage.visited(Machine.CONTROLLER_LIFE)).isEqualTo(1);
  }

  @Test
  void refusesAnEventThatIsNotTheMachines() {
    assertThatThrownBy(
            () -> coverage.visit(Machine.CONTROLLER_LIFE, ControllerLife.State.LIVE, Event.FLUSH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CONTROLLER_LIFE knows no event flush");
  }

  @Test
  void explainsOnlyTransitionsThatThereAre() {
    assertThatThrownBy(() -> Explanation.never(Machine.SESSION, "ASLEEP", "why", Event.BYTES))
        .hasMessage("SESSION has no state ASLEEP");
    assertThatThrownBy(() -> Explanation.never(Machine.SESSION, "ENDED", "why", Event.LOST))
        .hasMessage("SESSION knows no event lost");
    assertThat(Explanation.ALL).isNotEmpty().allMatch(each -> !each.reason().isBlank());
  }
}
