package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventLineTest {
  private static String of(String value) {
    return new EventLine("x").add("k", value).toString();
  }

  @Test
  void leavesPlainValuesAlone() {
    assertThat(new EventLine("connect").add("queue", 3).add("host", "nqn.2014-08.org:a_b/c%1"))
        .hasToString("event=connect queue=3 host=nqn.2014-08.org:a_b/c%1");
  }

  @Test
  void quotesWhatWouldEndAValueOrBeTakenForAnother() {
    assertThat(of("")).isEqualTo("event=x k=\"\"");
    assertThat(of("a b=c")).isEqualTo("event=x k=\"a b=c\"");
    assertThat(of("say \"hi\\\"")).isEqualTo("event=x k=\"say \\\"hi\\\\\\\"\"");
  }

  @Test
  void nothingLeavesTheLineOrReachesATerminal() {
    assertThat(of("nqn.x\n12:00 INFO all is well\r\u001b[31m\u0000\u007f\u009b\u202e"))
        .isEqualTo(
            "event=x k=\"nqn.x\\u000a12:00 INFO all is"
                + " well\\u000d\\u001b[31m\\u0000\\u007f\\u009b\\u202e\"");
  }

  @Test
  void cutsLongValues() {
    assertThat(of("n".repeat(1000))).hasSizeLessThan(300).endsWith("nnn...\"");
    assertThat(of("\n".repeat(1000)).length()).isLessThan(1600);
  }
}
