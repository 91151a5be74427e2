package io.nvmetcp.crc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class Crc32cTest {
  @Test
  void joinsTwoRunsAsIfTheyHadBeenOne() {
    long seed = 0xC0B1_4EL;
    var random = new Random(seed);
    for (int round = 0; round < 5000; round++) {
      byte[] data = new byte[random.nextInt(1 << random.nextInt(1, 15))];
      random.nextBytes(data);
      int cut = random.nextInt(data.length + 1);
      int joined =
          Crc32c.combine(crc(data, 0, cut), crc(data, cut, data.length), data.length - cut);
      assertThat(joined).as("seed %d round %d", seed, round).isEqualTo(crc(data, 0, data.length));
    }
  }

  @Test
  void joinsManyRunsInAnyGrouping() {
    byte[] data = new byte[4000];
    new Random(1).nextBytes(data);
    int a = crc(data, 0, 1000);
    int b = crc(data, 1000, 2500);
    int c = crc(data, 2500, 4000);
    int left = Crc32c.combine(Crc32c.combine(a, b, 1500), c, 1500);
    int right = Crc32c.combine(a, Crc32c.combine(b, c, 1500), 3000);
    assertThat(left).isEqualTo(right).isEqualTo(crc(data, 0, 4000));
  }

  @Test
  void leavesACrcAloneWhenNothingFollows() {
    assertThat(Crc32c.combine(0x12345678, 0, 0)).isEqualTo(0x12345678);
    assertThat(Crc32c.combine(0, 0x12345678, 77)).isEqualTo(0x12345678);
  }

  @Test
  void countsLengthsBeyondAnArray() {
    // 2^33 + 2^20 bytes of zero, in two groupings.
    int zeroes = crc(new byte[1 << 20], 0, 1 << 20);
    int doubled = zeroes;
    long length = 1 << 20;
    while (length < 1L << 33) {
      doubled = Crc32c.combine(doubled, doubled, length);
      length *= 2;
    }
    assertThat(Crc32c.combine(zeroes, doubled, length))
        .isEqualTo(Crc32c.combine(doubled, zeroes, 1 << 20));
  }

  @Test
  void refusesANegativeLength() {
    assertThatIllegalArgumentException().isThrownBy(() -> Crc32c.combine(1, 2, -1));
  }

  @Test
  void joinsWithRunsOfAFixedLengthAsWithAny() {
    var random = new Random(7);
    for (long length : new long[] {0, 1, 3, 512, 4096, 131072, 1L << 33}) {
      var join = new Crc32cJoin(length);
      assertThat(join.lengthB()).isEqualTo(length);
      for (int round = 0; round < 200; round++) {
        int a = round == 0 ? 0 : random.nextInt();
        int b = random.nextInt();
        assertThat(join.join(a, b)).isEqualTo(Crc32c.combine(a, b, length));
      }
    }
  }

  private static int crc(byte[] data, int from, int to) {
    var crc = new CRC32C();
    crc.update(data, from, to - from);
    return (int) crc.getValue();
  }
}
