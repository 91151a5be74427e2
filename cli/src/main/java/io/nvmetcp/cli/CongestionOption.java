package io.nvmetcp.cli;

import io.nvmetcp.initiator.InitiatorOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** By what TCP decides how fast the connections of a command send, on the side that it starts. */
final class CongestionOption {
  private static final String OPTION = "--tcp-congestion";

  @Option(
      names = OPTION,
      paramLabel = "NAME",
      description =
          "TCP congestion control of the connections, such as cubic or dctcp: one that Linux has"
              + " and allows; not over nio (default: the system's).")
  private @Nullable String name;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * The name, if one was given.
   *
   * @throws ParameterException if nothing is called so
   */
  Optional<String> name() {
    try {
      return Optional.ofNullable(name)
          .map(new InitiatorOptions()::setTcpCongestionControl)
          .map(InitiatorOptions::getTcpCongestionControl);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), OPTION + ": " + e.getMessage());
    }
  }

  /** The name; "" for the system's. */
  String nameOrNone() {
    return name().orElse("");
  }
}
