package io.nvmetcp.loadgen.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values as fio's documentation describes them. */
class FormsTest {
  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "4096b, 4096",
    "4k, 4096",
    "4kB, 4096",
    "4K, 4096",
    "0x1000, 4096",
    "1m, 1048576",
    "1024k, 1048576",
    "1g, 1073741824",
    "1t, 1099511627776",
    "1p, 1125899906842624",
    "0x10k, 16384",
  })
  void sizesHaveFiosSuffixes(String text, long bytes) {
    assertThat(Forms.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"9223372036854775808", "99999999999p", "''", "k", "-1", "1.5m", "0x"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> Forms.bytes(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 10000000000", "10s, 10000000000", "10sec, 10000000000", "3m, 180000000000",
        "2H, 7200000000000",
    "1d, 86400000000000", "250ms, 250000000", "250msec, 250000000", "7us, 7000", "7usec, 7000",
  })
  void timesHaveFiosSuffixes(String text, long nanos) {
    assertThat(Forms.seconds(text)).isEqualTo(nanos);
  }

  @Test
  void aTimeWithoutUnitHasThatOfItsWord() {
    assertThat(Forms.micros("5")).isEqualTo(5_000);
    assertThatThrownBy(() -> Forms.seconds("99999999999")).hasMessageContaining("292 years");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "256k | 262144 | 262144 | 262144",
        "8k,32k | 8192 | 32768 | 32768",
        "8k,32k, | 8192 | 32768 | 4096",
        ",8k | 4096 | 8192 | 8192",
        ",8k, | 4096 | 8192 | 4096",
        "8k, | 8192 | 4096 | 4096",
        "1k,2k,3k | 1024 | 2048 | 3072",
      })
  void valuesForReadsWritesAndTrimsStandBetweenCommas(String text, int read, int write, int trim) {
    PerOperation<BlockSizes> sizes =
        PerOperation.parse(text, BlockSizes::parseFixed, BlockSizes.DEFAULT);
    assertThat(sizes.of(Operation.READ).minBytes()).isEqualTo(read);
    assertThat(sizes.of(Operation.WRITE).minBytes()).isEqualTo(write);
    assertThat(sizes.of(Operation.TRIM).minBytes()).isEqualTo(trim);
  }

  @Test
  void aRangeMayBeWrittenEitherWay() {
    for (String text : List.of("4k-64k", "4k:64k", "64k-4k")) {
      BlockSizes sizes = BlockSizes.parseRange(text);
      assertThat(sizes.minBytes()).isEqualTo(4096);
      assertThat(sizes.maxBytes()).isEqualTo(65536);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4k/10:64k/50:32k/40 | 10 50 40",
        "4k/50:1k/:32k/ | 50 25 25",
        "4k:8k:16k | 34 33 33",
        "4k/100:8k/0 | 100",
        "4k/100:8k/ | 100",
      })
  void aSplitWeighsSizesAndBlanksShareTheRest(String text, String percents) {
    assertThat(BlockSizes.parseSplit(text).choices())
        .extracting(choice -> Integer.toString(choice.percent()))
        .containsExactly(percents.split(" "));
  }

  @Test
  void aShareOfANamespaceIsAligned() {
    assertThat(Amount.parse("50%").of(10_001, 4096)).isEqualTo(4096);
    assertThat(Amount.parse("100%").of(1L << 62, 512)).isEqualTo(1L << 62);
    assertThat(Amount.parse("1m").of(10, 512)).isEqualTo(1 << 20);
  }

  // As fio 3.33 fills a file.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "0xdeadbeef | deadbeef",
        "513 | 0102",
        "-12 | f4ffffff",
        "\"ab\"0x1234 | 61621234",
        "0xabc | 0abc",
        "0 | 00",
        "%o | 0010000000000000",
        "0xff%o\"abcd\"-12 | ff001000000000000061626364f4ffffff",
      })
  void patternsAreWrittenAsInFio(String text, String hex) {
    assertThat(HexFormat.of().formatHex(BytePattern.parse(text).at(4096))).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0x | '0x' is no hex number",
        "0xzz | '0xzz' is no hex number",
        "%x | there is only %o",
        "five | 'five' is no number",
        "4294967296 | needs more than 4 bytes",
        "\"open | a closing quote is missing",
        "\"\" | 0 bytes are not 1 to 512",
      })
  void whatIsNoPatternIsRefused(String text, String reason) {
    assertThatThrownBy(() -> BytePattern.parse(text)).hasMessageContaining(reason);
  }
}
