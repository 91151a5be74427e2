package io.nvmetcp.crc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every CRC32C engine does, whoever computes. */
public abstract class Crc32cEngineContract {
  private static final long SEED = 0x3720_0B04L;

  /** The engine under test. */
  protected abstract Crc32cEngine engine();

  /** RFC 3720 appendix B.4: bytes, and the digest as its bytes stand on the wire. */
  static Stream<Vector> vectors() {
    byte[] ascending = new byte[32];
    byte[] descending = new byte[32];
    byte[] ones = new byte[32];
    for (int i = 0; i < 32; i++) {
      ascending[i] = (byte) i;
      descending[i] = (byte) (31 - i);
      ones[i] = (byte) 0xFF;
    }
    byte[] read =
        HexFormat.of()
            .parseHex(
                "01c00000000000000000000000000000"
                    + "14000000000004000000001400000018"
                    + "28000000000000000200000000000000");
    return Stream.of(
        new Vector("32 bytes of zeroes", new byte[32], "aa36918a"),
        new Vector("32 bytes of ones", ones, "43aba862"),
        new Vector("32 bytes ascending", ascending, "4e79dd46"),
        new Vector("32 bytes descending", descending, "5cdb3f11"),
        new Vector("an iSCSI SCSI Read (10) command", read, "563a96d9"));
  }

  record Vector(String name, byte[] data, String wire) {
    int digest() {
      return Integer.reverseBytes(HexFormat.fromHexDigits(wire));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void agreesWithRfc3720OnArrays(Vector vector) {
    Crc32cDigest digest = engine().newDigest();
    digest.update(vector.data(), 0, vector.data().length);
    assertThat(digest.value()).isEqualTo(vector.digest());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void agreesWithRfc3720OnHeapSegments(Vector vector) {
    assertThat(digestOf(MemorySegment.ofArray(vector.data()))).isEqualTo(vector.digest());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void agreesWithRfc3720OnNativeSegments(Vector vector) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(vector.data().length);
      segment.copyFrom(MemorySegment.ofArray(vector.data()));
      assertThat(digestOf(segment)).isEqualTo(vector.digest());
      assertThat(digestOf(segment.asReadOnly())).isEqualTo(vector.digest());
    }
  }

  @Test
  void digestsTheRangeAskedForAndNothingBesideIt() {
    byte[] noise = random(new Random(SEED), 20_000);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment segment = arena.allocate(noise.length, 4096);
      segment.copyFrom(MemorySegment.ofArray(noise));
      var random = new Random(SEED + 1);
      for (int round = 0; round < 500; round++) {
        int at = random.nextInt(noise.length);
        int length = random.nextInt(noise.length - at + 1);
        int expected = oracle(noise, at, length);
        assertThat(digestOf(segment, at, length))
            .as("seed %d round %d", SEED, round)
            .isEqualTo(expected);
        assertThat(digestOf(segment.asSlice(at, length), 0, length)).isEqualTo(expected);
        assertThat(digestOf(MemorySegment.ofArray(noise), at, length)).isEqualTo(expected);
        Crc32cDigest array = engine().newDigest();
        array.update(noise, at, length);
        assertThat(array.value()).isEqualTo(expected);
      }
    }
  }

  @Test
  void addsUpHoweverTheBytesAreCut() {
    var random = new Random(SEED + 2);
    byte[] data = random(random, 70_000);
    Crc32cDigest digest = engine().newDigest();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment direct = arena.allocate(data.length);
      direct.copyFrom(MemorySegment.ofArray(data));
      MemorySegment[] sources = {direct, MemorySegment.ofArray(data), direct.asReadOnly()};
      for (int round = 0; round < 200; round++) {
        digest.reset();
        int at = 0;
        while (at < data.length) {
          int step = Math.min(data.length - at, random.nextInt(1 << random.nextInt(1, 17)));
          switch (random.nextInt(4)) {
            case 0 -> digest.update(data, at, step);
            case 1 -> digest.update(sources[0], at, step);
            case 2 -> digest.update(sources[1], at, step);
            default -> digest.update(sources[2].asSlice(at, step), 0, step);
          }
          at += step;
        }
        assertThat(digest.value())
            .as("seed %d round %d", SEED, round)
            .isEqualTo(oracle(data, 0, data.length));
      }
    }
  }

