package io.nvmetcp.target.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "in-order",
        "shuffle:8:7",
        "ns1=reverse:4",
        "ns1=reverse:4;queue2=shuffle:8:7;in-order",
        "ns3=script:2,3,1;hold:4:20;r2t:queue1=interleave:8:4096;r2t:small-first:4",
      })
  void readsWhatItWrites(String text) {
    Schedule schedule = Schedule.parse(text);
    assertThat(schedule.text()).isEqualTo(text);
    assertThat(Schedule.parse(schedule.text())).isEqualTo(schedule);
  }

  @Test
  void separatesResponsesFromRequestsForData() {
    Schedule schedule = Schedule.parse(" R2T:reverse:2 ; NS7 = in-order ");
    assertThat(schedule.requests())
        .isEqualTo(List.of(ScheduleRule.forAll(new SchedulePolicy.Reverse(2))));
    assertThat(schedule.responses())
        .isEqualTo(List.of(new ScheduleRule(7, 0, new SchedulePolicy.InOrder())));
  }

  @Test
  void saysInOrderWhenThereIsNoRule() {
    assertThat(Schedule.IN_ORDER.text()).isEqualTo("in-order");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|unknown policy ''",
        "in-order;|unknown policy ''",
        "ns1=|unknown policy ''",
        "ns=reverse:2|'ns' selects nothing",
        "ns0=reverse:2|'ns0' selects nothing",
        "nsx=reverse:2|'nsx' selects nothing",
        "queue-1=reverse:2|'queue-1' selects nothing",
        "host1=reverse:2|'host1' selects nothing",
        "in-order;ns1=reverse:2|rule 'ns1=reverse:2' never applies: 'in-order' before it",
        "r2t:in-order;r2t:reverse:2|rule 'reverse:2' never applies",
        "r2t:r2t:in-order|unknown policy 'r2t'",
      })
  void saysWhatIsWrong(String text, String reason) {
    assertThatThrownBy(() -> Schedule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
