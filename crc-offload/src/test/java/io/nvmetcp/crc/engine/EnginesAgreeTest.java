package io.nvmetcp.crc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.Crc32cDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EnginesAgreeTest {
  @Test
  void bothEnginesFindTheSameDigestOfAnything() {
    long seed = 0xC0DE_C0DEL;
    var random = new Random(seed);
    Crc32cDigest fast = JdkCrc32c.INSTANCE.newDigest();
    Crc32cDigest reference = CommonsCodecCrc32c.INSTANCE.newDigest();
    for (int round = 0; round < 2000; round++) {
      byte[] data = new byte[random.nextInt(1 << random.nextInt(1, 16))];
      random.nextBytes(data);
      fast.reset();
      fast.update(data, 0, data.length);
      reference.reset();
      reference.update(data, 0, data.length);
      assertThat(fast.value()).as("seed %d round %d", seed, round).isEqualTo(reference.value());
    }
  }
}
