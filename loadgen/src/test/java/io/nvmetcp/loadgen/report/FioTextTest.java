package io.nvmetcp.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.run.Outcomes;
import io.nvmetcp.loadgen.run.VerifySummary;
import io.nvmetcp.loadgen.run.WorkerError;
import io.nvmetcp.loadgen.verify.Finding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FioTextTest {
  // What differs from run to run.
  private static String fixed(String text) {
    return text.replaceAll("pid=\\d+: .*", "pid=N: TIME");
  }

  @Test
  void aJobIsShownAsFioShowsIt() {
    String text = FioText.render(new Results().reads("r", 1_000, "rw=randread").result());
    assertThat(fixed(text))
        .isEqualTo(
            """
            r: (groupid=0, jobs=1): err= 0: pid=N: TIME
              read: IOPS=1000, BW=4000KiB/s (4096kB/s)(4000KiB/1000msec)
                clat (usec): min=100, max=1000, avg=550.00, stdev=287.25
                 lat (usec): min=100, max=1000, avg=550.00, stdev=287.25
                clat percentiles (usec):
                 |  1.00th=[  100],  5.00th=[  100], 10.00th=[  100], 20.00th=[  200],
                 | 30.00th=[  300], 40.00th=[  400], 50.00th=[  500], 60.00th=[  600],
                 | 70.00th=[  700], 80.00th=[  800], 90.00th=[  900], 95.00th=[ 1000],
                 | 99.00th=[ 1000], 99.50th=[ 1000], 99.90th=[ 1000], 99.95th=[ 1000],
                 | 99.99th=[ 1000]
               bw (  KiB/s): min= 4000, max= 4000, per=100.00%, avg=4000.00, stdev=0.00, samples=  2
               iops        : min= 1000, max= 1000, avg=1000.00, stdev=0.00, samples=  2
              lat (usec)   : 250=20.00%, 500=20.00%, 750=30.00%, 1000=20.00%
              lat (msec)   : 2=10.00%
              cpu          : usr=0.10%, sys=0.20%
              IO depths    : 1=0.0%, 2=0.0%, 4=100.0%, 8=0.0%, 16=0.0%, 32=0.0%, >=64=0.0%
                 issued rwts: total=1000,0,0,0 short=0,0,0,0 dropped=0,0,0,0

            Run status group 0 (all jobs):
               READ: bw=4000KiB/s (4096kB/s), 4000KiB/s-4000KiB/s (4096kB/s-4096kB/s), io=4000KiB (4096kB), run=1000-1000msec

            NVMe/TCP (all jobs):
              connection   : 2 I/O queues of 128 entries, digests H-, device socket, EpollSocketChannel
              commands     : 1000 sent, 1000 answered, 0 lost, 0 retried
              read data    : placed 500 PDUs (2000KiB), copied 500 PDUs (2000KiB)
              data digests : 0 by device, 0 in placement, 0 by fallback; 0 wrong
              responses    : 50.0% out of order, up to 2 places early and 3 late
            """);
  }

  @Test
  void withARateThePartsOfLatencyAreShown() {
    String text =
        FioText.render(
            new Results()
                .reads("r", 100, "rw=randread", "rate_iops=1000", "percentile_list=50:99.999")
                .result());
    assertThat(text)
        .contains("    slat (nsec): min=0, max=900")
        .contains("    clat (nsec): min=99968, max=100031, avg=100000.00, stdev= 0.00")
        .contains("     lat (usec): min=100, max=1000")
        .contains("    lat percentiles (usec):\n     | 50.000th=[  500], 99.999th=[ 1000]\n");
  }

  @Test
  void jobsOfAGroupAreOneReportIfTheyAskForIt() {
    String text =
        FioText.render(
            new Results()
                .reads("a", 100, "rw=read", "group_reporting")
                .reads("a", 100, "rw=read", "group_reporting")
                .reads("b", 50, "rw=read", "stonewall")
                .result());
    assertThat(fixed(text))
        .contains("a: (groupid=0, jobs=2): err= 0: pid=N: TIME\n  read: IOPS=2000,")
        .contains("b: (groupid=1, jobs=1): err= 0: pid=N: TIME\n  read: IOPS=1000,")
        .contains("Run status group 0 (all jobs):\n   READ: bw=8000KiB/s")
        .contains("Run status group 1 (all jobs):\n   READ: bw=4000KiB/s");
  }

  @Test
  void whatFailedAndWhatWasWrongIsNamed() {
    var finding = new Finding(Finding.Kind.STALE, 1, 7, "it holds generation 1");
    var meter = new Meter(false, 0, List.of());
    meter.start(0);
    String text =
        FioText.render(
            new Results()
                .add(
                    JobSpec.of("w", "rw=write", "description=a test"),
                    meter,
                    new Outcomes(10, 6, 1, 2, 1),
                    new WorkerError(84, "wrong content: " + finding),
                    new VerifySummary(100, Map.of(Finding.Kind.STALE, 3L), List.of(finding)))
                .gone("it closed the connection")
                .result());
    assertThat(text)
        .contains("w: (groupid=0, jobs=1): err=84 (wrong content: stale: namespace 1, block 7:")
        .contains("  Description  : [a test]\n")
        .contains("     outcomes   : 6 succeeded, 1 failed, 2 unknown, 1 never sent\n")
        .contains(
            "     verified   : 100 blocks, 3 wrong\n       stale    : 3\n       stale: namespace 1")
        .endsWith(
            "PARTIAL: the target is gone: it closed the connection; these are the figures of what"
                + " ran\n");
  }
}
