package io.nvmetcp.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.run.Mark;
import io.nvmetcp.loadgen.run.Outcomes;
import io.nvmetcp.loadgen.run.VerifySummary;
import io.nvmetcp.loadgen.run.WorkerError;
import io.nvmetcp.loadgen.verify.Finding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final long SECOND = 1_000_000_000;

  private static String render(Results results) {
    return HtmlReport.render(results.result(), "nvmetcp test");
  }

  @Test
  void hasAPlotForEverythingAndNeedsNothingElse() {
    String page = render(new Results().reads("r", 2_000, "rw=randread"));
    PageCheck.standsAlone(page);
    assertThat(page)
        .contains("every I/O succeeded")
        .contains("<h2>Throughput</h2>", "<h2>I/Os per second</h2>")
        .contains("<h2>Latencies over time</h2>", "class=\"heat h8\"", "curve median", "curve tail")
        .contains("<h2>Latency by percentile</h2>", "99.9 %")
        .contains("<h2>Displacement of responses</h2>", "bar early", "bar late", "bar still")
        .contains("<h2>Data PDUs of reads</h2>", "placed in the reader&#39;s buffer: 500 (50.0 %)")
        .contains("<h2>Data digests of reads</h2>", "prefers-color-scheme: dark");
    assertThat(PageCheck.drawings(page)).isEqualTo(6);
  }

  @Test
  void marksStandWhereSomethingHappened() {
    String page =
        render(
            new Results()
                .reads("r", 2_000, "rw=randread")
                .mark(SECOND / 2, Mark.Kind.LOST, "a cut")
                .mark(SECOND, Mark.Kind.RECONNECTED, "again")
                .mark(SECOND, Mark.Kind.RETRIED, "3 commands were sent again"));
    PageCheck.standsAlone(page);
    assertThat(page)
        .contains("<g class=\"mark lost\"><title>0.5 s: a cut</title>")
        .contains("<g class=\"mark reconnected\">", "<g class=\"mark retried\">")
        .contains("connection lost", "connection made anew", "commands sent again");
  }

  @Test
  void whatAStrangerSaysIsTextNotMarkup() {
    String hostile = "<script>alert(1)</script>&\u0007";
    String page =
        render(
            new Results()
                .reads(hostile, 10, "rw=read", "description=" + hostile)
                .mark(1, Mark.Kind.LOST, hostile)
                .gone(hostile));
    PageCheck.standsAlone(page);
    assertThat(page).contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;.");
  }

  @Test
  void aRunThatWentWrongSaysSoFirst() {
    var finding = new Finding(Finding.Kind.TORN, 1, 7, "up to byte 511 it is generation 2");
    var meter = new Meter(false, 0, List.of());
    meter.start(0);
    meter.done(Operation.WRITE, 0, 512, 0, 0, 50_000);
    String page =
        render(
            new Results()
                .add(
                    JobSpec.of("w", "rw=write"),
                    meter,
                    new Outcomes(2, 1, 1, 0, 0),
                    new WorkerError(5, "a write failed"),
                    new VerifySummary(10, Map.of(Finding.Kind.TORN, 1L), List.of(finding)))
                .gone("it was killed"));
    PageCheck.standsAlone(page);
    assertThat(page)
        .contains("<p class=\"verdict wrong\">1 wrong blocks</p>")
        .contains("<p class=\"verdict partial\">the target is gone: it was killed</p>")
        .contains("a write failed", "torn: namespace 1, block 7: up to byte 511")
        .doesNotContain("verdict right");
  }

  @Test
  void whatBecameOfIosThatDidNotSucceedIsSaidFirst() {
    var meter = new Meter(false, 0, List.of());
    String page =
        render(
            new Results()
                .add(
                    JobSpec.of("w", "rw=write"),
                    meter,
                    new Outcomes(99, 90, 1, 5, 3),
                    null,
                    VerifySummary.NONE));
    PageCheck.standsAlone(page);
    assertThat(page)
        .contains(
            "<p class=\"verdict wrong\">"
                + "1 I/Os failed, 5 were lost with a connection, 3 were never sent</p>");
  }

  @Test
  void aRunInWhichNothingHappenedHasAPageToo() {
    var meter = new Meter(false, 0, List.of());
    String page =
        render(
            new Results()
                .add(JobSpec.of("w", "rw=write"), meter, Outcomes.NONE, null, VerifySummary.NONE));
    PageCheck.standsAlone(page);
    PageCheck.standsAlone(render(new Results()));
  }
}
