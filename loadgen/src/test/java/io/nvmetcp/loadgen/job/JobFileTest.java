package io.nvmetcp.loadgen.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {
  private static List<JobSpec> read(String text, String... words) {
    return read(new FakeSource().file("jobs.fio", text), words);
  }

  private static List<JobSpec> read(FakeSource source, String... words) {
    List<String> all = new java.util.ArrayList<>(List.of(words));
    all.add("jobs.fio");
    return JobParser.parse(all, "bench", source).jobs();
  }

  @Test
  void sectionsInheritWhatGlobalSaysAboveThem() {
    List<JobSpec> jobs =
        read(
            """
            ; a comment
            [global]
            rw=randread     ; random reads
            bs = 8k
            # another
            [first]
            iodepth=4

            [second job]
            stonewall
            rw=write
            [global]
            bs=64k
            [third]
            """);
    assertThat(jobs).extracting(JobSpec::name).containsExactly("first", "second job", "third");
    assertThat(jobs)
        .extracting(j -> j.get(JobKey.RW))
        .containsExactly(Rw.RANDREAD, Rw.WRITE, Rw.RANDREAD);
    assertThat(jobs)
        .extracting(j -> j.get(JobKey.SIZES).read().minBytes())
        .containsExactly(8192, 8192, 65536);
    assertThat(jobs).extracting(j -> j.get(JobKey.DEPTH)).containsExactly(4, 1, 1);
    assertThat(jobs).extracting(j -> j.get(JobKey.STONEWALL)).containsExactly(false, true, false);
    assertThat(jobs.get(1).words().keySet()).containsExactly("stonewall", "rw");
    assertThat(jobs.get(1).globalWords().keySet()).containsExactly("rw", "bs");
  }

  @Test
  void linesMayEndAsOnWindows() {
    List<JobSpec> jobs = read("\uFEFF[a]\r\nbs=8k\r\n");
    assertThat(jobs.getFirst().get(JobKey.SIZES).read().minBytes()).isEqualTo(8192);
  }

  @Test
  void variablesAreReplaced() {
    var source =
        new FakeSource()
            .file("jobs.fio", "[a]\nsize=${SIZE}\niodepth=$ncpus\ndescription=x${NONE}y\n")
            .variable("SIZE", "1m")
            .variable("ncpus", "12");
    JobSpec job = read(source).getFirst();
    assertThat(job.get(JobKey.SIZE)).isEqualTo(new Amount(1 << 20, 0));
    assertThat(job.get(JobKey.DEPTH)).isEqualTo(12);
    assertThat(job.get(JobKey.DESCRIPTION)).isEqualTo("xy");
  }

  @Test
  void filesAreIncluded() {
    var source =
        new FakeSource()
            .file("jobs.fio", "[global]\ninclude common.fio\n[a]\ninclude deep.fio\n[b]\n")
            .file("common.fio", "bs=8k\n")
            .file("deep.fio", "include deeper.fio\n")
            .file("deeper.fio", "iodepth=9\n");
    List<JobSpec> jobs = read(source);
    assertThat(jobs)
        .extracting(j -> j.get(JobKey.SIZES).read().minBytes())
        .containsExactly(8192, 8192);
    assertThat(jobs).extracting(j -> j.get(JobKey.DEPTH)).containsExactly(9, 1);
  }

  @Test
  void aFileThatIncludesItselfIsRefused() {
    var source =
        new FakeSource()
            .file("jobs.fio", "[a]\ninclude jobs2.fio\n")
            .file("jobs2.fio", "include jobs2.fio\n");
    assertThatThrownBy(() -> read(source))
        .hasMessage("jobs2.fio:1: include: files are included more than 16 deep");
  }

  @Test
  void onlyTheSectionsAskedForAreRead() {
    String text = "[a]\nrw=read\n[b]\nrw=write\n[c]\n";
    assertThat(read(text, "--section=b")).extracting(JobSpec::name).containsExactly("b");
    assertThatThrownBy(() -> read(text, "--section=d"))
        .hasMessage("jobs.fio: there is no section [d]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "rw=read | jobs.fio:1: 'rw=read' stands before the first [section]",
        "[a]~rw=read~bs=x | jobs.fio:3: bs: 'x' is no size",
        "[a]~~; c~iodept=2 | jobs.fio:4: iodept: there is no such option; iodepth?",
        "[a]~ioengine=libaio | jobs.fio:2: ioengine: this option of fio is not supported: I/O goes over NVMe/TCP; leave it out",
        "[a]~bs | jobs.fio:2: bs: a value is missing",
        "[a | jobs.fio:1: '[a' is no section: write [name]",
        "[]~ | jobs.fio:1: '[]' is no section: write [name]",
        "[a]~include no.fio | jobs.fio:2: include: no.fio does not exist",
        "[a]~include inc.fio | inc.fio:1: a file that is included has no sections",
        "[global]~rw=read | jobs.fio: there is no job",
        "[a]~[b]~time_based | jobs.fio:2: [b]: time_based needs a runtime",
        "[a]~size=8*4k | jobs.fio:2: size: '8*4k' is no size",
      })
  void errorsNameFileLineAndReason(String text, String message) {
    var source =
        new FakeSource().file("jobs.fio", text.replace('~', '\n')).file("inc.fio", "[x]\n");
    assertThatThrownBy(() -> read(source))
        .isInstanceOf(JobSyntaxException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aHugeFileIsRefused() {
    assertThatThrownBy(() -> read("[a]\n" + "#\n".repeat(1 << 20)))
        .hasMessage("jobs.fio is larger than 1 MiB");
  }
}
