package io.nvmetcp.loadgen.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import org.junit.jupiter.api.Test;

class PacerTest {
  private static Pacer pacer(String... words) {
    return new Pacer(JobSpec.of("job", words), 17);
  }

  @Test
  void dueTimesDependOnTheRateAlone() {
    Pacer pacer = pacer("rw=read", "rate_iops=3");
    assertThat(pacer.limited()).isTrue();
    assertThat(pacer.dueNs(Operation.READ)).isZero();
    for (int i = 1; i <= 3_000_000; i++) {
      pacer.sent(Operation.READ, 4096);
    }
    // Less than a millisecond of drift in ten days.
    assertThat(pacer.dueNs(Operation.READ)).isCloseTo(1_000_000_000_000_000L, within(1_000_000L));
  }

  @Test
  void aRateInBytesCountsTheLengthOfEachIo() {
    Pacer pacer = pacer("rw=write", "rate=1m");
    pacer.sent(Operation.WRITE, 1 << 19);
    assertThat(pacer.dueNs(Operation.WRITE)).isEqualTo(500_000_000);
    pacer.sent(Operation.WRITE, 1 << 20);
    assertThat(pacer.dueNs(Operation.WRITE)).isEqualTo(1_500_000_000);
  }

  @Test
  void ofAMixTheOperationThatIsDueFirstGoesFirst() {
    Pacer pacer = pacer("rw=rw", "rate_iops=300,100");
    int reads = 0;
    for (int i = 0; i < 400; i++) {
      Operation first = pacer.first();
      reads += first == Operation.READ ? 1 : 0;
      pacer.sent(first, 512);
    }
    assertThat(reads).isEqualTo(300);
  }

  @Test
  void poissonArrivalsHaveTheRateOnAverageAndItsSpread() {
    Pacer pacer = pacer("rw=read", "rate_iops=1000", "rate_process=poisson");
    long last = 0;
    double squares = 0;
    int draws = 100_000;
    for (int i = 0; i < draws; i++) {
      pacer.sent(Operation.READ, 512);
      long step = pacer.dueNs(Operation.READ) - last;
      last = pacer.dueNs(Operation.READ);
      squares += Math.pow(step / 1e6 - 1, 2);
    }
    assertThat(last / 1e6 / draws).isCloseTo(1, within(0.02));
    assertThat(Math.sqrt(squares / draws)).isCloseTo(1, within(0.05));
  }

  @Test
  void withoutARateNothingIsLimited() {
    assertThat(pacer("rw=read").limited()).isFalse();
    // A rate for what does not occur limits nothing.
    assertThat(pacer("rw=read", "rate=,1m").limited()).isFalse();
  }
}
