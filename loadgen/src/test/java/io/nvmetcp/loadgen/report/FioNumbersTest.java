package io.nvmetcp.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As fio 3.33 prints the same numbers. */
class FioNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "2678910, 2679k",
    "1331069, 1331k",
    "88, 88",
    "1000, 1000",
    "9999, 9999",
    "41525, 41.5k",
    "123456, 123k",
    "5824000000000, 5824G",
  })
  void counts(double value, String text) {
    assertThat(FioNumbers.count(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "10972817591, 10.2GiB, 11.0GB",
    "21956608000, 20.4GiB, 22.0GB",
    "5452060529, 5199MiB, 5452MB",
    "4096000, 4000KiB, 4096kB",
    "1048576, 1024KiB, 1049kB",
    "1073741824, 1024MiB, 1074MB",
    "0, 0B, 0B",
  })
  void bytes(double value, String binary, String decimal) {
    assertThat(FioNumbers.bytes(value)).isEqualTo(binary);
    assertThat(FioNumbers.decimalBytes(value)).isEqualTo(decimal);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 10",
    "4684910, 4684.9k",
    "26882947, 26883k",
    "6203656, 6203.7k",
    "522936313, 522936k",
    "10296, 10296",
    "145500, 145500",
    "60256408, 60256k",
  })
  void latencies(double value, String text) {
    assertThat(FioNumbers.latency(value)).isEqualTo(text);
  }
}
