package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void leavesPrintableAsciiAlone() {
    String nqn = "nqn.2014-08.org.nvmexpress:uuid:5a1fcf4e ~!";
    assertThat(Printable.of(nqn)).isEqualTo(nqn);
  }

  @Test
  void letsNobodyForgeALogLineOrSpeakToATerminal() {
    assertThat(
            Printable.of("nqn.x\n12:00 INFO all is well\r\u001b[31m\u0007\u0000\u007f\u009b\u202e"))
        .isEqualTo("nqn.x<a>12:00 INFO all is well<d><1b>[31m<7><0><7f><9b><202e>");
  }

  @Test
  void isBounded() {
    assertThat(Printable.of("n".repeat(1000))).hasSize(256);
    assertThat(Printable.of("\n".repeat(1000)).length()).isLessThan(270);
  }
}
