package io.nvmetcp.loadgen.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words that people bring along from fio, and ours, where they may be said. */
class FamiliarWordsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rw=write",
        "rw=randread",
        "rw=randwrite",
        "rw=rw",
        "rw=randrw",
        "rw=trim",
        "readwrite=randrw",
        "rwmixread=70 rw=rw",
        "bs=16k",
        "bs=4k,8k,16k",
        "bsrange=4k-64k",
        "bssplit=4k/60:64k/40",
        "iodepth=32",
        "numjobs=4",
        "size=1g",
        "size=50%",
        "offset=1m",
        "runtime=10",
        "time_based=1 runtime=1m",
        "ramp_time=2s",
        "rate=10m",
        "rate=10m,5m",
        "rate_iops=1000",
        "random_distribution=zipf:1.2",
        "random_distribution=pareto:0.3",
        "randseed=42",
        "verify=crc32c",
        "verify=md5",
        "verify=pattern verify_pattern=0xdeadbeef",
        "verify_fatal=1 verify=md5",
        "do_verify=0 verify=md5 rw=write",
        "verify_state_save=1 verify=md5 rw=write",
        "verify_state_load=1 verify=md5 rw=write",
        "fsync=32",
        "thinktime=500us",
        "number_ios=1000",
        "loops=3",
        "group_reporting=1",
        "percentile_list=50:99:99.9",
        "write_lat_log=lat",
        "stonewall=1",
        "hipri=1",
        "device=none",
        "device=simulated:7",
        "hdgst=1",
        "ddgst=1",
        "queues=4",
        "policy=shuffle:8:1",
      })
  void aWordSaysTheSameOnTheCommandLineAndInAFile(String words) {
    List<String> command = new ArrayList<>(List.of("--name=j"));
    StringBuilder file = new StringBuilder("[j]\n");
    StringBuilder global = new StringBuilder("[global]\n");
    for (String word : words.split(" ")) {
      command.add("--" + word);
      file.append(word).append('\n');
      global.append(word).append('\n');
    }
    JobSpec said = parse(command);
    JobSpec written = parse(List.of("j.fio"), file.toString());
    JobSpec inherited = parse(List.of("j.fio"), global + "[j]\n");

    JobWord first = JobWord.find(words.substring(0, words.indexOf('=')));
    assertThat(first).isNotNull();
    JobKey<?> key = first.key();
    assertThat(said.get(key)).usingRecursiveComparison().isNotEqualTo(key.ifNotSaid());
    assertThat(written.get(key)).usingRecursiveComparison().isEqualTo(said.get(key));
    assertThat(inherited.get(key)).usingRecursiveComparison().isEqualTo(said.get(key));
  }

  private static JobSpec parse(List<String> words) {
    return parse(words, "");
  }

  private static JobSpec parse(List<String> words, String file) {
    var source = new FakeSource().file("j.fio", file);
    List<JobSpec> jobs = JobParser.parse(words, "bench", source).jobs();
    assertThat(jobs).hasSize(1);
    return jobs.getFirst();
  }
}
