package io.nvmetcp.cli;

import io.nvmetcp.initiator.NvmeException;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code nvmetcp} command line. */
@Command(
    name = "nvmetcp",
    description = "NVMe over TCP for the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      TargetCommand.class,
      BenchCommand.class,
      DecodeCommand.class,
      DiscoverCommand.class,
      ConnectCheckCommand.class,
      ListCommand.class,
      IdCtrlCommand.class,
      IdNsCommand.class,
      GetLogCommand.class,
      GetFeatureCommand.class,
      ReadCommand.class,
      WriteCommand.class,
      FlushCommand.class,
      CompareCommand.class,
      CompareRunsCommand.class,
      ZeroCommand.class,
      TrimCommand.class,
      CopyCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything went well",
      "1:the run failed",
      "2:the command line is wrong",
      "3:the launcher found no JDK or no Maven",
      "4:not connected, or nothing was sent: trying again is safe",
      "5:the controller refused the command",
      "6:the connection was lost: whether the command was executed is unknown",
      "7:what was compared differs",
      "8:all went well, and a file of results could not be written",
      "130:interrupted"
    })
public final class Main implements Runnable {
  /** Exit code: the run failed. */
  static final int FAILED = 1;

  /** Exit code: the command line is wrong. */
  static final int USAGE = 2;

  /** Exit code: nothing was sent. */
  static final int NEVER_SENT = 4;

  /** Exit code: the controller answered, and the answer is no success. */
  static final int REFUSED = 5;

  /** Exit code: whether it was executed is unknown. */
  static final int UNKNOWN = 6;

  /** Exit code: what was compared differs. */
  static final int DIFFERENT = 7;

  @Option(
      names = "--debug",
      description = "Show stack traces and log what happens.",
      scope = ScopeType.INHERIT)
  private boolean debug;

  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    // Output is for programs too: one way to write a number, wherever this runs.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    System.exit(run(args));
  }

  /** Runs the command line; returns its exit code. */
  static int run(String... args) {
    Main main = new Main();
    var line = new CommandLine(main);
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      line.addSubcommand(provider.command());
    }
    // Words that picocli knows nothing of.
    Objects.requireNonNull(line.getSubcommands().get("bench"))
        .getCommandSpec()
        .usageMessage()
        .footer(BenchCommand.footer());
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::usage)
        .setExecutionExceptionHandler(
            (exception, command, parsed) -> main.failed(exception, command))
        .setExecutionStrategy(
            parsed -> {
              Logging.configure(main.debug);
              return new CommandLine.RunLast().execute(parsed);
            })
        .execute(CompareRunsCommand.routed(args));
  }

  private static int usage(ParameterException exception, String[] args) {
    CommandLine command = exception.getCommandLine();
    command
        .getErr()
        .printf(
            "nvmetcp: %s%nTry '%s --help'.%n",
            oneLine(UsageMessage.of(exception)), command.getCommandSpec().qualifiedName());
    return USAGE;
  }

  private int failed(Exception exception, CommandLine command) {
    String message = exception.getMessage();
    command
        .getErr()
        .println("nvmetcp: " + oneLine(message == null ? exception.toString() : message));
    if (debug) {
      exception.printStackTrace(command.getErr());
    }
    return exitCode(exception);
  }

  private static int exitCode(Exception exception) {
    return switch (exception) {
      case NvmeException.NeverSent _ -> NEVER_SENT;
      case NvmeException.CommandFailed _ -> REFUSED;
      case NvmeException.OutcomeUnknown _ -> UNKNOWN;
      case DifferenceException _ -> DIFFERENT;
      default -> FAILED;
    };
  }

  private static String oneLine(String message) {
    // Part of a message may come from the network.
    return message.strip().replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which command? There are " + String.join(", ", spec.subcommands().keySet()));
  }
}
