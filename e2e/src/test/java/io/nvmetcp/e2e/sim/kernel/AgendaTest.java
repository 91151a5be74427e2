package io.nvmetcp.e2e.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AgendaTest {
  private final Agenda agenda = new Agenda();
  private final List<String> happened = new ArrayList<>();

  private void run() {
    while (!agenda.isEmpty()) {
      assertThat(agenda.step()).isTrue();
    }
  }

  @Test
  void whatIsDueFirstHappensFirstAndOfTwoAtATimeTheOneThatWasPutInFirst() {
    SplittableRandom random = new SplittableRandom(7);
    TreeMap<Long, List<String>> expected = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      long timeNs = random.nextLong(200);
      String name = "task " + i;
      expected.computeIfAbsent(timeNs, at -> new ArrayList<>()).add(name);
      long unused = agenda.at(timeNs, () -> happened.add(name));
    }
    run();
    assertThat(happened).isEqualTo(expected.values().stream().flatMap(List::stream).toList());
    assertThat(agenda.done()).isEqualTo(1_000);
  }

  @Test
  void aTaskMayPutInOthersOrNone() {
    agenda.after(
        5,
        () -> {
          happened.add("first at " + agenda.nowNs());
          agenda.after(0, () -> happened.add("at once"));
          agenda.after(10, () -> happened.add("last at " + agenda.nowNs()));
        });
    agenda.after(7, () -> happened.add("between at " + agenda.nowNs()));
    run();
    assertThat(happened).containsExactly("first at 5", "at once", "between at 7", "last at 15");
  }

  @Test
  void anAlarmRingsAtTheLastTimeThatWasSet() {
    Alarm alarm = new Alarm(agenda, () -> happened.add("rings at " + agenda.nowNs()));
    alarm.set(10);
    alarm.set(30);
    alarm.set(20);
    run();
    assertThat(happened).containsExactly("rings at 20");
    alarm.set(40);
    alarm.cancel();
    assertThat(agenda.isEmpty()).isTrue();
  }

  @Test
  void tasksOfSeveralLoopsHappenInTheOrderInWhichTheyAreDue() {
    Loop one = new Loop(agenda, Dice.of(1, "one"), 1_000);
    Loop other = new Loop(agenda, Dice.of(1, "other"), 0);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String name = "task " + i;
      one.execute(
          () -> {
            assertThat(one.inside()).isTrue();
            times.add(agenda.nowNs());
            happened.add(name);
          });
      other.execute(() -> times.add(agenda.nowNs()));
    }
    run();
    assertThat(times).isSorted().hasSize(80);
    assertThat(happened).isEqualTo(happened.stream().sorted(AgendaTest::byNumber).toList());
    assertThat(agenda.done()).isEqualTo(80);
  }

  private static int byNumber(String one, String other) {
    return Integer.compare(
        Integer.parseInt(one.substring(5)), Integer.parseInt(other.substring(5)));
  }
}
