package io.nvmetcp.loadgen.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.initiator.DeviceSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobParserTest {
  private static List<JobSpec> parse(String line) {
    return parse(line, new FakeSource());
  }

  private static List<JobSpec> parse(String line, JobSource source) {
    return JobParser.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")), "bench", source)
        .jobs();
  }

  @Test
  void aNameBeginsAJobAndWordsBeforeTheFirstHoldForAll() {
    List<JobSpec> jobs = parse("--bs=8k --name=a --rw=write --name=b --rw=randread --bs=16k");
    assertThat(jobs).extracting(JobSpec::name).containsExactly("a", "b");
    assertThat(jobs.get(0).get(JobKey.RW)).isEqualTo(Rw.WRITE);
    assertThat(jobs.get(0).get(JobKey.SIZES).write().minBytes()).isEqualTo(8192);
    assertThat(jobs.get(1).get(JobKey.RW)).isEqualTo(Rw.RANDREAD);
    assertThat(jobs.get(1).get(JobKey.SIZES).read().minBytes()).isEqualTo(16384);
    assertThat(jobs.get(1).words()).containsEntry("bs", "16k").doesNotContainKey("name");
    assertThat(jobs.get(1).globalWords()).containsExactly(java.util.Map.entry("bs", "8k"));
  }

  @Test
  void globalCanBeNamedOnTheCommandLineToo() {
    List<JobSpec> jobs =
        parse("--name=global --rw=randread --size=128m --name=job1 --name=job2 --size=64m");
    assertThat(jobs).extracting(JobSpec::name).containsExactly("job1", "job2");
    assertThat(jobs.get(0).get(JobKey.SIZE)).isEqualTo(new Amount(128 << 20, 0));
    assertThat(jobs.get(1).get(JobKey.SIZE)).isEqualTo(new Amount(64 << 20, 0));
    assertThat(jobs.get(1).get(JobKey.RW)).isEqualTo(Rw.RANDREAD);
  }

  @Test
  void wordsWithoutANameAreOneJob() {
    List<JobSpec> jobs = parse("--rw randwrite --iodepth 32 --time_based --runtime 5");
    assertThat(jobs).hasSize(1);
    assertThat(jobs.getFirst().name()).isEqualTo("bench");
    assertThat(jobs.getFirst().get(JobKey.DEPTH)).isEqualTo(32);
    assertThat(jobs.getFirst().get(JobKey.TIME_BASED)).isTrue();
    assertThat(jobs.getFirst().get(JobKey.RUNTIME_NS)).isEqualTo(5_000_000_000L);
  }

  @Test
  void theOppositeOfAWordOverridesIt() {
    assertThat(parse("--rw=rw --rwmixread=70").getFirst().get(JobKey.READ_PERCENT)).isEqualTo(70);
    assertThat(parse("--rw=rw --rwmixread=70 --rwmixwrite=40").getFirst().get(JobKey.READ_PERCENT))
        .isEqualTo(60);
    assertThat(parse("--bsrange=4k-64k --bs=8k").getFirst().get(JobKey.SIZES).read().isFixed())
        .isTrue();
  }

  @Test
  void everyWordOfTheHelpIsRead() {
    for (JobWord word : JobWord.values()) {
      if (word.flag()) {
        var settings = new JobSettings();
        settings.say(Origin.COMMAND_LINE, word.word(), null);
        assertThat(settings.values()).as(word.word()).containsEntry(word.key(), true);
        settings.say(Origin.COMMAND_LINE, word.word(), "0");
        assertThat(settings.values()).as(word.word()).containsEntry(word.key(), false);
      } else {
        assertThatThrownBy(() -> new JobSettings().say(Origin.COMMAND_LINE, word.word(), null))
            .hasMessageStartingWith("--" + word.word() + ": a value is missing");
      }
    }
    assertThat(JobHelp.lines()).hasSameSizeAs(JobWord.values());
  }

  @Test
  void ourOwnWordsAreRead() {
    JobSpec job =
        parse("--device=simulated:5 --hdgst=1 --ddgst --queues=3 --policy=reverse:4 --nsid=2")
            .getFirst();
    assertThat(job.get(JobKey.DEVICE)).isEqualTo(DeviceSpec.parse("simulated:5"));
    assertThat(job.get(JobKey.HDGST)).isTrue();
    assertThat(job.get(JobKey.DDGST)).isTrue();
    assertThat(job.get(JobKey.QUEUES)).isEqualTo(3);
    assertThat(job.get(JobKey.POLICY)).isEqualTo("reverse:4");
    assertThat(job.get(JobKey.NSID)).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--rw=reed | --rw: 'reed' is none of read, write, trim, randread",
        "--rw=randread:8 | --rw: 'randread:8': an offset modifier is not supported",
        "--iodept=3 | --iodept: there is no such option; iodepth?",
        "--xyzzy=3 | --xyzzy: there is no such option",
        "--ioengine=libaio | --ioengine: this option of fio is not supported: I/O goes over NVMe/TCP",
        "--steadystate=iops:1% | --steadystate: this option of fio is not supported",
        "--iodepth=0 | --iodepth: '0' is not between 1 and 4096",
        "--iodepth=many | --iodepth: 'many' is no number from 1 to 4096",
        "--iodepth | --iodepth: a value is missing: I/Os outstanding",
        "--bs=4q | --bs: '4q' is no size",
        "--bs=4ki | --bs: '4ki' is 1000-based in fio and 1024-based elsewhere: write 4k",
        "--bs=0 | --bs: '0': an I/O has 1 byte to 1 GiB",
        "--bs=1,2,3,4 | --bs: '1,2,3,4': at most three values",
        "--bsrange=4k | --bsrange: '4k' is no range",
        "--bssplit=4k/60:8k/60 | --bssplit: '4k/60:8k/60': the percentages add up to 120, not 100",
        "--bssplit=4k/60:8k/30 | --bssplit: '4k/60:8k/30': the percentages add up to 90, not 100",
        "--size=101% | --size: '101' is not between 1 and 100",
        "--runtime=5x | --runtime: '5x' is no time",
        "--runtime=-1 | --runtime: '-1' is no time",
        "--rate=0 | --rate: a rate is at least 1 per second",
        "--rate_process=bursty | --rate_process: 'bursty' is neither linear nor poisson",
        "--random_distribution=zipf | --random_distribution: 'zipf': a parameter is needed",
        "--random_distribution=zipf:1 | theta is positive and not 1",
        "--random_distribution=pareto:1.5 | the power lies between 0 and 1",
        "--random_distribution=pareto:NaN | 'NaN' is no number",
        "--random_distribution=normal:3 | 'normal' is not supported",
        "--verify=sha256 | --verify: 'sha256' is not supported: use crc32c, md5 or pattern",
        "--percentile_list=0 | '0' is no percentile between 0 and 100",
        "--percentile_list=NaN | 'NaN' is no percentile between 0 and 100",
        "--continue_on_error=some | 'some' is none of none, read, write",
        "--direct=0 | --direct: it is always so here",
        "--device=nic | --device: 'nic' is no device",
        "--verify_fatal=2 | --verify_fatal: '2' is neither 0 nor 1",
        "--name= | --name: a name is missing",
        "--time_based | time_based needs a runtime",
        "--name=j --time_based | job 'j': time_based needs a runtime",
        "--verify=pattern | verify=pattern needs a verify_pattern",
        "--verify_pattern=1 | verify_pattern goes with verify",
        "--rw=trim --verify=md5 | verify does not go with rw=trim",
        "--rw=rw --rate=1m, | a mix has a rate for reads and writes, or for neither",
        "--rw=read --verify=md5 --verify_state_save=1 | are of jobs that write",
        "--rw=write --verify=pattern --verify_pattern=%o --verify_state_load=1 | need verify=crc32c or md5",
        "--rw=write --verify=md5 --verify_only --time_based --runtime=1 | verify_only does not go",
        "nosuch.fio | nosuch.fio does not exist",
        "--numjobs=256 --name=a --name=b --name=c --name=d --name=e | 1280 jobs with their clones",
      })
  void whatIsWrongIsNamed(String words, String fragment) {
    assertThatThrownBy(() -> parse(words))
        .isInstanceOf(JobSyntaxException.class)
        .hasMessageContaining(fragment)
        .hasMessageNotContaining("\n");
  }

  @Test
  void jobFilesFollowEachOtherAndTheCommandLine() {
    var source =
        new FakeSource()
            .file("one.fio", "[global]\nbs=8k\n[a]\n[b]\n")
            .file("two.fio", "[c]\nrw=write\n");
    List<JobSpec> jobs = parse("--iodepth=7 one.fio two.fio", source);
    assertThat(jobs).extracting(JobSpec::name).containsExactly("a", "b", "c");
    assertThat(jobs).extracting(job -> job.get(JobKey.DEPTH)).containsOnly(7);
    assertThat(jobs)
        .extracting(job -> job.get(JobKey.STONEWALL))
        .containsExactly(false, false, true);
    assertThat(jobs)
        .extracting(job -> job.get(JobKey.SIZES).read().minBytes())
        .containsExactly(8192, 8192, 4096);
  }

  @Test
  void aFlagDoesNotSwallowTheJobFileBehindIt() {
    var source = new FakeSource().file("one.fio", "[a]\nruntime=1\n");
    List<JobSpec> jobs = parse("--group_reporting one.fio", source);
    assertThat(jobs.getFirst().get(JobKey.GROUP_REPORTING)).isTrue();
    assertThat(parse("--group_reporting 0").getFirst().get(JobKey.GROUP_REPORTING)).isFalse();
  }
}
