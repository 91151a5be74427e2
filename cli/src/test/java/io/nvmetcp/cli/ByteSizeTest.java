package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "512,512,512 B",
    "4k,4096,4 KiB",
    "4K,4096,4 KiB",
    "4kb,4096,4 KiB",
    "4KiB,4096,4 KiB",
    "' 64m ',67108864,64 MiB",
    "1536k,1572864,1536 KiB",
    "1g,1073741824,1 GiB",
    "2t,2199023255552,2048 GiB",
    "0,0,0 B",
    "9007199254740991k,9223372036854774784,9007199254740991 KiB",
  })
  void readsWhatUsersWriteAndWritesItInTheLargestWholeUnit(String text, long bytes, String back) {
    ByteSize size = ByteSize.parse(text);
    assertThat(size.bytes()).isEqualTo(bytes);
    assertThat(size).hasToString(back);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "-4k", "4.5k", "4 k", "4x", "4kk", "1234567890123456789"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is no size");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9007199254740992k", "9999999999g", "99999999t"})
  void refusesWhatALongCannotHold(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text)).hasMessage("'" + text + "' is too large");
  }
}
