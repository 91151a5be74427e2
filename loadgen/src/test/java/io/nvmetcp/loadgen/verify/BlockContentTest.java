package io.nvmetcp.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.VerifyMethod;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockContentTest {
  private static final int BLOCK = 4096;
  private static final long LBA = 77;
  private static final Identity WRITER = new Identity(1, 42, 0);
  private static final VerifyMethod CRC = VerifyMethod.CRC32C;

  private final BlockContent content = content(CRC, WRITER);
  private final MemorySegment data = MemorySegment.ofArray(new byte[3 * BLOCK]);

  private static BlockContent content(VerifyMethod method, Identity identity) {
    return new BlockContent(method, Optional.empty(), identity, BLOCK);
  }

  private static BlockContent pattern(String pattern) {
    JobSpec job = JobSpec.of("job", "rw=write", "verify=pattern", "verify_pattern=" + pattern);
    return new BlockContent(VerifyMethod.PATTERN, job.get(JobKey.VERIFY_PATTERN), WRITER, BLOCK);
  }

  private Finding check(int floor, int newest) {
    return content.check(data, BLOCK, LBA, floor, newest);
  }

  private void flip(long at) {
    byte value = data.get(ValueLayout.JAVA_BYTE, BLOCK + at);
    data.set(ValueLayout.JAVA_BYTE, BLOCK + at, (byte) (value ^ 1));
  }

  @ParameterizedTest
  @EnumSource(names = {"CRC32C", "MD5"})
  void whatWasWrittenIsRightAndNothingAroundItIsTouched(VerifyMethod method) {
    BlockContent written = content(method, WRITER);
    written.write(data, BLOCK, LBA, 3);
    assertThat(written.check(data, BLOCK, LBA, 3, 3)).isNull();
    assertThat(written.check(data, BLOCK, LBA, 1, 5)).isNull();
    assertThat(written.check(data, BLOCK, LBA, 1, BlockContent.ANY_GENERATION)).isNull();
    assertThat(written.generation(data, BLOCK)).isEqualTo(3);
    for (int i = 0; i < BLOCK; i++) {
      assertThat(data.get(ValueLayout.JAVA_BYTE, i)).isZero();
      assertThat(data.get(ValueLayout.JAVA_BYTE, 2L * BLOCK + i)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CRC32C", "MD5"})
  void everyFlippedByteIsFound(VerifyMethod method) {
    BlockContent written = content(method, WRITER);
    for (int at = 0; at < BLOCK; at += at < Stamp.BYTES ? 1 : 37) {
      // The unused part of a CRC32C's field and its neighbours are covered by nothing.
      if (method == CRC && at >= 4 && at < Stamp.CHECKSUM_BYTES) {
        continue;
      }
      written.write(data, BLOCK, LBA, 3);
      flip(at);
      assertThat(written.check(data, BLOCK, LBA, 3, 3)).as("byte %d", at).isNotNull();
    }
  }

  @Test
  void aLostBlockIsCalledLost() {
    assertThat(check(2, 2).toString())
        .isEqualTo(
            "lost: namespace 1, block 77: generation 2 was acknowledged, and it holds zeros");
  }

  @Test
  void aStaleBlockIsCalledStale() {
    content.write(data, BLOCK, LBA, 4);
    assertThat(check(6, 7).toString())
        .isEqualTo("stale: namespace 1, block 77: it holds generation 4, and 6 was acknowledged");
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 512, 1000, 2048, 4088})
  void aTornBlockIsCalledTornWithTheByteWhereItTears(int from) {
    content.write(data, 0, LBA, 6);
    content.write(data, BLOCK, LBA, 7);
    MemorySegment.copy(data, from, data, BLOCK + from, BLOCK - from);
    assertThat(check(6, 7).kind()).isEqualTo(Finding.Kind.TORN);
    assertThat(check(6, 7).detail())
        .isEqualTo(
            "up to byte %d it is generation 7, from there on generation 6".formatted(from - 1));
  }

  @Test
  void aBlockWhoseEndNeverArrivedIsTorn() {
    content.write(data, BLOCK, LBA, 1);
    data.asSlice(BLOCK + 1024, BLOCK - 1024).fill((byte) 0);
    assertThat(check(0, 1).toString())
        .isEqualTo(
            "torn: namespace 1, block 77: up to byte 1023 it is generation 1, from there on zeros");
  }

  @Test
  void aBlockWhoseBeginningNeverArrivedIsTorn() {
    content.write(data, BLOCK, LBA, 2);
    data.asSlice(BLOCK, 512).fill((byte) 0);
    assertThat(check(2, 2).toString())
        .isEqualTo("torn: namespace 1, block 77: it has no stamp, and ends as generation 2");
  }

  @Test
  void aMisplacedBlockIsCalledMisplacedWithItsOwnPlace() {
    content.write(data, BLOCK, 99, 2);
    assertThat(check(1, 1).toString())
        .isEqualTo(
            "misplaced: namespace 1, block 77: it holds block 99 of namespace 1, generation 2");
    content(CRC, new Identity(2, 42, 0)).write(data, BLOCK, LBA, 1);
    assertThat(check(1, 1).kind()).isEqualTo(Finding.Kind.MISPLACED);
    // Also where nobody remembers what was written.
    assertThat(check(1, BlockContent.ANY_GENERATION).kind()).isEqualTo(Finding.Kind.MISPLACED);
  }

  @Test
  void aForeignBlockIsCalledForeignWithItsWriter() {
    content(CRC, new Identity(1, 43, 5)).write(data, BLOCK, LBA, 2);
    assertThat(check(1, 1).toString())
        .isEqualTo(
            "foreign: namespace 1, block 77:"
                + " it was written by job 5 of a run with seed 43, generation 2");
    assertThat(check(1, BlockContent.ANY_GENERATION)).isNull();
    data.asSlice(BLOCK, BLOCK).fill((byte) 0x5A);
    assertThat(check(1, 1).toString())
        .isEqualTo("foreign: namespace 1, block 77: it bears no stamp");
    content.write(data, BLOCK, LBA, 9);
    assertThat(check(1, 8).toString())
        .contains("foreign", "it holds generation 9, and nothing after 8 was written");
    content(VerifyMethod.MD5, WRITER).write(data, BLOCK, LBA, 1);
    assertThat(check(1, 1).toString()).contains("foreign", "another kind of checksum");
  }

  @Test
  void aCorruptBlockIsCalledCorruptWithTheByte() {
    content.write(data, BLOCK, LBA, 1);
    int right = data.get(ValueLayout.JAVA_BYTE, BLOCK + 2000) & 0xFF;
    flip(2000);
    assertThat(check(1, 1).toString())
        .isEqualTo(
            "corrupt: namespace 1, block 77: byte 2000 is 0x%02x and must be 0x%02x"
                .formatted(right ^ 1, right));
    flip(2000);
    flip(0);
    assertThat(check(1, 1).detail()).isEqualTo("the checksum in its stamp is wrong");
  }

  @Test
  void whatWasNeverWrittenMayHoldAnythingThatIsNotOfAnotherPlace() {
    assertThat(check(0, 0)).isNull();
    data.asSlice(BLOCK, BLOCK).fill((byte) 0x5A);
    assertThat(check(0, 0)).isNull();
    content(CRC, new Identity(1, 43, 5)).write(data, BLOCK, LBA, 2);
    assertThat(check(0, 0)).isNull();
    content.write(data, BLOCK, 78, 1);
    assertThat(check(0, 0).kind()).isEqualTo(Finding.Kind.MISPLACED);
  }

  @Test
  void patternsBearNoStamp() {
    BlockContent written = pattern("\"block \"%o0xff");
    written.write(data, BLOCK, LBA, 1);
    byte[] start = data.asSlice(BLOCK, 7 + 8).toArray(ValueLayout.JAVA_BYTE);
    assertThat(new String(start, 0, 6, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("block ");
    // 77 * 4096 = 0x4d000
    assertThat(start[6 + 1]).isEqualTo((byte) 0xD0);
    assertThat(written.check(data, BLOCK, LBA, 1, 1)).isNull();
    assertThat(written.check(data, BLOCK, LBA + 1, 1, 1).kind()).isEqualTo(Finding.Kind.CORRUPT);
    data.fill((byte) 0);
    assertThat(written.check(data, BLOCK, LBA, 1, 1).kind()).isEqualTo(Finding.Kind.LOST);
    assertThat(written.check(data, BLOCK, LBA, 0, 0)).isNull();
  }

  @Test
  void aPatternMayFillStampedBlocks() {
    JobSpec job = JobSpec.of("job", "rw=write", "verify=md5", "verify_pattern=0xdeadbeef");
    var written = new BlockContent(VerifyMethod.MD5, job.get(JobKey.VERIFY_PATTERN), WRITER, BLOCK);
    written.write(data, BLOCK, LBA, 1);
    assertThat(data.get(ValueLayout.JAVA_BYTE, BLOCK + Stamp.BYTES)).isEqualTo((byte) 0xDE);
    assertThat(written.check(data, BLOCK, LBA, 1, 1)).isNull();
    flip(Stamp.BYTES + 5);
    assertThat(written.check(data, BLOCK, LBA, 1, 1).kind()).isEqualTo(Finding.Kind.CORRUPT);
  }
}
