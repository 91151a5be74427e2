package io.nvmetcp.cli;

import io.nvmetcp.loadgen.report.Comparison;
import io.nvmetcp.loadgen.report.FileReason;
import io.nvmetcp.loadgen.report.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nvmetcp compare A.json B.json}: two runs of load side by side. */
@Command(
    name = CompareRunsCommand.NAME,
    description = {
      "Shows two runs of load side by side, with ratios: also as 'nvmetcp compare A B'.",
      "The files are JSON of 'nvmetcp bench --output-format=json' or of fio."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:both were read and compared",
      "1:a file could not be read, or nothing in them matches",
      "2:the command line is wrong",
      "8:the page could not be written"
    })
final class CompareRunsCommand implements Callable<Integer> {
  static final String NAME = "compare-runs";
  private static final int UNWRITTEN = 8;

  @Parameters(index = "0", paramLabel = "A.json", description = "The first run.")
  private Path first = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "B.json",
      description = "The second run; needed.")
  private @Nullable Path second;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write a page with plots there, in HTML; it needs nothing else.")
  private @Nullable Path report;

  @Spec private CommandSpec spec;

  /**
   * The words of a command line: {@code compare} compares blocks at an address, and runs if it is
   * given files instead.
   */
  static String[] routed(String[] args) {
    boolean files = false;
    for (int i = 1; i < args.length; i++) {
      if (args[i].startsWith("-a") || args[i].startsWith("--traddr")) {
        return args;
      }
      files |= !args[i].startsWith("-");
    }
    if (args.length == 0 || !args[0].equals("compare") || !files) {
      return args;
    }
    String[] routed = args.clone();
    routed[0] = NAME;
    return routed;
  }

  @Override
  public Integer call() throws IOException {
    Path page = report;
    Path other = second;
    if (other == null) {
      throw new ParameterException(
          spec.commandLine(),
          "compare " + first + " with what? Give two files of runs, or -a and -n for blocks");
    }
    if (first.equals(page) || other.equals(page)) {
      throw new ParameterException(spec.commandLine(), "--report: " + page + " is one of the runs");
    }
    var comparison = new Comparison(RunFile.read(first), RunFile.read(other));
    System.out.print(comparison.text());
    if (page != null) {
      try {
        Files.writeString(page, comparison.page());
      } catch (IOException e) {
        System.err.println("nvmetcp: " + page + " was not written: " + FileReason.of(page, e));
        return UNWRITTEN;
      }
    }
    return comparison.matches() ? 0 : Main.FAILED;
  }
}
