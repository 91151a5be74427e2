package io.nvmetcp.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a command line did with its standard streams, as bytes. They are replaced while it runs, so
 * tests that use it run one at a time.
 *
 * @param code exit code
 * @param bytes standard output
 * @param err standard error
 */
record HostRun(int code, byte[] bytes, String err) {

  static HostRun of(String... args) {
    return of(new byte[0], args);
  }

  /** With this on standard input. */
  static HostRun of(byte[] input, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code = run(input, out, err, args);
    return new HostRun(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** With standard output that goes elsewhere. */
  static HostRun into(OutputStream out, String... args) {
    var err = new ByteArrayOutputStream();
    int code = run(new byte[0], out, err, args);
    return new HostRun(code, new byte[0], err.toString(StandardCharsets.UTF_8));
  }

  private static int run(byte[] input, OutputStream out, OutputStream err, String... args) {
    InputStream realIn = System.in;
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      System.setIn(new ByteArrayInputStream(input));
      System.setOut(outStream);
      System.setErr(errStream);
      return Main.run(args);
    } finally {
      System.setIn(realIn);
      System.setOut(realOut);
      System.setErr(realErr);
    }
  }

  String out() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  List<String> errLines() {
    return err.lines().toList();
  }
}
