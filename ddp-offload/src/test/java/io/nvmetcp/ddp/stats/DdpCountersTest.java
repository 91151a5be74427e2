package io.nvmetcp.ddp.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The names under which reports show what a device did, and the sums of several queues. */
final class DdpCountersTest {
  @Test
  void everyCounterThatReportsAreReadForHasItsName() {
    List<String> ids = Arrays.stream(DdpCounter.values()).map(DdpCounter::id).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z]+(_[a-z]+)*"));
    assertThat(ids)
        .contains("queue_add", "queue_add_fail", "queue_del", "setup", "teardown")
        .contains("setup_fail_threshold", "setup_fail_tags", "setup_fail_segments")
        .contains("setup_fail_protection", "setup_fail_kind")
        .contains("ddp_pdus", "ddp_bytes", "copied_pdus", "copied_bytes", "drop", "resync")
        .contains("stale_tag", "out_of_range", "header_digest_errors", "data_digest_errors")
        .contains("digest_by_device", "digest_in_placement", "digest_by_fallback");
  }

  @Test
  void aSumHasWhatItsPartsHadAndASnapshotStaysAsItWas() {
    DdpCounters one = new DdpCounters();
    DdpCounters two = new DdpCounters();
    for (DdpCounter counter : DdpCounter.values()) {
      one.add(counter, counter.ordinal());
      two.increment(counter);
    }
    DdpCounters before = one.snapshot();
    one.addAll(two);
    for (DdpCounter counter : DdpCounter.values()) {
      assertThat(one.get(counter)).isEqualTo(counter.ordinal() + 1L);
      assertThat(before.get(counter)).isEqualTo(counter.ordinal());
      assertThat(two.get(counter)).isOne();
    }
  }
}
