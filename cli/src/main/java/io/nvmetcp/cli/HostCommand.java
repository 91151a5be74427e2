package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands of a host have in common: a session, and two forms of output. */
abstract class HostCommand implements Callable<Integer> {
  /** Exit codes, for the help of each command. */
  static final String EXIT_CODES =
      "%nExit codes: 0 done, 1 failed here, 2 wrong command line, 4 not connected and nothing sent,"
          + " 5 the controller refused, 6 connection lost and outcome unknown, 7 the data differ.";

  /** How results are printed. */
  enum Form {
    /** For people. */
    NORMAL,
    /** For programs. */
    JSON
  }

  @Mixin private final HostOptions host = new HostOptions();

  @Option(
      names = {"-o", "--output-format"},
      paramLabel = "FORM",
      defaultValue = "normal",
      description = "normal or json (default: ${DEFAULT-VALUE}).")
  private Form form = Form.NORMAL;

  @Spec private CommandSpec spec;

  @Override
  public final Integer call() throws Exception {
    check();
    try (HostSession session = HostSession.open(host.initiator(), TransportChoice.AUTO.resolve())) {
      return run(session);
    }
  }

  /** Refuses, with {@link #usage}, what can be seen to be wrong before anything is started. */
  void check() throws Exception {}

  /** Does what the command is for; returns the exit code. */
  abstract int run(HostSession session) throws Exception;

  HostOptions host() {
    return host;
  }

  boolean json() {
    return form == Form.JSON;
  }

  /** Prints the result to standard output. */
  void print(String text, JsonObject json) throws IOException {
    printTo(System.out, text, json);
  }

  void printTo(PrintStream out, String text, JsonObject json) throws IOException {
    out.print(json() ? json.encodePrettily() + System.lineSeparator() : text);
    checkOutput(out);
  }

  static void checkOutput(PrintStream out) throws IOException {
    if (out.checkError()) {
      throw new IOException(
          "standard output cannot be written: its reader is gone, or its disk is full");
    }
  }

  ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }
}
