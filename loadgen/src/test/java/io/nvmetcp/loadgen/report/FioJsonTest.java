package io.nvmetcp.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FioJsonTest {
  private static JsonObject render(boolean bins) {
    return FioJson.render(
        new Results()
            .reads("a", 1_000, "rw=randread", "iodepth=4")
            .reads("b", 500, "rw=randread", "stonewall", "rate_iops=1000")
            .result(),
        "nvmetcp test",
        bins);
  }

  private static List<String> words(String text) {
    return Arrays.asList(text.strip().split("\\s+"));
  }

  @Test
  void hasFiosFieldsInFiosOrder() {
    JsonObject json = render(false);
    assertThat(json.fieldNames())
        .containsExactlyElementsOf(
            words("fio\u00A0version timestamp timestamp_ms time global\u00A0options jobs nvmetcp")
                .stream()
                .map(name -> name.replace('\u00A0', ' '))
                .toList());
    JsonObject job = json.getJsonArray("jobs").getJsonObject(0);
    assertThat(job.fieldNames())
        .containsExactlyElementsOf(
            words(
                    """
                    jobname groupid error eta elapsed job\u00A0options read write trim sync job_runtime
                    usr_cpu sys_cpu ctx majf minf iodepth_level iodepth_submit iodepth_complete
                    latency_ns latency_us latency_ms latency_depth latency_target latency_percentile
                    latency_window nvmetcp
                    """)
                .stream()
                .map(name -> name.replace('\u00A0', ' '))
                .toList());
    for (String direction : List.of("read", "write", "trim")) {
      assertThat(job.getJsonObject(direction).fieldNames())
          .containsExactlyElementsOf(
              words(
                  """
                  io_bytes io_kbytes bw_bytes bw iops runtime total_ios short_ios drop_ios slat_ns
                  clat_ns lat_ns bw_min bw_max bw_agg bw_mean bw_dev bw_samples iops_min iops_max
                  iops_mean iops_stddev iops_samples
                  """));
    }
  }

  @Test
  void hasTheFiguresInFiosUnits() {
    JsonObject job = render(false).getJsonArray("jobs").getJsonObject(0);
    JsonObject read = job.getJsonObject("read");
    assertThat(read.getLong("io_bytes")).isEqualTo(4_096_000);
    assertThat(read.getLong("io_kbytes")).isEqualTo(4_000);
    assertThat(read.getLong("bw_bytes")).isEqualTo(4_096_000);
    assertThat(read.getLong("bw")).isEqualTo(4_000);
    assertThat(read.getDouble("iops")).isCloseTo(1_000, within(0.01));
    assertThat(read.getLong("runtime")).isEqualTo(1_000);
    JsonObject latency = read.getJsonObject("clat_ns");
    assertThat(latency.getLong("N")).isEqualTo(1_000);
    assertThat(latency.getDouble("mean")).isCloseTo(550_000, within(600.0));
    assertThat(latency.getJsonObject("percentile").getLong("50.000000"))
        .isCloseTo(500_000, within(600L));
    assertThat(job.getJsonObject("iodepth_level").getDouble("4")).isEqualTo(100);
    assertThat(job.getJsonObject("job options").getMap())
        .containsEntry("rw", "randread")
        .containsEntry("iodepth", "4");
    assertThat(job.getJsonObject("write").getLong("total_ios")).isZero();
    double shares = 0;
    for (String unit : List.of("latency_ns", "latency_us", "latency_ms")) {
      for (Object share : job.getJsonObject(unit).getMap().values()) {
        shares += ((Number) share).doubleValue();
      }
    }
    assertThat(shares).isCloseTo(100, within(0.01));
  }

  @Test
  void binsHoldEveryIo() {
    JsonObject jobs = render(true).getJsonArray("jobs").getJsonObject(1);
    for (String kind : List.of("clat_ns", "lat_ns")) {
      JsonObject latency = jobs.getJsonObject("read").getJsonObject(kind);
      long sum =
          latency.getJsonObject("bins").getMap().values().stream()
              .mapToLong(count -> ((Number) count).longValue())
              .sum();
      assertThat(sum).isEqualTo(500);
      latency
          .getJsonObject("bins")
          .fieldNames()
          .forEach(nanos -> assertThat(Long.parseLong(nanos)).isBetween(98_000L, 1_020_000L));
    }
    assertThat(render(false).encode()).doesNotContain("bins");
  }

  @Test
  void whatFioHasNoPlaceForStandsUnderOurName() {
    JsonObject own = render(false).getJsonObject("nvmetcp");
    assertThat(own.getBoolean("partial")).isFalse();
    assertThat(own.getJsonObject("displacement").getMap())
        .containsOnlyKeys("-2", "0", "3")
        .containsEntry("3", 250L);
    assertThat(own.getJsonObject("offload").getLong("ddp_pdus")).isEqualTo(500);
    assertThat(own.getJsonArray("controllers").getJsonObject(0).getString("device"))
        .isEqualTo("socket");
  }
}
