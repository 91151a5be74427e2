package io.nvmetcp.loadgen.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IoSequenceTest {
  private static final int PART = 1 << 20;

  private record Io(long position, int length) {}

  private static List<Io> pass(IoSequence sequence, Operation operation) {
    List<Io> ios = new ArrayList<>();
    while (sequence.next(operation)) {
      ios.add(new Io(sequence.position(), sequence.lengthBytes()));
    }
    return ios;
  }

  private static IoSequence sequence(String... words) {
    return new IoSequence(JobSpec.of("job", words), PART, 11);
  }

  // How often each block of 512 bytes is covered.
  private static int[] coverage(List<Io> ios) {
    int[] blocks = new int[PART / 512];
    for (Io io : ios) {
      for (long at = io.position(); at < io.position() + io.length(); at += 512) {
        blocks[(int) (at / 512)]++;
      }
    }
    return blocks;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rw=write",
        "rw=randwrite",
        "rw=write bs=7680",
        "rw=write bsrange=512-64k",
        "rw=randwrite bsrange=512-64k",
        "rw=randwrite bsrange=4k-16k",
        "rw=randwrite bssplit=512/10:8k/60:128k/30",
        "rw=randtrim bs=64k",
      })
  void aPassCoversEveryByteOnce(String words) {
    IoSequence sequence = sequence(words.split(" "));
    Operation operation = words.contains("trim") ? Operation.TRIM : Operation.WRITE;
    List<Io> first = pass(sequence, operation);
    int[] blocks = coverage(first);
    long end = sequence.passBytes() / 512;
    assertThat(Arrays.stream(blocks).limit(end)).containsOnly(1);
    assertThat(Arrays.stream(blocks).skip(end)).allMatch(count -> count == 0);
    assertThat(PART - sequence.passBytes()).isLessThan(first.getFirst().length());

    sequence.rewind(operation);
    List<Io> second = pass(sequence, operation);
    assertThat(Arrays.stream(coverage(second)).limit(end)).containsOnly(1);
    if (words.contains("rand")) {
      assertThat(second).isNotEqualTo(first);
    }
  }

  @Test
  void theSeedRepeatsEverything() {
    String[] words = {"rw=randrw", "bsrange=512-32k", "rwmixread=30"};
    JobSpec job = JobSpec.of("job", words);
    var one = new IoSequence(job, PART, 5);
    var same = new IoSequence(job, PART, 5);
    for (int i = 0; i < 30; i++) {
      Operation operation = one.chooseOperation();
      assertThat(same.chooseOperation()).isEqualTo(operation);
      assertThat(same.next(operation)).isEqualTo(one.next(operation));
      assertThat(same.position()).isEqualTo(one.position());
      assertThat(same.lengthBytes()).isEqualTo(one.lengthBytes());
    }
  }

  @Test
  void aMixHasItsShareOfReads() {
    IoSequence sequence = sequence("rw=randrw", "rwmixread=80");
    int reads = 0;
    for (int i = 0; i < 10_000; i++) {
      reads += sequence.chooseOperation() == Operation.READ ? 1 : 0;
    }
    assertThat(reads).isBetween(7_800, 8_200);
  }

  @Test
  void aSequentialMixHasAPositionForEachDirection() {
    IoSequence sequence = sequence("rw=rw", "bs=4k,8k");
    assertThat(sequence.next(Operation.READ)).isTrue();
    assertThat(sequence.next(Operation.READ)).isTrue();
    assertThat(sequence.position()).isEqualTo(4096);
    assertThat(sequence.next(Operation.WRITE)).isTrue();
    assertThat(sequence.position()).isZero();
    assertThat(sequence.lengthBytes()).isEqualTo(8192);
  }

  @Test
  void sizesHaveTheirWeights() {
    IoSequence sequence = sequence("rw=randread", "norandommap", "bssplit=4k/20:16k/50:64k/30");
    int[] counts = new int[3];
    for (int i = 0; i < 10_000; i++) {
      assertThat(sequence.next(Operation.READ)).isTrue();
      counts[Integer.numberOfTrailingZeros(sequence.lengthBytes() / 4096) / 2]++;
      assertThat(sequence.position() + sequence.lengthBytes()).isLessThanOrEqualTo(PART);
    }
    assertThat(counts[0]).isBetween(1_800, 2_200);
    assertThat(counts[1]).isBetween(4_800, 5_200);
    assertThat(counts[2]).isBetween(2_800, 3_200);
  }

  @Test
  void aRangeYieldsEveryMultipleOfItsSmallestSize() {
    IoSequence sequence = sequence("rw=randread", "norandommap", "bsrange=4k-16k");
    int[] counts = new int[4];
    for (int i = 0; i < 4_000; i++) {
      assertThat(sequence.next(Operation.READ)).isTrue();
      assertThat(sequence.lengthBytes() % 4096).isZero();
      counts[sequence.lengthBytes() / 4096 - 1]++;
    }
    assertThat(counts).hasSize(4);
    assertThat(Arrays.stream(counts)).allMatch(count -> count > 850 && count < 1_150);
  }
}
