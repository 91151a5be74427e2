package io.nvmetcp.loadgen.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionTest {
  private static final int PLACES = 1_000;
  private static final int DRAWS = 200_000;

  // How often each place came, in their own order.
  private static int[] counts(String distribution) {
    var sequence =
        new IoSequence(
            JobSpec.of("job", "rw=randread", "bs=512", "random_distribution=" + distribution),
            PLACES * 512L,
            3);
    int[] counts = new int[PLACES];
    for (int i = 0; i < DRAWS; i++) {
      assertThat(sequence.next(Operation.READ)).isTrue();
      counts[(int) (sequence.position() / 512)]++;
    }
    return counts;
  }

  private static int[] mostFrequentFirst(int[] counts) {
    int[] sorted = counts.clone();
    Arrays.sort(sorted);
    int[] turned = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      turned[i] = sorted[sorted.length - 1 - i];
    }
    return turned;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9, 1.2, 2.5})
  void zipfPlacesComeAsOftenAsTheLawSays(double theta) {
    int[] counts = mostFrequentFirst(counts("zipf:" + theta));
    double sum = 0;
    for (int k = 1; k <= PLACES; k++) {
      sum += Math.pow(k, -theta);
    }
    for (int k : new int[] {1, 2, 3, 10}) {
      double expected = DRAWS * Math.pow(k, -theta) / sum;
      // Five times the spread of chance.
      assertThat((double) counts[k - 1])
          .as("place %d of zipf:%s", k, theta)
          .isBetween(
              expected - 5 * Math.sqrt(expected) - 5, expected + 5 * Math.sqrt(expected) + 5);
    }
  }

  @Test
  void aParetoPowerOfAFifthSendsFourFifthsToAFifth() {
    int[] counts = mostFrequentFirst(counts("pareto:0.2"));
    int hot = Arrays.stream(counts).limit(PLACES / 5).sum();
    assertThat(hot).isBetween(DRAWS * 78 / 100, DRAWS * 82 / 100);
  }

  @Test
  void frequentPlacesAreScatteredUnlessACenterIsGiven() {
    int[] centered = counts("zipf:1.2:0.25");
    int around = Arrays.stream(centered).skip(PLACES / 4 - 1).limit(20).sum();
    int[] scattered = counts("zipf:1.2");
    int most = 0;
    for (int at = 0; at + 20 <= PLACES; at++) {
      most = Math.max(most, Arrays.stream(scattered).skip(at).limit(20).sum());
    }
    assertThat(around).isGreaterThan(DRAWS / 2);
    assertThat(most).isLessThan(around);
  }

  @Test
  void uniformPlacesComeAlike() {
    var sequence =
        new IoSequence(JobSpec.of("job", "rw=randread", "bs=512", "norandommap"), PLACES * 512L, 3);
    int[] counts = new int[PLACES];
    for (int i = 0; i < DRAWS; i++) {
      assertThat(sequence.next(Operation.READ)).isTrue();
      counts[(int) (sequence.position() / 512)]++;
    }
    assertThat(Arrays.stream(counts)).allMatch(count -> count > 100 && count < 300);
  }
}