  @Test
  void sharesItsViewsBetweenManySegmentsWithoutMixingThem() {
    var random = new Random(SEED + 3);
    Crc32cDigest digest = engine().newDigest();
    try (Arena arena = Arena.ofConfined()) {
      byte[][] data = new byte[7][];
      MemorySegment[] segments = new MemorySegment[7];
      for (int i = 0; i < 7; i++) {
        data[i] = random(random, 1 + random.nextInt(300));
        segments[i] = arena.allocate(data[i].length);
        segments[i].copyFrom(MemorySegment.ofArray(data[i]));
      }
      for (int round = 0; round < 1000; round++) {
        int i = random.nextInt(7);
        digest.reset();
        digest.update(segments[i], 0, data[i].length);
        assertThat(digest.value())
            .as("seed %d round %d", SEED, round)
            .isEqualTo(oracle(data[i], 0, data[i].length));
      }
    }
  }

  @Test
  void isZeroForNoBytesAndAfterReset() {
    Crc32cDigest digest = engine().newDigest();
    assertThat(digest.value()).isZero();
    digest.update(new byte[] {1, 2, 3}, 0, 3);
    assertThat(digest.value()).isNotZero();
    digest.reset();
    assertThat(digest.value()).isZero();
    digest.update(MemorySegment.ofArray(new byte[9]), 9, 0);
    digest.update(new byte[9], 9, 0);
    assertThat(digest.value()).isZero();
  }

  @Test
  void showsItsValueWithoutEndingTheComputation() {
    byte[] data = "123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Crc32cDigest digest = engine().newDigest();
    for (int i = 0; i < data.length; i++) {
      digest.update(data, i, 1);
      assertThat(digest.value()).isEqualTo(oracle(data, 0, i + 1));
    }
    assertThat(digest.value()).as("the check value of CRC-32/ISCSI").isEqualTo(0xE3069283);
  }

  @Test
  void keepsDigestsOfOneEngineApart() {
    Crc32cDigest one = engine().newDigest();
    Crc32cDigest other = engine().newDigest();
    one.update(new byte[] {1}, 0, 1);
    assertThat(other.value()).isZero();
  }

  @Test
  void refusesRangesThatDoNotLieInTheMemory() {
    Crc32cDigest digest = engine().newDigest();
    digest.update(new byte[] {7}, 0, 1);
    int before = digest.value();
    MemorySegment segment = MemorySegment.ofArray(new byte[16]);
    long[][] ranges = {{-1, 1}, {0, 17}, {16, 1}, {17, 0}, {8, -1}, {Long.MAX_VALUE, 1}, {1, 16}};
    for (long[] range : ranges) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .as("segment range %d+%d", range[0], range[1])
          .isThrownBy(() -> digest.update(segment, range[0], range[1]));
      if (range[0] == (int) range[0]) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .as("array range %d+%d", range[0], range[1])
            .isThrownBy(() -> digest.update(new byte[16], (int) range[0], (int) range[1]));
      }
    }
    assertThat(digest.value()).as("a refused update leaves no trace").isEqualTo(before);
  }

  @Test
  void refusesMemoryThatIsClosed() {
    Crc32cDigest digest = engine().newDigest();
    Arena arena = Arena.ofShared();
    MemorySegment segment = arena.allocate(64);
    digest.update(segment, 0, 64);
    arena.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> digest.update(segment, 0, 64));
  }

  @Test
  void hasAName() {
    assertThat(engine().name()).matches("[a-z][a-z0-9-]*");
  }

  private int digestOf(MemorySegment segment) {
    return digestOf(segment, 0, segment.byteSize());
  }

  private int digestOf(MemorySegment segment, long offset, long length) {
    Crc32cDigest digest = engine().newDigest();
    digest.update(segment, offset, length);
    return digest.value();
  }

  private static int oracle(byte[] data, int offset, int length) {
    var crc = new CRC32C();
    crc.update(data, offset, length);
    return (int) crc.getValue();
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
