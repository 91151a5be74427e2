package io.nvmetcp.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
  private static List<String> names(Axis axis) {
    return axis.ticks().stream().map(axis.unit()::name).toList();
  }

  @Test
  void aLinearAxisEndsAtARoundNumberAboveTheLargest() {
    assertThat(names(Axis.linear(83_000, Axis::count)))
        .containsExactly("0", "20k", "40k", "60k", "80k", "100k");
    assertThat(Axis.linear(83_000, Axis::count).max()).isEqualTo(100_000);
    assertThat(names(Axis.linear(0, Axis::count))).startsWith("0").hasSizeGreaterThan(1);
  }

  @Test
  void bytesAreNamedAtRoundPowersOfTwo() {
    assertThat(names(Axis.binaryRate(2.6 * (1 << 30))))
        .containsExactly("0 B/s", "1 GiB/s", "2 GiB/s", "3 GiB/s");
    assertThat(names(Axis.binaryRate(900 * 1024)))
        .containsExactly("0 B/s", "200 KiB/s", "400 KiB/s", "600 KiB/s", "800 KiB/s", "1000 KiB/s");
  }

  @Test
  void aLogarithmicAxisHoldsWhatIsThere() {
    Axis axis = Axis.decades(78_000, 3_300_000, Axis::nanos);
    assertThat(names(axis))
        .containsExactly(
            "50 \u00B5s", "100 \u00B5s", "200 \u00B5s", "500 \u00B5s", "1 ms", "2 ms", "5 ms");
    assertThat(axis.at(78_000)).isBetween(0.0, 0.2);
    assertThat(axis.at(1)).isZero();
    assertThat(axis.at(1e12)).isOne();
    assertThat(Axis.decades(100, 200, Axis::nanos).max()).isEqualTo(1_000);
    assertThat(axis.at(500_000)).isCloseTo(0.5, within(0.01));
  }

  @Test
  void timeEndsWithTheRun() {
    assertThat(Axis.time(7.3).max()).isEqualTo(7.3);
    assertThat(names(Axis.time(600))).contains("0 s", "5:00", "10:00");
    assertThat(names(Axis.time(7_300))).contains("1:00:00", "2:00:00");
  }

  @ParameterizedTest
  @CsvSource({
    "999, 999 ns",
    "1000, 1 µs",
    "1234567, 1.23 ms",
    "9999999, 10 ms",
    "12345678901, 12.3 s",
    "0.04, 0.04 ns"
  })
  void latenciesHaveThreeDigits(double nanos, String text) {
    assertThat(Axis.nanos(nanos)).isEqualTo(text);
  }
}
