package io.nvmetcp.target.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulePolicyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "in-order",
        "reverse:8",
        "shuffle:32:7",
        "shuffle:4:-9",
        "script:2,3,1",
        "script:1",
        "small-first:16",
        "interleave:4:8192",
        "hold:10:250"
      })
  void readsWhatItWrites(String text) {
    SchedulePolicy policy = SchedulePolicy.parse(text);
    assertThat(policy.text()).isEqualTo(text);
    assertThat(SchedulePolicy.parse(policy.text())).isEqualTo(policy);
  }

  @Test
  void givesAShuffleASeedOfItsOwn() {
    assertThat(SchedulePolicy.parse(" Shuffle:8 ")).isEqualTo(new SchedulePolicy.Shuffle(8, 1));
  }

  @Test
  void givesWindowsAndPartsTheirDefaults() {
    assertThat(SchedulePolicy.parse("small-first")).isEqualTo(new SchedulePolicy.SmallFirst(8));
    assertThat(SchedulePolicy.parse("interleave"))
        .isEqualTo(new SchedulePolicy.Interleave(8, 16384));
    assertThat(SchedulePolicy.parse("interleave:3"))
        .isEqualTo(new SchedulePolicy.Interleave(3, 16384));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backwards|unknown policy 'backwards'",
        "''|unknown policy ''",
        "reverse|a value is missing",
        "reverse:|'' is not a number",
        "reverse:x|'x' is not a number",
        "reverse:0|between 1 and 4096",
        "reverse:-3|between 1 and 4096",
        "reverse:4097|between 1 and 4096",
        "reverse:2:3|too many values",
        "in-order:2|too many values",
        "shuffle:8:x|seed 'x' is not a number",
        "shuffle:8:1:2|too many values",
        "script:|'' is not a number",
        "script:1,1|not a permutation of 1 to 2",
        "script:2,3|not a permutation of 1 to 2",
        "script:0,1|not a permutation of 1 to 2",
        "small-first:0|between 1 and 4096",
        "small-first:1:2|too many values",
        "interleave:4:100|parts of 100 bytes",
        "interleave:4:514|parts of 514 bytes",
        "interleave:5000|between 1 and 4096",
        "hold:3|a value is missing",
        "hold:0:5|each 0-th cannot be held",
        "hold:3:0|a hold of 0 ms",
        "hold:3:60001|a hold of 60001 ms",
      })
  void saysWhatIsWrongAndWhatIsAccepted(String text, String reason) {
    assertThatThrownBy(() -> SchedulePolicy.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining(reason)
        .hasMessageContaining(SchedulePolicy.FORMS);
  }
}
