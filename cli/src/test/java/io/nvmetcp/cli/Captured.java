package io.nvmetcp.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * What a command line printed and how it ended. Standard output and error are replaced while it
 * runs, so tests that use it run one at a time.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record Captured(int code, String out, String err) {
  static {
    // A logger keeps the level that it is made with: a target would show its associations from then
    // on, to the tests of other commands too.
    LoggerFactory.getLogger("io.nvmetcp.target.associations");
  }

  static Captured run(String... args) {
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      System.setOut(outStream);
      System.setErr(errStream);
      int code = Main.run(args);
      return new Captured(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
      // What --debug may have set stays set, and other tests look at standard error too.
      System.clearProperty("org.slf4j.simpleLogger.log.io.nvmetcp");
    }
  }

  List<String> errLines() {
    return err.lines().toList();
  }
}
