package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What users get wrong, over all commands: one line that says what and where, an exit code that is
 * documented. Tests of the single commands have more; {@code DIR} is a folder with the files below.
 */
@Timeout(60)
class WrongInvocationTest {
  @TempDir Path dir;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(dir.resolve("word"), "x");
    Files.writeString(dir.resolve("empty"), "");
    Files.writeString(dir.resolve("brace.json"), "{");
    Files.writeString(dir.resolve("list.json"), "[1]");
    Files.write(dir.resolve("odd.img"), new byte[5000]);
    Files.writeString(dir.resolve("rw.fio"), "[a]\nrw=bogus\n");
    Files.writeString(dir.resolve("nosection.fio"), "rw=read\n");
    Files.writeString(dir.resolve("zero.fio"), "[a]\nbs=0\n");
    Files.writeString(dir.resolve("foreign.fio"), "[a]\nzonesize=4k\n");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | --versoin | unknown option '--versoin'",
        "2 | -a 127.0.0.1 | unknown option '-a'",
        "2 | Demo | unknown command 'Demo'",
        "2 | help bogus | 'bogus'",
        "2 | demo -5 | unknown option '-5'",
        "2 | demo --seconds 99999999999 | '99999999999' is out of range",
        "2 | demo --seconds 1 --seconds 2 | option '--seconds' (N) should be specified only once",
        "2 | demo --json=maybe | 'maybe' is neither true nor false",
        "2 | completion bash zsh | unexpected argument 'zsh'",
        "2 | target --config DIR/nowhere.json | nowhere.json: no such file",
        "2 | target --config DIR/empty | empty: empty; --print-config shows",
        "2 | target --config DIR/brace.json | brace.json: line 1, column 1: Unexpected end-of-input",
        "2 | target --config DIR/list.json | list.json: not a JSON object",
        "2 | target --config DIR | cannot be read: Is a directory",
        "1 | target --listen 127.0.0.1:0 --ns file:DIR/nowhere.img | nowhere.img: no such file",
        "1 | target --listen 127.0.0.1:0 --ns file:DIR/odd.img | odd.img: its size, 5000 bytes, is",
        "1 | target --listen 127.0.0.1:0 --ns file:DIR | not a regular file",
        "1 | target --listen 127.0.0.1:0 --ns memory:999t | the largest has 281474975531008",
        "1 | target --listen 192.0.2.1:0 --ns memory:1m | cannot listen on 192.0.2.1:0: Cannot assign",
        "2 | bench --self DIR/rw.fio | rw.fio:2: rw: 'bogus' is none of read, write",
        "2 | bench --self DIR/nosection.fio | nosection.fio:1: 'rw=read' stands before the first",
        "2 | bench --self DIR/zero.fio | zero.fio:2: bs: '0': an I/O has 1 byte to 1 GiB",
        "2 | bench --self DIR/foreign.fio | foreign.fio:2: zonesize: this option of fio is not",
        "2 | bench --self DIR | is a folder, not a job file",
        "2 | bench --self --name=x --bs=4x | --bs: '4x' is no size",
        "2 | bench --self --name=x --runtime=soon | --runtime: 'soon' is no time",
        "4 | bench --target 127.0.0.1:1 --nqn nqn.x --name=x --eta=never | port 1: Connection refused",
        "2 | decode | Missing required parameter: 'FILE",
        "2 | decode DIR/nowhere | nowhere does not exist",
        "2 | decode DIR | is a folder",
        "1 | decode DIR/word | neither a pcap or pcapng capture nor a hex dump: line 1 is 'x'",
        "2 | compare DIR/word | word with what? Give two files of runs, or -a and -n for blocks",
        "2 | compare-runs | Missing required parameter: 'A.json'",
        "1 | compare DIR/nowhere.json DIR/word | nowhere.json: there is no such file or folder",
        "1 | compare DIR/brace.json DIR/list.json | brace.json: this is not fio's JSON",
        "2 | compare DIR/word DIR/word --report DIR/word | word is one of the runs",
        "2 | read | Missing required options: '--traddr=ADDRESS', '--nqn=NQN'",
        "2 | read -a | Missing required parameter for option '--traddr' (ADDRESS)",
        "2 | read -a 127.0.0.1 -n -s 1 | Expected parameter for option '--nqn' but found '-s'",
        "2 | read -a 127.0.0.1 -n nqn.x file | 'file'",
        "4 | read -a 127.0.0.1 -n nqn.x -s 1 | cannot connect to 127.0.0.1 port 1: Connection refused",
        "2 | get-feature -a 127.0.0.1 -n nqn.x | Missing required option: '--feature-id=ID'",
        "2 | get-log -a 127.0.0.1 -n nqn.x | Missing required option: '--log-id=ID'",
        "2 | completion | Missing required parameter: 'bash",
      },
      quoteCharacter = '`')
  void isOneLineAndADocumentedExitCode(int code, String args, String fragment) {
    Captured captured = Captured.run(args.replace("DIR", dir.toString()).split(" "));
    List<String> lines = captured.errLines();
    assertThat(lines).as(captured.err()).isNotEmpty();
    assertThat(lines.getFirst()).startsWith("nvmetcp: ").contains(fragment);
    assertThat(lines.subList(1, lines.size()))
        .as("behind the line")
        .allMatch(line -> line.startsWith("Try 'nvmetcp "))
        .hasSizeLessThan(2);
    assertThat(captured.code()).isEqualTo(code);
  }

  @Test
  void everyExitCodeIsInTheHelpAndInTheDocuments() throws IOException {
    Path documents = Path.of("").toAbsolutePath().getParent().resolve("docs/commands.md");
    String text = Files.readString(documents);
    Captured help = Captured.run("--help");
    for (String code : List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "130")) {
      assertThat(text).contains("| " + code + " | ");
      assertThat(help.out()).containsPattern("(?m)^ +" + code + " +\\S");
    }
  }
}
