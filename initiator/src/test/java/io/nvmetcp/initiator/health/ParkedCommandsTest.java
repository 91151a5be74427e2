package io.nvmetcp.initiator.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.health.ParkedCommands.Fate;
import io.nvmetcp.initiator.health.ParkedCommands.Released;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commands wait for the next association, in order, within bounds; some of them for a time. */
class ParkedCommandsTest {
  private static final String FULL = "2 commands wait for a connection already";

  /**
   * A command.
   *
   * @param association of the queue that it went to last
   */
  private record Write(String name, boolean sentBefore, int association)
      implements ParkedCommands.Command {}

  /**
   * An association.
   *
   * @param strange names of commands that cannot be sent on it
   */
  private record Line(int number, Set<String> strange)
      implements ParkedCommands.Association<Write> {
    Line(int number) {
      this(number, Set.of());
    }

    @Override
    public @Nullable String wrong(Write command, int from) {
      return strange.contains(command.name)
          ? command.name + " is strange"
          : ParkedCommands.mismatch(from, number, 0, 0);
    }
  }

  private static final Line FIRST = new Line(1);
  private static final Line SECOND = new Line(2);

  private final ParkedCommands<Write, Line> parked = new ParkedCommands<>(2, 3, FIRST);

  private static Write fresh(String name) {
    return new Write(name, false, 1);
  }

  private static Write sent(String name) {
    return new Write(name, true, 1);
  }

  private static Fate<Line> waits() {
    return new Fate.Waits<>();
  }

  @Test
  void commandsThatMayWaitGoOnInTheOrderInWhichTheyCame() {
    parked.detach();
    assertThat(parked.unsent(fresh("a"), true, "lost")).isEqualTo(waits());
    assertThat(parked.again(sent("b"))).isEqualTo(waits());
    assertThat(parked.unsent(fresh("c"), false, "lost")).isEqualTo(new Fate.Fails<>("lost"));
    assertThat(parked.size()).isEqualTo(2);
    assertThat(parked.attach(SECOND, 0).goes()).containsExactly(fresh("a"), sent("b"));
    assertThat(parked.size()).isZero();
  }

  @Test
  void whatComesFromAnOldAssociationGoesOnAtOnceAndWhatComesFromThisOneWaitsForTheNext() {
    assertThat(parked.unsent(fresh("a"), true, "lost")).isEqualTo(waits());
    parked.detach();
    assertThat(parked.attach(SECOND, 0).goes()).containsExactly(fresh("a"));
    assertThat(parked.unsent(fresh("b"), false, "lost")).isEqualTo(new Fate.Goes<>(SECOND));
    assertThat(parked.again(sent("c"))).isEqualTo(new Fate.Goes<>(SECOND));
  }

  @Test
  void noMoreThatWereNeverSentWaitThanMayWaitForSlots() {
    parked.detach();
    assertThat(parked.unsent(fresh("a"), true, "lost")).isEqualTo(waits());
    assertThat(parked.unsent(fresh("b"), true, "lost")).isEqualTo(waits());
    assertThat(parked.unsent(fresh("c"), true, "lost")).isEqualTo(new Fate.Fails<>(FULL));
    // Those that were sent have places of their own.
    for (String name : new String[] {"d", "e", "f"}) {
      assertThat(parked.again(sent(name))).isEqualTo(waits());
    }
    assertThat(parked.again(sent("g")))
        .isEqualTo(new Fate.Fails<>("5 commands wait for a connection already"));
    Released<Write> unused = parked.attach(SECOND, 0);
    parked.detach();
    assertThat(parked.unsent(fresh("h"), true, "lost")).isEqualTo(waits());
  }

  @Test
  void aWriteThatQuiescesGoesOnWhenThatIsOverAndThereIsAnAssociation() {
    long startNs = Long.MAX_VALUE - 5;
    assertThat(parked.quiesceNs(startNs)).isEqualTo(ReconnectPolicy.NEVER);
    parked.detach();
    assertThat(parked.again(sent("a"), startNs + 10)).isEqualTo(waits());
    assertThat(parked.quiesceNs(startNs)).as("no association").isEqualTo(ReconnectPolicy.NEVER);
    assertThat(parked.attach(SECOND, startNs).goes()).isEmpty();
    assertThat(parked.quiesceNs(startNs)).isEqualTo(10);
    assertThat(parked.release(startNs + 9).goes()).isEmpty();
    assertThat(parked.quiesceNs(startNs + 20)).isZero();
    assertThat(parked.release(startNs + 10).goes()).containsExactly(sent("a"));
  }

  @Test
  void aWriteThatQuiescesOutlivesAssociationsAndOthersDoNot() {
    parked.detach();
    assertThat(parked.again(sent("a"), 100)).isEqualTo(waits());
    assertThat(parked.attach(SECOND, 0).goes()).isEmpty();
    parked.detach();
    assertThat(parked.attach(new Line(3), 50).fails()).isEmpty();
    parked.detach();
    assertThat(parked.again(new Write("late", true, 1))).isEqualTo(waits());
    Released<Write> released = parked.attach(new Line(4), 100);
    assertThat(released.goes()).containsExactly(sent("a"));
    assertThat(released.fails())
        .containsExactly(
            new Released.Failure<>(
                sent("late"), "the controller was connected again more than once meanwhile"));
  }

  @Test
  void whatIsNotRightForTheNextAssociationFailsAtOnceAlsoWhileItQuiesces() {
    parked.detach();
    assertThat(parked.again(sent("a"), 100)).isEqualTo(waits());
    assertThat(parked.unsent(fresh("b"), true, "lost")).isEqualTo(waits());
    Released<Write> released = parked.attach(new Line(2, Set.of("a", "b", "c")), 0);
    assertThat(released.goes()).isEmpty();
    assertThat(released.fails())
        .containsExactly(
            new Released.Failure<>(sent("a"), "a is strange"),
            new Released.Failure<>(fresh("b"), "b is strange"));
    assertThat(parked.again(sent("c"))).isEqualTo(new Fate.Fails<>("c is strange"));
  }

  @Test
  void untilThereIsAnAssociationARefusalFailsWhatIsHereAndWhatComes() {
    parked.detach();
    assertThat(parked.unsent(fresh("a"), true, "lost")).isEqualTo(waits());
    assertThat(parked.refuse("gave up")).containsExactly(fresh("a"));
    assertThat(parked.unsent(fresh("b"), true, "lost")).isEqualTo(new Fate.Fails<>("gave up"));
    assertThat(parked.again(sent("c"))).isEqualTo(new Fate.Fails<>("gave up"));
    assertThat(parked.again(sent("d"), 100)).isEqualTo(new Fate.Fails<>("gave up"));
    assertThat(parked.attach(SECOND, 0).goes()).isEmpty();
    assertThat(parked.unsent(fresh("e"), true, "lost")).isEqualTo(new Fate.Goes<>(SECOND));
  }

  @Test
  void aCommandLargerThanTheNextControllerTakesIsNotRightForIt() {
    assertThat(ParkedCommands.mismatch(1, 1, 8192, 4096)).isNull();
    assertThat(ParkedCommands.mismatch(1, 2, 4096, 4096)).isNull();
    assertThat(ParkedCommands.mismatch(1, 2, 8192, 4096))
        .isEqualTo("the controller takes 4096 bytes in one command now, and this one has 8192");
    assertThat(ParkedCommands.mismatch(1, 3, 512, 4096))
        .isEqualTo("the controller was connected again more than once meanwhile");
  }
}
